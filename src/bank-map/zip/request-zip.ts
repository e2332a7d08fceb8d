import { createHash } from 'node:crypto';
import { hashing } from '../../platform/hashing.js';
import { tooLarge, type ZipLimits } from './content-check.js';
import { storeZip, type StoreBlobs, type StoreTimes } from './store.js';

/** Where a zip is stored, and its hash. */
export interface StoredZip {
  name: string;
  sha256: string;
}

/**
 * The zip in the body of a start.
 *
 * The body is read once, also when the start begins again because another request took it over and stopped. Each request
 * of a start that may come more than once stores a blob of its own, so that a slow one never replaces the zip of the
 * request that took over. A blob that no operation uses is deleted here, or with the operation.
 */
export class RequestZip {
  /** Durations of storing it. */
  times: StoreTimes = { checkMs: 0, totalMs: 0 };
  #stored: StoredZip | undefined;
  readonly #hash = createHash('sha256');

  readonly #blobs: StoreBlobs;
  readonly #body: AsyncIterable<Uint8Array>;
  readonly #limits: ZipLimits;

  constructor(blobs: StoreBlobs, body: AsyncIterable<Uint8Array>, limits: ZipLimits) {
    this.#blobs = blobs;
    this.#body = body;
    this.#limits = limits;
  }

  /** Checks and stores it under the name, once. @throws what `storeZip` throws */
  async store(name: string): Promise<void> {
    if (this.#stored) return;
    this.times = await storeZip(this.#blobs, name, hashing(this.#body, this.#hash), this.#limits);
    this.#stored = { name, sha256: this.#hash.digest('hex') };
  }

  /** What `store` has stored. */
  get stored(): StoredZip {
    if (!this.#stored) throw new Error('The zip is not stored.');
    return this.#stored;
  }

  /**
   * Whether it has the same bytes as the zip of the operation. One that is not stored is read, but not kept.
   * @throws OperationError 413
   */
  async isThatOf({ name, sha256 }: StoredZip): Promise<boolean> {
    const own = this.#stored;
    if (own?.name === name) return true;
    if (own) await this.#blobs.deletePrefix(own.name);
    return (own?.sha256 ?? (await this.#read())) === sha256;
  }

  async #read(): Promise<string> {
    const { packedBytes } = this.#limits;
    let bytes = 0;
    for await (const { length } of hashing(this.#body, this.#hash)) {
      bytes += length;
      if (bytes > packedBytes) throw tooLarge(`is larger than ${packedBytes} bytes`);
    }
    return this.#hash.digest('hex');
  }
}
