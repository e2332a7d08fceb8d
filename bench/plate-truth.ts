import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** An image and the license plate number on it. */
export interface LabeledImage {
  readonly file: string;
  readonly plate: string;
}

const FILE_COLUMNS = ['file', 'id'];

/**
 * Reads the labels in `truth.tsv` of a folder. Columns, separated by tabs: file name (or number, for `<number>.jpg`),
 * plate, and others, which are ignored. A heading line is skipped.
 *
 * @throws Error when a line has no file or plate, or there is no line
 */
export async function readTruth(dir: string): Promise<LabeledImage[]> {
  const text = await readFile(path.join(dir, 'truth.tsv'), 'utf8');
  const rows = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (FILE_COLUMNS.includes(rows[0]?.split('\t')[0]?.toLowerCase() ?? '')) rows.shift();
  if (rows.length === 0) throw new Error(`${dir}/truth.tsv has no labels.`);
  return rows.map((row) => parseRow(dir, row));
}

function parseRow(dir: string, row: string): LabeledImage {
  const [name = '', plate = ''] = row.split('\t').map((cell) => cell.trim());
  if (name === '' || plate === '') throw new Error(`${dir}/truth.tsv: "${row}" has no file or no plate.`);
  return { file: path.join(dir, path.extname(name) === '' ? `${name}.jpg` : name), plate };
}

/** Cyrillic letters of Russian plates and the Latin letters of the same shape. */
const HOMOGLYPHS: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  е: 'e',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  т: 't',
  у: 'y',
  х: 'x',
};

/** A plate for the strict comparison: lower case, letters and digits only, scripts unchanged. */
export function strictForm(plate: string): string {
  return plate.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** A plate for the lenient comparison: as `strictForm`, with Cyrillic homoglyphs as Latin letters, O as 0 and I as 1. */
export function lenientForm(plate: string): string {
  const latin = strictForm(plate).replace(/[а-я]/g, (letter) => HOMOGLYPHS[letter] ?? letter);
  return latin.replaceAll('o', '0').replaceAll('i', '1');
}
