/** A value of a cell; undefined and null are an empty cell. */
export type Cell = string | number | boolean | null | undefined;

/** RFC 4180, 2.6: these are allowed in a quoted field only. */
const NEEDS_QUOTES = /[",\r\n]/;
/** First characters of texts that spreadsheets read as a formula (OWASP, "CSV Injection"), also the full-width ones. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** A text that spreadsheets read as a number, such as -12.50. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * A line of CSV (RFC 4180) with its CRLF. A text that a spreadsheet would run as a formula gets an apostrophe before it;
 * numbers, and texts that are a decimal number, stay as they are.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: Cell): string {
  if (cell === undefined || cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
