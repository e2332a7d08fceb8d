import { type Ledger } from '../ledger.js';
import { COLUMNS, FILE_KEYS, OPTIONAL_FILES, type FileKey } from './columns.js';
import { ContentError, InputError } from '../../input-error.js';
import { eachLine } from './lines.js';
import { rowReader } from './rows.js';
import { isUnused } from './unused-rows.js';
import { Zip } from '../../zip.js';
import { LeftOut } from '../matcher/left-out.js';

/** Lines between two calls of onProgress. */
const PROGRESS_STEP = 20_000;

interface ReadOptions {
  /** Called repeatedly with the share that is read, from 0 to 1. */
  onProgress?: (part: number) => void;
  /** Counts the rows that are left out. */
  leftOut?: LeftOut;
}

/**
 * Reads all files of the zip. Rows that no mapping could use are left out; a broken file of rules counts as empty.
 *
 * @throws {InputError} for the first error, with its file, line and field
 */
export async function readLedger(file: string, options: ReadOptions = {}): Promise<Ledger> {
  const zip = await Zip.open(file);
  try {
    const missing = FILE_KEYS.filter((key) => !OPTIONAL_FILES.includes(key) && !zip.has(nameOf(key))).map(nameOf);
    if (missing.length > 0) throw new InputError(`The zip lacks ${missing.join(', ')}.`);
    return await readFiles(zip, options);
  } finally {
    zip.close();
  }
}

const nameOf = (key: FileKey) => `${key}.jsonl`;

async function readFiles(zip: Zip, { onProgress, leftOut = new LeftOut() }: ReadOptions): Promise<Ledger> {
  const total = FILE_KEYS.reduce((sum, key) => sum + zip.sizeOf(nameOf(key)), 0);
  const ledger: Partial<Record<FileKey, unknown[]>> = {};
  let before = 0;
  for (const key of FILE_KEYS) {
    const onBytes = (bytes: number) => onProgress?.((before + bytes) / total);
    const rows = readRows(zip, key, onBytes, leftOut);
    ledger[key] = await (OPTIONAL_FILES.includes(key)
      ? rows.catch((thrown: unknown) => noRows(thrown, key, leftOut))
      : rows);
    before += zip.sizeOf(nameOf(key));
  }
  return ledger as unknown as Ledger;
}

/** Rules only add to what is found without them, so that their errors do not refuse the zip. */
function noRows(thrown: unknown, key: FileKey, leftOut: LeftOut): object[] {
  if (!(thrown instanceof ContentError)) throw thrown;
  leftOut.add(key, `all, because ${thrown.message}`);
  return [];
}

async function readRows(zip: Zip, key: FileKey, onBytes: (bytes: number) => void, leftOut: LeftOut): Promise<object[]> {
  const name = nameOf(key);
  const rows: object[] = [];
  const read = rowReader<object>(COLUMNS[key], (json) => isUnused(key, json));
  let characters = 0;
  await eachLine(zip.read(name), name, (line, number) => {
    const row = read(line, `${name} line ${number}`);
    if (typeof row === 'string') leftOut.add(key, row);
    else rows.push(row);
    characters += line.length;
    if (rows.length % PROGRESS_STEP === 0) onBytes(characters);
  });
  return rows;
}
