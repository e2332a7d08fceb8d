/**
 * Reads query strings as the genuine host does (source: HttpApiHandler.cs): names are case-insensitive, the values of a
 * repeated name are joined with commas, and a value that does not parse counts as missing.
 */

const MAX_INT32 = 2 ** 31 - 1;

export class QueryParameters {
  readonly #values = new Map<string, string[]>();

  constructor(query: URLSearchParams) {
    for (const [name, value] of query) {
      const key = name.toLowerCase();
      const values = this.#values.get(key);
      if (values === undefined) this.#values.set(key, [value]);
      else values.push(value);
    }
  }

  all(name: string): readonly string[] {
    return this.#values.get(name.toLowerCase()) ?? [];
  }

  text(name: string): string | undefined {
    const values = this.all(name);
    return values.length === 0 ? undefined : values.join(',');
  }

  /** Undefined when missing or blank. */
  name(name: string): string | undefined {
    const value = this.text(name);
    return value === undefined || value.trim() === '' ? undefined : value;
  }

  flag(name: string, defaultValue: boolean): boolean {
    const value = this.text(name)?.trim().toLowerCase();
    return value === 'true' || (value !== 'false' && defaultValue);
  }

  /** Seconds, decimals and signs allowed; undefined when missing or not a number. */
  seconds(name: string): number | undefined {
    const value = this.text(name)?.trim().replaceAll(',', '');
    return value !== undefined && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value) ? Number(value) : undefined;
  }

  /** ms since the epoch; undefined when missing or not a date. A time without a zone is in UTC. */
  time(name: string): number | undefined {
    const value = this.text(name);
    const ms = value === undefined ? NaN : parseTime(value.trim());
    return Number.isNaN(ms) ? undefined : ms;
  }

  /** A whole number of 32 bits, signs allowed; undefined when missing or invalid. */
  integer(name: string): number | undefined {
    const value = this.text(name)?.trim();
    if (value === undefined || !/^[-+]?\d+$/.test(value)) return undefined;
    const integer = Number(value);
    return Math.abs(integer) <= MAX_INT32 ? integer : undefined;
  }
}

const ISO = /^(\d{1,4})(-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[-+]\d\d:?\d\d)?$/i;
const AMERICAN = /^\d{1,2}\/\d{1,2}\/\d{4}(?: \d\d:\d\d(?::\d\d)?)?$/;
const HTTP_DATE = /^[a-z]{3}, \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT$/i;

/** The forms of `DateTime.TryParse` that clients use; NaN for others. */
function parseTime(text: string): number {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year = '', day = '', time = '00:00', zone = 'Z'] = iso;
    return Date.parse(`${year.padStart(4, '0')}${day}T${time}${zone.toUpperCase()}`);
  }
  if (AMERICAN.test(text)) return Date.parse(`${text} UTC`);
  return HTTP_DATE.test(text) ? Date.parse(text) : NaN;
}
