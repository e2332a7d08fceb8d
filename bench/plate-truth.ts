import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** An image and the registration on it. */
export interface LabelledImage {
  readonly file: string;
  readonly plate: string;
}

const FILE_COLUMNS = ['file', 'id'];

/**
 * The labels of a folder: `truth.tsv`, tab-separated, the file's name (or its number, for `<number>.jpg`), the
 * plate, and further columns that are not needed; a first line that names the columns is left out.
 *
 * @throws when a line lacks a column or there is no line
 */
export async function readTruth(dir: string): Promise<LabelledImage[]> {
  const text = await readFile(path.join(dir, 'truth.tsv'), 'utf8');
  const rows = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (FILE_COLUMNS.includes(rows[0]?.split('\t')[0]?.toLowerCase() ?? '')) rows.shift();
  if (rows.length === 0) throw new Error(`${dir}/truth.tsv labels no image.`);
  return rows.map((row) => parseRow(dir, row));
}

function parseRow(dir: string, row: string): LabelledImage {
  const [name = '', plate = ''] = row.split('\t').map((cell) => cell.trim());
  if (name === '' || plate === '') throw new Error(`${dir}/truth.tsv: "${row}" lacks a file or a plate.`);
  return { file: path.join(dir, path.extname(name) === '' ? `${name}.jpg` : name), plate };
}

/** Cyrillic letters of Russian plates and their Latin look-alikes. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
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

/** A plate for the strict count: lower case, letters and digits only, each in its own script. */
export function strictForm(plate: string): string {
  return plate.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** A plate for the lenient count: besides, Cyrillic look-alikes are Latin, O is 0 and I is 1. */
export function lenientForm(plate: string): string {
  const latin = strictForm(plate).replace(/[а-я]/g, (letter) => LOOK_ALIKES[letter] ?? letter);
  return latin.replaceAll('o', '0').replaceAll('i', '1');
}
