import { Unzip, UnzipInflate, type UnzipFile } from 'fflate';
import { bankMapErrors } from '../errors.js';
import type { ContentCheck, EntryCheck } from './contents.js';

/** Bytes that are unpacked in one go; at the ratio of a bomb they become 16 MB, which the limits then see. */
const SLICE = 16 * 1024;
/** "PK\3\4", the first bytes of a zip with a file in it (APPNOTE.TXT, 4.3.7). */
const FIRST_BYTES = [0x50, 0x4b, 3, 4];

/**
 * Checks a zip as it comes, by its local headers. It cannot know all (a file whose length is written behind it is
 * found by a mark that its bytes may contain too): what it accepts is compared with the zip's directory, and what it
 * refuses is read once more by it (stored.ts).
 */
export class StreamedZip {
  /** Unpacked size of each file. */
  readonly sizes = new Map<string, number>();
  private packed = 0;
  private readonly check: ContentCheck;
  private readonly unzip = new Unzip((file) => this.open(file));

  constructor(contents: (packed: () => number) => ContentCheck) {
    this.check = contents(() => this.packed);
    this.unzip.register(UnzipInflate);
  }

  /** @throws OperationError 400 or 413, or an error of the unpacker */
  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += SLICE) {
      const slice = bytes.subarray(from, from + SLICE);
      this.checkStart(slice);
      this.packed += slice.length;
      this.unzip.push(slice);
    }
  }

  /** @throws OperationError 400, or an error of the unpacker */
  end(): void {
    this.unzip.push(new Uint8Array(), true);
    this.check.end();
  }

  private checkStart(slice: Uint8Array): void {
    const wrong = FIRST_BYTES.some((byte, at) => at >= this.packed && (slice[at - this.packed] ?? byte) !== byte);
    if (this.packed < FIRST_BYTES.length && wrong) throw bankMapErrors.NotAZip('The body is not a zip.');
  }

  private open(file: UnzipFile): void {
    const entry: EntryCheck = this.check.entry(file.name);
    file.ondata = (error, data, final) => {
      if (error) throw error;
      entry.push(data);
      if (final) this.sizes.set(file.name, entry.end());
    };
    file.start();
  }
}
