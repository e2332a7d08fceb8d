import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { InputError } from './input-error.js';

const GIB = 1024 ** 3;
const MAX_ENTRIES = 100;
const MAX_UNPACKED_BYTES = 4 * GIB;
/** JSON lines compress by a factor of 10 to 50; the maximum of deflate is about 1,000. */
const MAX_RATIO = 250;
/** Smaller files are not checked: they are harmless, and a short file of repeated lines has a high ratio. */
const MIN_CHECKED_BYTES = 10 * 1024 * 1024;

/** The files of a zip with a validated central directory. Nothing is unpacked to disk. */
export class Zip {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * @param maxEntries most files in it
   * @throws {InputError} when it is not a zip or not safe to unpack (see `check`)
   */
  static async open(file: string, maxEntries = MAX_ENTRIES): Promise<Zip> {
    const zip = await withInputErrors(
      openPromise(file, { autoClose: false }),
      'The input is not a zip, or a truncated one',
    );
    try {
      return new Zip(zip, await withInputErrors(entriesOf(zip, maxEntries), 'The zip cannot be used'));
    } catch (thrown) {
      zip.close();
      throw thrown;
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The unpacked size of a file, bytes; 0 when it does not exist. */
  sizeOf(name: string): number {
    return this.#entries.get(name)?.uncompressedSize ?? 0;
  }

  /** The content of a file; empty when it does not exist. @throws {InputError} when it is damaged */
  async *read(name: string): AsyncGenerator<Uint8Array, void> {
    const entry = this.#entries.get(name);
    if (!entry) return;
    const damaged = `${name} is damaged in the zip`;
    const stream = await withInputErrors(this.#zip.openReadStreamPromise(entry), damaged);
    let sum = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (cause) {
      throw asInputError(cause, damaged);
    }
    if (sum !== entry.crc32) throw new InputError(`${damaged}: its checksum differs.`);
  }

  close(): void {
    this.#zip.close();
  }
}

/** The entries by name. Absolute names, `..` and backslashes are rejected by yauzl. */
async function entriesOf(zip: ZipFile, maxEntries: number): Promise<Map<string, Entry>> {
  if (zip.entryCount > maxEntries) throw new InputError(`The zip holds more than ${maxEntries} files.`);
  const entries = new Map<string, Entry>();
  let unpacked = 0;
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName)) throw new InputError(`The zip holds ${entry.fileName} twice.`);
    check(entry);
    unpacked += entry.uncompressedSize;
    if (unpacked > MAX_UNPACKED_BYTES) throw new InputError(`The zip unpacks to over ${MAX_UNPACKED_BYTES / GIB} GiB.`);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

function check(entry: Entry): void {
  const { fileName, uncompressedSize, compressedSize } = entry;
  if (entry.isEncrypted()) throw new InputError(`${fileName} is encrypted; send the zip without a password.`);
  if (uncompressedSize > MIN_CHECKED_BYTES && uncompressedSize > MAX_RATIO * compressedSize) {
    throw new InputError(`${fileName} unpacks to more than ${MAX_RATIO} times its size; such a zip is refused.`);
  }
}

/** Turns errors of yauzl into InputError: `what`, followed by yauzl's message. */
async function withInputErrors<T>(work: Promise<T>, what: string): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw asInputError(thrown, what);
  }
}

function asInputError(thrown: unknown, what: string): unknown {
  if (thrown instanceof InputError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  const isSystem = code !== undefined && !code.startsWith('Z_'); // zlib's codes report damaged content
  return isSystem ? thrown : new InputError(`${what}: ${message.replace(/\.$/, '')}.`, { cause: thrown });
}
