import { Zip, ZipDeflate } from 'fflate';

/** Characters of a file that are compressed together. */
const CHUNK_LENGTH = 64 * 1_024;

/**
 * Compresses text files into a zip while they are written in parallel. A zip contains one file after the other, so the
 * compressed bytes of later files are held in memory until the earlier ones are closed.
 */
export class ZipWriter {
  readonly #zip: Zip;
  readonly #files = new Map<string, { file: ZipDeflate; pending: string[]; length: number }>();
  readonly #encoder = new TextEncoder();

  /** @param names the files, in their order in the zip @param write receives the bytes of the zip */
  constructor(names: readonly string[], write: (bytes: Uint8Array) => void) {
    this.#zip = new Zip((error, bytes) => {
      if (error) throw error;
      write(bytes);
    });
    for (const name of names) this.#add(name);
  }

  /** Appends text to a file. */
  write(name: string, text: string): void {
    const entry = this.#files.get(name);
    if (!entry) throw new Error(`The zip has no file ${name}.`);
    entry.pending.push(text);
    entry.length += text.length;
    if (entry.length >= CHUNK_LENGTH) this.#pack(entry, false);
  }

  /** Closes all files and the zip. */
  end(): void {
    for (const entry of this.#files.values()) this.#pack(entry, true);
    this.#zip.end();
  }

  #add(name: string): void {
    const file = new ZipDeflate(name, { level: 6 });
    file.mtime = '1980-01-01T00:00:00'; // the same bytes for the same sample
    this.#zip.add(file);
    this.#files.set(name, { file, pending: [], length: 0 });
  }

  #pack(entry: { file: ZipDeflate; pending: string[]; length: number }, isLast: boolean): void {
    entry.file.push(this.#encoder.encode(entry.pending.join('')), isLast);
    entry.pending = [];
    entry.length = 0;
  }
}
