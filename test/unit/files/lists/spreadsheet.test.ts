import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Workbook, type CellValue } from 'exceljs';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { ROOT } from '../../../../dev/plan.js';
import { readViolations } from '../../../../src/files/lists/spreadsheet.js';

const HEADER = ['id', 'violations', 'context', 'age', 'mark'];
const GOOD: CellValue[] = [1, 'Threats', 'Threats of violence', '16+', 'often'];
const LIMITS = { rows: 10, bytes: 1_000_000, elements: 1_000 };

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'longhaul-xlsx-'));
  file = path.join(dir, 'list.xlsx');
});
afterAll(() => fs.promises.rm(dir, { recursive: true, force: true }));

/** Writes a spreadsheet of these sheets. */
async function write(...sheets: CellValue[][][]): Promise<void> {
  const book = new Workbook();
  for (const rows of sheets) book.addWorksheet().addRows(rows);
  await book.xlsx.writeFile(file);
}

/** Changes the parts of the spreadsheet. */
async function change(edit: (parts: Zippable) => void): Promise<void> {
  const parts: Zippable = unzipSync(await fs.promises.readFile(file));
  edit(parts);
  await fs.promises.writeFile(file, zipSync(parts));
}

const SHEET = 'xl/worksheets/sheet1.xml';
const xml = (rows: string) => Buffer.from(`<?xml version="1.0"?><worksheet><sheetData>${rows}</sheetData></worksheet>`);
const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const headerXml = `<row r="1">${cell('A1', 'violations')}${cell('B1', 'context')}${cell('C1', 'age')}</row>`;

const REAL = path.join(ROOT, '../shared/data/files/classification_events.xlsx');
const testReal = fs.existsSync(REAL) ? test : test.skip;

testReal('the list of the existing service', async () => {
  const violations = await readViolations(REAL);
  expect(violations.length).toBe(58);
  expect(violations[0]).toEqual({
    violations: 'Мат, обсценная речь',
    violations_comment: '16+ / 18+: Нецензурная лексика',
  });
  expect(violations[57]).toEqual({
    violations: 'Использование животных без насилия',
    violations_comment: '12+ / 16+: Эксплуатация животных в шоу',
  });
});

test('columns are found by their names, also in another order, case and number', async () => {
  await write([['note'], [], ['AGE', ' Violation ', 'Context'], ['18+', 'Threats', 'of violence']]);
  expect(await readViolations(file)).toEqual([{ violations: 'of violence', violations_comment: '18+: Threats' }]);
});

test('numbers, formulas, links and formatted texts are texts; empty rows and other columns are left out', async () => {
  const rich = { richText: [{ text: 'of ' }, { font: { bold: true }, text: 'violence' }] };
  await write([
    HEADER,
    [1, 'a', rich, 18],
    [],
    [2, { formula: 'A1', result: 'b' }, { text: 'c', hyperlink: 'x:y' }, 0],
  ]);
  expect(await readViolations(file)).toEqual([
    { violations: 'of violence', violations_comment: '18: a' },
    { violations: 'c', violations_comment: '0: b' },
  ]);
});

test('the first sheet with rows is read', async () => {
  await write([], [HEADER, GOOD], [['other']]);
  expect(await readViolations(file)).toEqual([
    { violations: 'Threats of violence', violations_comment: '16+: Threats' },
  ]);
});

test('a spreadsheet without shared texts is read', async () => {
  await write([HEADER, GOOD]);
  await change((parts) => {
    delete parts['xl/sharedStrings.xml'];
    parts[SHEET] = xml(`${headerXml}<row r="2">${cell('A2', 'a &amp; b')}${cell('B2', 'c')}${cell('C2', '16+')}</row>`);
  });
  expect(await readViolations(file)).toEqual([{ violations: 'c', violations_comment: '16+: a & b' }]);
});

test('every bad row is named by its number, with what to do', async () => {
  const long = 'x'.repeat(2_001);
  await write([
    HEADER,
    GOOD,
    [2, 'a', '', '16+'],
    [],
    [3, 'a', 'b'],
    [4, { error: '#REF!' }, 'b', '16+'],
    [5, 'a', long, 1],
  ]);
  await expect(readViolations(file)).rejects.toThrow(
    [
      'Nothing is loaded; correct the rows:',
      'row 3: context is empty; fill it, or delete the row',
      'row 5: age is empty; fill it, or delete the row',
      'row 6: violation is an error or no text; write a text',
      'row 7: context: Too big: expected string to have <=2000 characters',
    ].join('\n'),
  );
});

test('the bytes of a spreadsheet are read as the file is', async () => {
  await write([HEADER, GOOD]);
  expect(await readViolations(await fs.promises.readFile(file))).toEqual(await readViolations(file));
  await expect(readViolations(Buffer.from('id;violations'))).rejects.toMatchObject({
    data: { code: 'SpreadsheetInvalid', message: expect.stringMatching(/^The body is not an \.xlsx file: /) as string },
  });
});

test('of many bad rows the first are named', async () => {
  await write([HEADER, ...Array.from({ length: 30 }, () => [1, 'a'])]);
  await expect(readViolations(file)).rejects.toThrow(/row 21: context is empty.*\n10 more\.$/);
});

