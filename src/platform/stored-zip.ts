import { PassThrough, Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

/** Stored bytes of a zip, by range. */
export interface StoredBytes {
  size: number;
  /** Bytes from `start` up to and without `end`. */
  read(start: number, end: number): Promise<Readable>;
}

/** Bytes that one call to storage reads for short ranges: more than the end of a zip has, which is the first range. */
const WINDOW_BYTES = 128 * 1024;

/** Gives yauzl the ranges of a blob. Short ones, such as those of a zip's directory, share calls to storage. */
export class RangeReader extends RandomAccessReader {
  /** Why bytes could not be read, when storage is the cause. */
  failure: unknown;

  readonly #stored: StoredBytes;
  #window = { start: 0, bytes: Buffer.alloc(0) };

  constructor(stored: StoredBytes) {
    super();
    this.#stored = stored;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const through = new PassThrough();
    this.#read(start, end).then(
      (bytes) => bytes.on('error', (error) => this.#fail(through, error)).pipe(through),
      (error: unknown) => this.#fail(through, error),
    );
    return through;
  }

  async #read(start: number, end: number): Promise<Readable> {
    if (end - start > WINDOW_BYTES) return this.#stored.read(start, end);
    const isInside = start >= this.#window.start && end <= this.#window.start + this.#window.bytes.length;
    if (!isInside) this.#window = await this.#windowFrom(start);
    const from = start - this.#window.start;
    return Readable.from([this.#window.bytes.subarray(from, from + end - start)], { objectMode: false });
  }

  async #windowFrom(start: number) {
    const { size } = this.#stored;
    const first = Math.max(0, Math.min(start, size - WINDOW_BYTES));
    const stream = await this.#stored.read(first, Math.min(size, first + WINDOW_BYTES));
    return { start: first, bytes: Buffer.concat((await stream.toArray()) as Buffer[]) };
  }

  #fail(through: PassThrough, error: unknown): void {
    this.failure = error;
    through.destroy(error as Error);
  }
}
