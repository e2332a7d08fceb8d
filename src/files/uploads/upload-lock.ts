import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BlobLeases } from '../../platform/storage.js';
import { filesErrors } from '../errors.js';
import { lockBlobName } from './uploads.js';

/** A lease ends so many seconds after its holder has stopped. */
const LEASE_S = 30;
const RENEW_MS = 3_000;
/** Seconds that a holder has to give up the lease: more than the time between two renewals, by which it notices. */
const BREAK_S = 8;
const POLL_MS = 100;
/** Longest wait for a lock, ms. */
const WAIT_MS = 15_000;

/** Asks a holder to end its request. */
type RequestRelease = () => Promise<void> | void;

/** One lock; the interface is that of `@tus/server`. */
interface Lock {
  lock(signal: AbortSignal, requestRelease: RequestRelease): Promise<void>;
  unlock(): Promise<void>;
}

/**
 * Locks of uploads, across processes.
 *
 * L1 The lock is the lease of a blob. It saves work: what is stored is right without it (uploads.ts).
 * L2 A new request takes over: the client of the one before may have lost its connection without its server's knowledge.
 *    A holder in this process is told directly; another one notices at its next renewal that the lease is being broken.
 */
export class UploadLocks {
  readonly #leases: BlobLeases;
  readonly #holders = new Map<string, RequestRelease>();

  constructor(leases: BlobLeases) {
    this.#leases = leases;
  }

  newLock(upload: string): Lock {
    const holder = randomUUID();
    const name = lockBlobName(upload);
    let renewal: NodeJS.Timeout | undefined;
    let release: RequestRelease | undefined;
    const renew = async () => {
      // When storage cannot be reached, the next renewal tells.
      const isHeld = await this.#leases.renew(name, holder).catch(() => true);
      if (!isHeld) await release?.();
    };
    return {
      lock: async (signal, requestRelease) => {
        if (!(await this.#acquire(upload, holder, signal))) return;
        release = requestRelease;
        this.#holders.set(upload, requestRelease);
        renewal = setInterval(() => void renew(), RENEW_MS);
      },
      unlock: async () => {
        clearInterval(renewal);
        if (this.#holders.get(upload) === release) this.#holders.delete(upload);
        // Otherwise the lease ends by itself.
        if (release) await this.#leases.release(name, holder).catch(() => undefined);
      },
    };
  }

  /** False when there is no such upload. @throws OperationError 423 `UploadLocked` */
  async #acquire(upload: string, holder: string, signal: AbortSignal): Promise<boolean> {
    const name = lockBlobName(upload);
    const until = Date.now() + WAIT_MS;
    for (let isAsked = false; ; isAsked = true) {
      const outcome = await this.#leases.acquire(name, holder, LEASE_S);
      if (outcome !== 'held') return outcome === 'acquired';
      if (!isAsked) {
        await this.#holders.get(upload)?.();
        await this.#leases.break(name, BREAK_S);
      }
      if (Date.now() > until || signal.aborted) {
        throw filesErrors.UploadLocked('Another request writes to this upload; try again shortly.');
      }
      await sleep(POLL_MS);
    }
  }
}
