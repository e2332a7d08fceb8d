import { type Column, COLUMNS, type FileKey } from '../input/columns.js';
import { type Ledger } from '../ledger.js';

/** A row as a line of its file, with the field names of the file. */
export function jsonLine<K extends FileKey>(file: K, row: Ledger[K][number]): string {
  const columns: Readonly<Record<string, Pick<Column<unknown>, 'names'> | undefined>> = COLUMNS[file];
  const fields = Object.entries(row).map(([name, value]: [string, unknown]) => [
    columns[name]?.names[0] ?? name,
    value,
  ]);
  return `${JSON.stringify(Object.fromEntries(fields))}\n`;
}
