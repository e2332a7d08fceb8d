import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { InputError } from './input-error.js';

const GIB = 1024 ** 3;
const MAX_ENTRIES = 100;
const MAX_UNPACKED_BYTES = 4 * GIB;
/** JSON lines pack to between a tenth and a fiftieth; deflate's most is a thousandth. */
const MAX_RATIO = 250;
/** Below this no ratio is dangerous, and a short file of one repeated line has a high one. */
const RATIO_MATTERS_FROM = 10 * 1024 * 1024;

/** The files of a zip, whose central directory has been checked. Nothing is ever unpacked to disk. */
export class Zip {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws {InputError} when it is no zip, or one that nobody should unpack: see `check` */
  static async open(file: string): Promise<Zip> {
    const zip = await ours(openPromise(file, { autoClose: false }), 'The input is not a zip, or a truncated one');
    try {
      return new Zip(zip, await ours(entriesOf(zip), 'The zip cannot be used'));
    } catch (thrown) {
      zip.close();
      throw thrown;
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** Bytes of a file, unpacked; 0 for one that is not there. */
  sizeOf(name: string): number {
    return this.entries.get(name)?.uncompressedSize ?? 0;
  }

  /** A file's bytes; those of one that is not there are none. @throws {InputError} when they are damaged */
  async *read(name: string): AsyncGenerator<Uint8Array, void> {
    const entry = this.entries.get(name);
    if (!entry) return;
    const damaged = `${name} is damaged in the zip`;
    const stream = await ours(this.zip.openReadStreamPromise(entry), damaged);
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
    this.zip.close();
  }
}

/** Names without folders and `..`, absolute ones and backslashes: yauzl refuses those itself. */
async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_ENTRIES) throw new InputError(`The zip holds more than ${MAX_ENTRIES} files.`);
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
  if (uncompressedSize > RATIO_MATTERS_FROM && uncompressedSize > MAX_RATIO * compressedSize) {
    throw new InputError(`${fileName} unpacks to more than ${MAX_RATIO} times its size; such a zip is refused.`);
  }
}

/** What is wrong with a zip is the client's to know, in yauzl's words after ours. */
async function ours<T>(work: Promise<T>, what: string): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw asInputError(thrown, what);
  }
}

function asInputError(thrown: unknown, what: string): unknown {
  if (thrown instanceof InputError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  const isSystem = code !== undefined && !code.startsWith('Z_'); // zlib's codes are about the bytes
  return isSystem ? thrown : new InputError(`${what}: ${message.replace(/\.$/, '')}.`, { cause: thrown });
}
