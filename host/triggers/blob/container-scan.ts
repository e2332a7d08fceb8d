import { type BlobItem, type ContainerClient } from '@azure/storage-blob';
import { reasonOf, undefinedOn404, withTimeout } from '../../bindings/storage-clients.js';
import { type Clock } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { sleep } from '../../waiting.js';
import { pollingDelayMs } from '../queue/polling-delay.js';

/** Longest delay between two scans, in ms: the genuine host waits ten seconds, which is long for a developer. */
const MAX_DELAY_MS = 2_000;
/** Blobs that are reported at the same time. */
const AT_ONCE = 16;

/** What is read of a page of a listing. */
interface Page {
  segment: { blobItems: BlobItem[] };
  continuationToken?: string;
}

interface ScanOptions {
  functionName: string;
  container: ContainerClient;
  /** What the names of the blobs start with. */
  prefix: string;
  matches: (blobName: string) => boolean;
  /** Takes a version of a blob; resolves with false when it must be reported again. */
  found: (blob: BlobItem) => Promise<boolean>;
  clock: Clock;
  log: HostLog;
}

/**
 * Lists the blobs of one function again and again, and reports each version.
 *
 * S1 A version is reported until it was taken. After a restart all versions are reported once more: the receipts say
 *    which of them are new.
 * S2 A container that does not exist has no blobs. Unreachable storage is logged once, and scans continue.
 */
export class ContainerScan {
  readonly #options: ScanOptions;
  /** ETags of the versions that were taken, by the blob's name; only of blobs that exist. */
  #taken = new Map<string, string>();
  #quietScans = 0;
  #isUnreachable = false;
  #stopped = false;
  /** Ends the current delay when aborted. */
  #delay = new AbortController();
  #scanning: Promise<void> = Promise.resolve();

  constructor(options: ScanOptions) {
    this.#options = options;
  }

  start(): void {
    this.#scanning = this.#scanAgainAndAgain();
  }

  /** Scans immediately. */
  wake(): void {
    this.#quietScans = 0;
    this.#delay.abort();
  }

  /** Starts no more scans; resolves when the current one has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#delay.abort();
    await this.#scanning;
  }

  async #scanAgainAndAgain(): Promise<void> {
    while (!this.#stopped) {
      const before = this.#quietScans;
      try {
        const isQuiet = await this.#scan();
        if (this.#isUnreachable) this.#log('information', 'is read again');
        this.#isUnreachable = false;
        if (this.#quietScans === before) this.#quietScans = isQuiet ? before + 1 : 0;
      } catch (error) {
        if (!this.#isUnreachable) this.#log('warning', `cannot be read: ${reasonOf(error)}. The host keeps trying`);
        this.#isUnreachable = true; // S2
        this.#quietScans = before + 1;
      }
      await this.#sleep();
    }
  }

  /** @returns whether nothing was found */
  async #scan(): Promise<boolean> {
    const found = new Map<string, string>();
    let isQuiet = true;
    let page: string | undefined;
    do {
      const { segment, continuationToken } = await this.#list(page);
      page = continuationToken;
      const blobs = segment.blobItems.filter(({ name }) => this.#options.matches(name));
      for (let index = 0; index < blobs.length && !this.#stopped; index += AT_ONCE) {
        const results = await Promise.all(blobs.slice(index, index + AT_ONCE).map((blob) => this.#take(blob, found)));
        if (results.includes(true)) isQuiet = false;
      }
    } while (page && !this.#stopped);
    if (!this.#stopped) this.#taken = found; // without the blobs that no longer exist
    return isQuiet;
  }

  /** One page of the listing; an empty one when there is no container (S2). */
  async #list(continuationToken: string | undefined): Promise<Page> {
    const { container, prefix } = this.#options;
    const pages = container.listBlobsFlat({ prefix, ...withTimeout() }).byPage({ continuationToken });
    const next = await undefinedOn404(() => pages.next());
    return (next?.value as Page | undefined) ?? { segment: { blobItems: [] } };
  }

  /** @returns whether the version is a new one */
  async #take(blob: BlobItem, found: Map<string, string>): Promise<boolean> {
    const { name, properties } = blob;
    const isNew = this.#taken.get(name) !== properties.etag;
    if (isNew && !(await this.#options.found(blob))) return true;
    found.set(name, properties.etag);
    this.#taken.set(name, properties.etag);
    return isNew;
  }

  async #sleep(): Promise<void> {
    if (this.#stopped) return;
    this.#delay = new AbortController();
    await sleep(this.#options.clock, pollingDelayMs(this.#quietScans, MAX_DELAY_MS), this.#delay.signal);
  }

  #log(level: 'information' | 'warning', what: string): void {
    const { log, functionName, container } = this.#options;
    log.log(level, `Function.${functionName}`, `The container "${container.containerName}" ${what}.`);
  }
}
