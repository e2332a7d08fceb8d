import { Unzip, type UnzipFile } from 'fflate';
import { bankMapErrors } from '../errors.js';
import { type ContentCheck } from './content-check.js';
import { Inflaters } from './inflaters.js';

/** Bytes that are pushed to the unpacker at a time. */
const SLICE = 64 * 1024;
/** Slices that may be on the thread pool while the next one is pushed. */
const AHEAD = 2;
/** "PK\3\4", the first bytes of a zip with a file in it (APPNOTE.TXT, 4.3.7). */
const FIRST_BYTES = [0x50, 0x4b, 3, 4];

/**
 * Checks a zip while it arrives, by its local headers. Its verdict is preliminary: the end of a file without a length
 * is found by a signature that its bytes may also contain. So the sizes of an accepted zip are compared with the zip's
 * directory, and a refused zip is read again by its directory (stored.ts). It stops at the first failure.
 */
export class StreamedZip {
  /** Unpacked size of each file. */
  readonly sizes = new Map<string, number>();
  #packed = 0;
  #failure: { cause: unknown } | undefined;
  readonly #check: ContentCheck;
  readonly #inflaters = new Inflaters();
  readonly #unzip = new Unzip((file) => this.#open(file));

  constructor(contents: (packed: () => number) => ContentCheck) {
    this.#check = contents(() => this.#packed);
    this.#unzip.register(this.#inflaters.decoder());
  }

  /** @throws OperationError 400 or 413, or an error of the unpacker */
  async push(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; from += SLICE) await this.#pushSlice(bytes.subarray(from, from + SLICE));
  }

  /** @throws OperationError 400, or an error of the unpacker */
  async end(): Promise<void> {
    await this.#step(() => this.#unzip.push(new Uint8Array(), true));
    this.#check.end();
  }

  /** Releases its resources. */
  destroy(): void {
    this.#inflaters.destroy();
  }

  async #pushSlice(slice: Uint8Array): Promise<void> {
    await this.#step(() => {
      this.#checkStart(slice);
      this.#packed += slice.length;
      this.#unzip.push(slice);
    }, AHEAD);
  }

  async #step(run: () => void, ahead = 0): Promise<void> {
    this.#attempt(run);
    await this.#inflaters.drained(ahead);
    if (this.#failure) throw this.#failure.cause;
  }

  #attempt(run: () => void): void {
    if (this.#failure) return;
    try {
      run();
    } catch (cause) {
      this.#failure = { cause };
      this.destroy();
    }
  }

  #checkStart(slice: Uint8Array): void {
    const wrong = FIRST_BYTES.some((byte, at) => at >= this.#packed && (slice[at - this.#packed] ?? byte) !== byte);
    if (this.#packed < FIRST_BYTES.length && wrong) throw bankMapErrors.NotAZip('The body is not a zip.');
  }

  #open(file: UnzipFile): void {
    const entry = this.#check.entry(file.name);
    file.ondata = (error, data, final) =>
      this.#attempt(() => {
        if (error) throw error;
        entry.push(data);
        if (final) this.sizes.set(file.name, entry.end());
      });
    file.start();
  }
}
