/** A row of a file of the zip, as its JSON says. */
export type Row = Readonly<Record<string, unknown>>;

/** A point in time without a zone: milliseconds since 1970, and its text in the result. */
export interface Moment {
  ms: number;
  iso: string;
}

/** The text of a field, without spaces around it; '' when there is none. */
export function text(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** The first of these fields that is not empty. */
export const firstText = (row: Row, ...names: string[]): string =>
  names.map((name) => text(row[name])).find((found) => found !== '') ?? '';

/** The code points of a text: its length and positions are theirs. */
export const characters = (text: string): string[] => Array.from(text);

/** Text for comparisons that ignore case. */
export const fold = (from: string): string => from.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ');

/** 0 when there is no value. */
export const amount = (value: unknown): number => Number(text(value));

export const currency = (value: unknown): string => (text(value) || 'EUR').toUpperCase();

/** An id that links a payment to a document; some banks fill in that there is none. */
export function endToEndId(value: unknown): string {
  const id = fold(text(value));
  return ['notprovided', 'not_provided', 'not provided'].includes(id) ? '' : id;
}

const DATE =
  /^(\d{4})(-?)(\d\d)\2(\d\d)(?:.(\d\d)(?::?(\d\d))?(?::?(\d\d))?(?:[.,](\d+))?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/**
 * The time of a date, alone or with a time of day, whose zone is ignored.
 * @returns undefined for an empty field
 * @throws RangeError for a day that does not exist
 */
export function moment(value: unknown): Moment | undefined {
  const from = text(value);
  if (from === '') return undefined;
  const [, year, , month, day, hour = '00', minute = '00', second = '00', fraction = ''] = DATE.exec(from) ?? [];
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const ms = Date.parse(`${iso}.${micros}Z`);
  if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(day)) throw new RangeError(`${from} is not a date.`);
  return { ms, iso: Number(micros) === 0 ? iso : `${iso}.${micros}` };
}
