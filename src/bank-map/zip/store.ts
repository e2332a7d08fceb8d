import { OperationError } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { type StoredBytes } from '../../platform/stored-zip.js';
import { bankMapErrors } from '../errors.js';
import { ContentCheck, tooLarge, type ZipLimits } from './content-check.js';
import { checkStored, directoryAgrees } from './stored.js';
import { StreamedZip } from './streamed.js';

/** Durations, ms. */
export interface StoreTimes {
  /** The part that the check took. */
  checkMs: number;
  totalMs: number;
}

export type StoreBlobs = Pick<BlobStore, 'putStream' | 'stream' | 'deletePrefix'>;

/**
 * Checks and stores a zip while it arrives. A refused zip is not kept.
 * @throws OperationError 400, 413, 503, and the error of the body when its sender disconnects
 */
export async function storeZip(
  blobs: StoreBlobs,
  name: string,
  body: AsyncIterable<Uint8Array>,
  limits: ZipLimits,
): Promise<StoreTimes> {
  const begun = performance.now();
  const check = new ArrivingZip(limits);
  try {
    const size = await blobs.putStream(name, check.passing(body), 'application/zip');
    if (size === 0) throw bankMapErrors.NotAZip('The body is empty; send the zip as the body.');
    await confirm(check, storedBytes(blobs, name, size), limits);
  } catch (thrown) {
    // If this fails, the clean-up of the operation deletes it.
    await blobs.deletePrefix(name).catch(() => undefined);
    throw thrown;
  } finally {
    check.destroy();
  }
  return { checkMs: check.spentMs, totalMs: performance.now() - begun };
}

/** The zip's directory decides; when it disagrees with the streamed check, the zip is read again by the directory. */
async function confirm(check: ArrivingZip, stored: StoredBytes, limits: ZipLimits): Promise<void> {
  const zip = await check.accepted();
  if (zip && (await directoryAgrees(stored, zip.sizes))) return;
  await checkStored(stored, new ContentCheck(limits, () => stored.size));
}

/** Checks a zip while it is stored. */
class ArrivingZip {
  spentMs = 0;
  #packed = 0;
  #isRefused = false;
  readonly #zip: StreamedZip;

  readonly #limits: ZipLimits;

  constructor(limits: ZipLimits) {
    this.#limits = limits;

    this.#zip = new StreamedZip((packed) => new ContentCheck(limits, packed));
  }

  async *passing(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#packed += chunk.length;
      if (this.#packed > this.#limits.packedBytes) throw tooLarge(`is larger than ${this.#limits.packedBytes} bytes`);
      await this.#attempt(() => this.#zip.push(chunk));
      yield chunk;
    }
  }

  /** The zip, unless the streamed check refused it. */
  async accepted(): Promise<StreamedZip | undefined> {
    await this.#attempt(() => this.#zip.end());
    return this.#isRefused ? undefined : this.#zip;
  }

  destroy(): void {
    this.#zip.destroy();
  }

  /** Before the zip's directory has arrived, only exceeded limits and a body that is no zip are certain errors. */
  async #attempt(step: () => Promise<void>): Promise<void> {
    if (this.#isRefused) return;
    const begun = performance.now();
    try {
      await step();
    } catch (thrown) {
      if (isCertain(thrown)) throw thrown;
      this.#isRefused = true;
    } finally {
      this.spentMs += performance.now() - begun;
    }
  }
}

const CERTAIN: readonly string[] = [bankMapErrors.NotAZip.code, bankMapErrors.ZipTooLarge.code];

function isCertain(thrown: unknown): boolean {
  return thrown instanceof OperationError && CERTAIN.includes(thrown.data.code);
}

function storedBytes(blobs: StoreBlobs, name: string, size: number): StoredBytes {
  return {
    size,
    async read(start, end) {
      const bytes = await blobs.stream(name, start, end);
      if (!bytes) throw bankMapErrors.ZipInvalid('The stored zip is missing; send it again.');
      return bytes;
    },
  };
}