describe('a spreadsheet that cannot be loaded is refused with its reason', () => {
  test.each<[string, CellValue[][], string]>([
    ['no rows', [], 'The spreadsheet has no sheet with rows.'],
    [
      'no header',
      [['a', 'b'], ['c']],
      'The spreadsheet has no header: a row with the names violations, context and age',
    ],
    ['a header that lacks a column', [['violations', 'age'], ['c']], 'The spreadsheet has no header'],
    ['a header only', [HEADER], 'The spreadsheet has no rows below the header.'],
    ['too many rows', [HEADER, ...Array.from({ length: 11 }, () => GOOD)], 'The spreadsheet has more than 10 rows.'],
  ])('%s', async (_name, rows, message) => {
    await write(rows);
    await expect(readViolations(file, LIMITS)).rejects.toThrow(message);
  });

  test('a file that is no zip, or is missing', async () => {
    await fs.promises.writeFile(file, 'id;violations');
    await expect(readViolations(file)).rejects.toThrow(`${file} is not an .xlsx file: `);
    await expect(readViolations(path.join(dir, 'none.xlsx'))).rejects.toThrow('ENOENT');
  });

  test('half of a file', async () => {
    await write([HEADER, GOOD]);
    const bytes = await fs.promises.readFile(file);
    await fs.promises.writeFile(file, bytes.subarray(0, bytes.length / 2));
    await expect(readViolations(file)).rejects.toThrow('is not an .xlsx file');
  });

  test('another zip', async () => {
    await fs.promises.writeFile(file, zipSync({ 'a.txt': Buffer.from('a') }));
    await expect(readViolations(file)).rejects.toThrow('The file is a zip, but not an .xlsx file.');
  });

  test('XML that is not well formed', async () => {
    await write([HEADER, GOOD]);
    await change((parts) => {
      parts[SHEET] = Buffer.from('<worksheet><sheetData></row>');
    });
    await expect(readViolations(file)).rejects.toThrow('The spreadsheet cannot be read: ');
  });

  test('a text that was changed in the file', async () => {
    await write([HEADER, GOOD]);
    const parts = unzipSync(await fs.promises.readFile(file));
    const stored = zipSync(parts, { level: 0 });
    stored[Buffer.from(stored).indexOf('Threats of')] = 'X'.charCodeAt(0);
    await fs.promises.writeFile(file, stored);
    await expect(readViolations(file)).rejects.toThrow('The spreadsheet is damaged; save it again.');
  });
});

describe('a file that unpacks to much more than its size is refused', () => {
  const refusal =
    'The spreadsheet unpacks to more than 1000000 bytes or 1000 elements; delete what is not needed in it.';

  test.each<[string, string, Buffer]>([
    ['a long part', 'xl/sharedStrings.xml', Buffer.alloc(20_000_000, ' ')],
    ['many short elements', 'xl/sharedStrings.xml', Buffer.from(`<sst>${'<si/>'.repeat(2_000)}</sst>`)],
    ['many rows without a value', SHEET, xml('<row/>'.repeat(2_000))],
  ])('%s', async (_name, part, bytes) => {
    await write([HEADER, GOOD]);
    await change((parts) => {
      parts[part] = bytes;
    });
    await expect(readViolations(file, LIMITS)).rejects.toThrow(refusal);
  });

  test('also when it names a smaller size', async () => {
    await write([HEADER, GOOD]);
    await change((parts) => {
      parts['xl/sharedStrings.xml'] = Buffer.alloc(20_000_000, ' ');
    });
    const bytes = await fs.promises.readFile(file);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(20_000_000);
    for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size)) bytes.writeUInt32LE(1_000, at);
    await fs.promises.writeFile(file, bytes);
    await expect(readViolations(file, LIMITS)).rejects.toThrow(/unpacks to more|cannot be read/);
  });

  test('a part that is only in front of its directory is not read', async () => {
    await write([HEADER, GOOD]);
    const hidden = zipSync({ 'xl/sharedStrings.xml': Buffer.alloc(20_000_000, ' ') });
    await fs.promises.writeFile(file, Buffer.concat([hidden, await fs.promises.readFile(file)]));
    await expect(readViolations(file, LIMITS)).rejects.toThrow(/is not an \.xlsx file|cannot be read/);
  });
});

test('ranges and columns that name the whole sheet cost nothing', async () => {
  await write([HEADER, GOOD]);
  await change((parts) => {
    const all = 'A1:XFD1048576';
    parts[SHEET] = Buffer.from(
      `<worksheet><dimension ref="${all}"/><cols><col min="1" max="999999999" width="1"/></cols><sheetData>${headerXml}` +
        `<row r="1048576">${cell('A1048576', 'a')}${cell('B1048576', 'b')}${cell('C1048576', '0+')}</row></sheetData>` +
        `<mergeCells><mergeCell ref="${all}"/></mergeCells>` +
        `<dataValidations><dataValidation sqref="${all}"/></dataValidations></worksheet>`,
    );
  });
  expect(await readViolations(file)).toEqual([{ violations: 'b', violations_comment: '0+: a' }]);
});
