import { fromRandomAccessReaderPromise, getFileNameLowLevel, type Entry, type ZipFile } from 'yauzl';
import { OperationError } from '../../platform/errors.js';
import { RangeReader, type StoredBytes } from '../../platform/stored-zip.js';
import { bankMapErrors } from '../errors.js';
import { type ContentCheck } from './content-check.js';

/** Supported compression methods: none and deflate (APPNOTE.TXT, 4.4.5). */
const METHODS: readonly number[] = [0, 8];

/**
 * Compares the zip's directory, which is at its end, with the sizes that the streamed check found.
 * @param sizes unpacked size by name
 * @returns false when they differ
 * @throws OperationError 400 when there is no directory, 503 when storage cannot be reached
 */
export async function directoryAgrees(stored: StoredBytes, sizes: ReadonlyMap<string, number>): Promise<boolean> {
  const found = new Map<string, number>();
  await eachEntry(
    stored,
    (count) => count === sizes.size,
    (name, { uncompressedSize }) => void found.set(name, uncompressedSize),
  );
  return found.size === sizes.size && [...found].every(([name, size]) => sizes.get(name) === size);
}

/**
 * Reads a whole stored zip by its directory and checks it.
 * @throws OperationError 400, 413; 503 when storage cannot be reached
 */
export async function checkStored(stored: StoredBytes, check: ContentCheck): Promise<void> {
  const begin = (count: number) => {
    check.count(count);
    return true;
  };
  await eachEntry(stored, begin, async (name, entry, zip) => {
    const contents = check.entry(name);
    const bytes = await zip.openReadStreamPromise(entry);
    for await (const chunk of bytes as AsyncIterable<Buffer>) contents.push(chunk);
    contents.end();
  });
  check.end();
}

type Visit = (name: string, entry: Entry, zip: ZipFile) => Promise<void> | void;

/** Names are read as bytes; ContentCheck checks them. */
const OPTIONS = { lazyEntries: true, autoClose: false, decodeStrings: false };

/**
 * Each entry is read from storage by calls of its own.
 * @param begin gets the number of entries; none is read when it returns false
 */
async function eachEntry(stored: StoredBytes, begin: (count: number) => boolean, visit: Visit): Promise<void> {
  const reader = new RangeReader(stored);
  try {
    const zip = await fromRandomAccessReaderPromise(reader, stored.size, OPTIONS);
    if (!begin(zip.entryCount)) return;
    for await (const entry of zip.eachEntry()) {
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
      checkReadable(name, entry);
      await visit(name, entry, zip);
    }
  } catch (thrown) {
    if (reader.failure) throw OperationError.from(reader.failure);
    if (thrown instanceof OperationError) throw thrown;
    const why = (thrown as Error).message.replace(/\.$/, '');
    throw bankMapErrors.ZipInvalid(`The body is not a whole zip: ${why}.`, { cause: thrown });
  }
}

function checkReadable(name: string, entry: Entry): void {
  if (entry.isEncrypted()) {
    throw bankMapErrors.ZipEncrypted(`${name} in the zip is encrypted; send it without a password.`, { target: name });
  }
  if (METHODS.includes(entry.compressionMethod)) return;
  throw bankMapErrors.ZipInvalid(`${name} in the zip is compressed with an unsupported method; use deflate.`, {
    target: name,
  });
}
