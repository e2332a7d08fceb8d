import path from 'node:path';
import { Workbook } from 'exceljs';

/** Rows of the spreadsheet. */
export const SHEET_ROWS = 58;

/** Writes a spreadsheet with a base list of violations. @returns its path */
export async function writeViolationsSheet(dir: string): Promise<string> {
  const rows = Array.from({ length: SHEET_ROWS }, (_, index) => {
    const number = index + 1;
    return [number, `Насилие ${number}`, `Драки, угрозы ${number}`, '16+ / 18+', `частота: низкая, ряд ${number}`];
  });
  const book = new Workbook();
  book.addWorksheet().addRows([['id', 'violations', 'context', 'age', 'mark'], ...rows]);
  const file = path.join(dir, 'violations.xlsx');
  await book.xlsx.writeFile(file);
  return file;
}
