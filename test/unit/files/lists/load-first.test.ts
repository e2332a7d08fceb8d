import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadFirst } from '../../../../src/files/lists/load-first.js';
import { readViolations } from '../../../../src/files/lists/spreadsheet.js';
import { Violations } from '../../../../src/files/lists/violations.js';
import { SHEET_ROWS, writeViolationsSheet } from '../../../support/violations-sheet.js';
import { MemoryTable } from '../../../support/memory-table.js';

let dir: string;
let sheet: string;
beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-xlsx-'));
  sheet = await writeViolationsSheet(dir);
});
afterAll(() => fs.rmSync(dir, { recursive: true }));

let table: MemoryTable;
let violations: Violations;
let loaded: number[];
beforeEach(() => {
  table = new MemoryTable();
  violations = new Violations(table);
  loaded = [];
});

const onLoaded = (rows: number) => loaded.push(rows);
const run = (file: string | undefined) => loadFirst({ violations, file, read: readViolations, onLoaded });

test('the configured file is loaded once, also by several processes', async () => {
  await Promise.all([run(sheet), run(sheet), run(sheet)]);
  await run(sheet);
  expect([loaded, (await violations.ids()).length]).toEqual([[SHEET_ROWS], SHEET_ROWS]);
});

test('nothing is loaded without a file', async () => {
  await run(undefined);
  expect([loaded, table.rows]).toEqual([[], []]);
});

test('a list that exists is kept, and the file is not read', async () => {
  await violations.add({ violations: 'a', violations_comment: '' });
  await run('/none.xlsx');
  expect([loaded, await violations.ids()]).toEqual([[], [1]]);
});

test('a file that cannot be read is an error that names it, and the next run tries again', async () => {
  await expect(run('/none.xlsx')).rejects.toThrow('/none.xlsx is not an .xlsx file: ENOENT');
  await run(sheet);
  expect(loaded).toEqual([SHEET_ROWS]);
});

test('what a load has replaced is deleted', async () => {
  for (const name of ['a', 'b', 'c']) await violations.load([{ violations: name, violations_comment: '' }]);
  await run(undefined);
  expect(new Set(table.rows.map(({ partitionKey }) => partitionKey)).size).toBe(2);
});
