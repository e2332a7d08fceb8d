import { Zip, ZipDeflate } from 'fflate';

/** Characters of a file that are packed together. */
const PIECE = 64 * 1_024;

/**
 * Packs text files into a zip while they are written, all of them side by side. Only packed bytes are held back: a zip
 * has one file after the other, so those of later files wait until the earlier ones are closed.
 */
export class ZipWriter {
  readonly #zip: Zip;
  readonly #files = new Map<string, { file: ZipDeflate; waiting: string[]; length: number }>();
  readonly #encoder = new TextEncoder();

  /** @param names the files, in the order in which they stand in the zip; @param write gets the zip's bytes */
  constructor(names: readonly string[], write: (bytes: Uint8Array) => void) {
    this.#zip = new Zip((error, bytes) => {
      if (error) throw error;
      write(bytes);
    });
    for (const name of names) this.#add(name);
  }

  write(name: string, text: string): void {
    const entry = this.#files.get(name);
    if (!entry) throw new Error(`The zip has no file ${name}.`);
    entry.waiting.push(text);
    entry.length += text.length;
    if (entry.length >= PIECE) this.#pack(entry, false);
  }

  end(): void {
    for (const entry of this.#files.values()) this.#pack(entry, true);
    this.#zip.end();
  }

  #add(name: string): void {
    const file = new ZipDeflate(name, { level: 6 });
    file.mtime = '1980-01-01T00:00:00'; // the same bytes for the same sample
    this.#zip.add(file);
    this.#files.set(name, { file, waiting: [], length: 0 });
  }

  #pack(entry: { file: ZipDeflate; waiting: string[]; length: number }, isLast: boolean): void {
    entry.file.push(this.#encoder.encode(entry.waiting.join('')), isLast);
    entry.waiting = [];
    entry.length = 0;
  }
}
