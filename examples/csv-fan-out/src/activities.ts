import { Readable } from 'node:stream';
import { Workbook } from 'exceljs';
import { defineActivity, type Activity } from '../../../src/operations/activities.js';
import { type BlobStore } from '../../../src/platform/storage.js';
import { COLUMNS, COUNT, csvErrors, csvInput, item, WORK, workInput, type RowResult } from './schemas.js';

type Row = { line: number; cells: string[] };

export function createCsvActivities(blobs: Pick<BlobStore, 'get'>): Record<string, Activity> {
  const rowsOf = async (blob: string) => parse((await blobs.get(blob)) ?? Buffer.of());
  return {
    [COUNT]: defineActivity(csvInput, async ({ blob }) => (await rowsOf(blob)).length),
    [WORK]: defineActivity(workInput, async ({ blob, from, to }) => (await rowsOf(blob)).slice(from, to).map(priced)),
  };
}

/** The rows after the header, without empty lines. A quoted cell may have several lines. */
async function parse(csv: Buffer): Promise<Row[]> {
  const rows: Row[] = [];
  const read = new Workbook().csv.read(Readable.from([csv]), { map: (cell: string) => cell });
  const sheet = await read.catch((cause: unknown) => {
    throw csvErrors.CsvInvalid('A quoted cell has no end, or text after it.', { cause });
  });
  let line = 1;
  sheet.eachRow({ includeEmpty: true }, ({ values }) => {
    const cells = (values as string[]).slice(1);
    if (cells.length > 0) rows.push({ line, cells });
    line += 1 + (cells.join().match(/\r\n|\r|\n/g)?.length ?? 0);
  });
  if (rows.shift()?.cells.join() === COLUMNS.join()) return rows;
  throw csvErrors.CsvInvalid(`The first line must be ${COLUMNS.join()}.`);
}

function priced({ line, cells, cells: [sku = ''] }: Row): RowResult {
  if (cells.length !== COLUMNS.length) return { line, sku, total: '', error: `has ${cells.length} cells` };
  const { data, error } = item.safeParse(Object.fromEntries(COLUMNS.map((name, index) => [name, cells[index]])));
  if (!data) return { line, sku, total: '', error: error.issues.map(({ message }) => message).join(', ') };
  const cents = BigInt(data.quantity) * BigInt(data.price.replace('.', ''));
  return { line, sku, total: `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`, error: '' };
}
