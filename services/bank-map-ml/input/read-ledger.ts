import { type Ledger } from '../ledger.js';
import { COLUMNS, FILE_KEYS, OPTIONAL_FILES, type Columns, type FileKey } from './columns.js';
import { InputError } from './input-error.js';
import { eachLine } from './lines.js';
import { rowReader } from './rows.js';
import { Zip } from './zip.js';

/** Lines between two calls of onProgress. */
const PROGRESS_STEP = 20_000;

/** Called repeatedly with the share that is read, from 0 to 1. */
type OnProgress = (part: number) => void;

/**
 * Reads all files of the zip.
 *
 * @throws {InputError} for the first error, with its file, line and field
 */
export async function readLedger(file: string, onProgress?: OnProgress): Promise<Ledger> {
  const zip = await Zip.open(file);
  try {
    const missing = FILE_KEYS.filter((key) => !OPTIONAL_FILES.includes(key) && !zip.has(nameOf(key))).map(nameOf);
    if (missing.length > 0) throw new InputError(`The zip lacks ${missing.join(', ')}.`);
    return await readFiles(zip, onProgress);
  } finally {
    zip.close();
  }
}

const nameOf = (key: FileKey) => `${key}.jsonl`;

async function readFiles(zip: Zip, onProgress?: OnProgress): Promise<Ledger> {
  const total = FILE_KEYS.reduce((sum, key) => sum + zip.sizeOf(nameOf(key)), 0);
  const ledger: Partial<Record<FileKey, unknown[]>> = {};
  let before = 0;
  for (const key of FILE_KEYS) {
    const onBytes = (bytes: number) => onProgress?.((before + bytes) / total);
    ledger[key] = await readRows(zip, nameOf(key), COLUMNS[key], onBytes);
    before += zip.sizeOf(nameOf(key));
  }
  return ledger as unknown as Ledger;
}

async function readRows(
  zip: Zip,
  name: string,
  columns: Columns<object>,
  onBytes: (bytes: number) => void,
): Promise<object[]> {
  const rows: object[] = [];
  const read = rowReader(columns);
  let characters = 0;
  await eachLine(zip.read(name), name, (line, number) => {
    rows.push(read(line, `${name} line ${number}`));
    characters += line.length;
    if (rows.length % PROGRESS_STEP === 0) onBytes(characters);
  });
  return rows;
}
