import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { stream, type CellValue, type Row } from 'exceljs';
import { fromBufferPromise, openPromise, type Entry, type ZipFile } from 'yauzl';
import { hasCode } from '../../platform/errors.js';
import { filesErrors } from '../errors.js';
import { violationBody, type Violation } from './fields.js';

/** Limits of a spreadsheet, against files that unpack to much more than their size. */
interface SheetLimits {
  /** Rows with values below the header. */
  rows: number;
  /** Bytes of the parts that are read, unpacked. */
  bytes: number;
  /** Elements of their XML: each costs memory, however short it is. */
  elements: number;
}

const LIMITS: SheetLimits = { rows: 200_000, bytes: 256 * 1024 * 1024, elements: 10_000_000 };
/** Files of the zip. */
const MAX_ENTRIES = 1_000;
/** Rows in which the header is looked for. */
const HEADER_ROWS = 20;
/** Bad rows that a message names. */
const MAX_NAMED = 20;

/** A spreadsheet that cannot be loaded: the message says what is wrong, and what to do. */
const invalid = filesErrors.SpreadsheetInvalid;

/**
 * Reads violations of a spreadsheet: of each row of its first sheet with a header, `violations` is the context, and
 * `violations_comment` the age and the violation. Columns are found by their names.
 * @param sheet a path, or the bytes
 * @throws OperationError 400 `SpreadsheetInvalid` that names bad rows by their numbers, and their columns
 */
export async function readViolations(sheet: string | Buffer, limits: SheetLimits = LIMITS): Promise<Violation[]> {
  const zip = await openZip(sheet);
  const source = Readable.from(unpacked(zip, limits));
  const failed = new Promise<never>((_, reject) => source.once('error', reject));
  try {
    // The reader waits forever when its source fails.
    return await Promise.race([readSheets(source, limits), failed]);
  } catch (cause) {
    if (hasCode(cause, invalid)) throw cause;
    throw invalid(`The spreadsheet cannot be read: ${reasonOf(cause)}. Save it again as .xlsx.`, {
      cause,
    });
  } finally {
    source.destroy();
    zip.close();
  }
}

async function readSheets(source: Readable, limits: SheetLimits): Promise<Violation[]> {
  for await (const sheet of new stream.xlsx.WorkbookReader(source, READER_OPTIONS)) {
    const found = await readSheet(sheet, limits);
    if (found) return found;
  }
  throw invalid('The spreadsheet has no sheet with rows.');
}

const READER_OPTIONS = {
  worksheets: 'emit',
  sharedStrings: 'cache',
  hyperlinks: 'ignore',
  styles: 'ignore',
  entries: 'ignore',
} as const;

const reasonOf = (thrown: unknown) => (thrown as Error).message.slice(0, 200).replace(/\.$/, '');

