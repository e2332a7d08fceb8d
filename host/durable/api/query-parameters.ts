/** Reads query strings (host contract, 5): names are case-insensitive, values have limits. */

const MAX_WAIT_S = 24 * 3_600;

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
    return this.all(name)[0];
  }

  flag(name: string, defaultValue: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    return value === 'true' || (value !== 'false' && defaultValue);
  }

  /** Seconds, decimals allowed; undefined when missing or not a number. */
  seconds(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined || value.trim() === '') return undefined;
    const seconds = Number(value);
    return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), MAX_WAIT_S) : undefined;
  }

  /** ms since the epoch; undefined when missing or not a date. */
  time(name: string): number | undefined {
    const value = this.text(name);
    const ms = value === undefined ? NaN : Date.parse(value);
    return Number.isNaN(ms) ? undefined : ms;
  }

  /** An integer from 1 to `highest`; `defaultValue` when missing or invalid. */
  count(name: string, defaultValue: number, highest: number): number {
    const value = this.text(name);
    const count = value === undefined ? NaN : Number(value);
    return Number.isInteger(count) && count > 0 ? Math.min(count, highest) : defaultValue;
  }
}