async function openZip(sheet: string | Buffer): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false };
  try {
    return await (typeof sheet === 'string' ? openPromise(sheet, options) : fromBufferPromise(sheet, options));
  } catch (cause) {
    throw invalid(`${typeof sheet === 'string' ? sheet : 'The body'} is not an .xlsx file: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

/** The parts that are read, in this order: texts come before the sheets that refer to them. */
const PARTS: { name: RegExp; whenMissing?: Buffer }[] = [
  { name: /^xl\/workbook\.xml$/ },
  { name: /^xl\/_rels\/workbook\.xml\.rels$/ },
  // Without this part the reader keeps the sheets in temporary files until the end of the zip.
  { name: /^xl\/sharedStrings\.xml$/, whenMissing: entryOf('xl/sharedStrings.xml', '<sst/>') },
  { name: /^xl\/worksheets\/sheet\d+\.xml$/ },
];

/**
 * The spreadsheet as a zip without compression, of the parts that are read, in their order. What the reader gets is
 * therefore counted and checked, also where the zip says otherwise.
 * @throws OperationError 400 `SpreadsheetInvalid`
 */
async function* unpacked(zip: ZipFile, limits: SheetLimits): AsyncGenerator<Buffer> {
  if (zip.entryCount > MAX_ENTRIES) throw invalid(`The spreadsheet has more than ${MAX_ENTRIES} parts.`);
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  const count = counter(limits);
  for (const { name, whenMissing } of PARTS) {
    const found = entries.filter(({ fileName }) => name.test(fileName)).sort(byNumber);
    if (found.length === 0 && !whenMissing) throw invalid('The file is a zip, but not an .xlsx file.');
    if (found.length === 0 && whenMissing) yield whenMissing;
    for (const entry of found) {
      if (entry.isEncrypted()) throw invalid('The spreadsheet is encrypted; save it without a password.');
      if (entry.uncompressedSize > limits.bytes) throw tooLarge(limits);
      yield localHeader(entry.fileName, entry.uncompressedSize, entry.crc32);
      let checksum = 0;
      for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
        count(chunk);
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
      if (checksum !== entry.crc32) throw invalid('The spreadsheet is damaged; save it again.');
    }
  }
  yield END;
}

const byNumber = (a: Entry, b: Entry) => Number(/\d+/.exec(a.fileName)?.[0]) - Number(/\d+/.exec(b.fileName)?.[0]);

const LESS_THAN = '<'.charCodeAt(0);

function counter(limits: SheetLimits): (chunk: Buffer) => void {
  let bytes = 0;
  let elements = 0;
  return (chunk) => {
    bytes += chunk.length;
    for (let at = chunk.indexOf(LESS_THAN); at >= 0; at = chunk.indexOf(LESS_THAN, at + 1)) elements++;
    if (bytes > limits.bytes || elements > limits.elements) throw tooLarge(limits);
  };
}

const tooLarge = ({ bytes, elements }: SheetLimits) =>
  invalid(
    `The spreadsheet unpacks to more than ${bytes} bytes or ${elements} elements; delete what is not needed in it.`,
  );

/** APPNOTE.TXT, 4.3.7: an entry without compression. */
function localHeader(name: string, size: number, checksum: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4); // version needed
  header.writeUInt32LE(checksum, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name, 'latin1')]);
}

function entryOf(name: string, text: string): Buffer {
  return Buffer.concat([localHeader(name, text.length, crc32(text)), Buffer.from(text)]);
}

/** APPNOTE.TXT, 4.3.16: the end of a directory, here of an empty one. */
const END = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** Undefined when the sheet has no rows. */
async function readSheet(sheet: AsyncIterable<Row>, { rows: most }: SheetLimits): Promise<Violation[] | undefined> {
  let columns: Columns | undefined;
  let seen = 0;
  const found: Violation[] = [];
  const bad: string[] = [];
  for await (const row of sheet) {
    const cells = cellsOf(row);
    if (cells.size === 0) continue;
    if (!columns) {
      columns = columnsOf(cells);
      if (!columns && ++seen === HEADER_ROWS) throw noHeader();
      continue;
    }
    const read = violationOf(columns, cells);
    if (typeof read === 'string') bad.push(`row ${row.number}: ${read}`);
    else found.push(read);
    if (found.length + bad.length > most) throw invalid(`The spreadsheet has more than ${most} rows.`);
  }
  if (!columns && seen === 0) return undefined;
  if (!columns) throw noHeader();
  if (bad.length > 0) {
    const more = bad.length > MAX_NAMED ? `\n${bad.length - MAX_NAMED} more.` : '';
    throw invalid(`Nothing is loaded; correct the rows:\n${bad.slice(0, MAX_NAMED).join('\n')}${more}`);
  }
  if (found.length === 0) throw invalid('The spreadsheet has no rows below the header.');
  return found;
}

const noHeader = () =>
  invalid('The spreadsheet has no header: a row with the names violations, context and age is needed.');

/** A text of a cell; what is no text is null. */
type Cells = Map<number, string | null>;

function cellsOf(row: Row): Cells {
  const cells: Cells = new Map();
  row.eachCell((cell, column) => {
    const text = textOf(cell.value)?.trim();
    if (text !== '') cells.set(column, text ?? null);
  });
  return cells;
}

function textOf(value: CellValue): string | null {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isNaN(value) ? null : String(value);
  if (typeof value !== 'object' || value instanceof Date) return String(value);
  if ('richText' in value) return value.richText.map(({ text }) => text).join('');
  if ('error' in value) return null;
  if ('result' in value || 'formula' in value) return textOf(value.result);
  return 'text' in value ? textOf(value.text) : null;
}

interface Columns {
  violation: number;
  context: number;
  age: number;
}

/** Undefined when the row is not the header. */
function columnsOf(cells: Cells): Columns | undefined {
  const named = (name: RegExp) => [...cells].find(([, text]) => text !== null && name.test(text))?.[0];
  const [violation, context, age] = [named(/^violations?$/i), named(/^context$/i), named(/^age$/i)];
  if (violation === undefined || context === undefined || age === undefined) return undefined;
  return { violation, context, age };
}

/** What is wrong with the row, when it is. */
function violationOf(columns: Columns, cells: Cells): Violation | string {
  const texts = { violation: '', context: '', age: '' };
  for (const name of ['violation', 'context', 'age'] as const) {
    const text = cells.get(columns[name]);
    if (text === null) return `${name} is an error or no text; write a text`;
    if (text === undefined) return `${name} is empty; fill it, or delete the row`;
    texts[name] = text;
  }
  const { violation, context, age } = texts;
  const parsed = violationBody.safeParse({ violations: context, violations_comment: `${age}: ${violation}` });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path[0] === 'violations' ? 'context' : 'age and violation';
  return `${name}: ${issue?.message ?? 'not valid'}`;
}
