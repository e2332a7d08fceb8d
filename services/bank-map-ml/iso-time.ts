/** A date and time of a row. Time zones are dropped, not converted: dates of a ledger are local. */
export interface IsoTime {
  /** `YYYY-MM-DD` at midnight, otherwise `YYYY-MM-DDTHH:MM:SS`, with six decimals where they are not zero. */
  text: string;
  /** Seconds since 1970 at UTC. */
  seconds: number;
}

const DATE = /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))(?:[^](.+))?$/;
const TIME = /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(?:Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?$/;

/** Dates of ledgers repeat. */
const MAX_KNOWN = 10_000;
const known = new Map<string, IsoTime>();

/**
 * Reads a date in the forms of ISO 8601 that exports have: `2026-11-10` or `20261110`, with or without a time behind any
 * one character. Undefined for any other text and for days that do not exist.
 */
export function parseIsoTime(text: string): IsoTime | undefined {
  const existing = known.get(text);
  if (existing) return existing;
  const time = parse(text);
  if (time) {
    if (known.size === MAX_KNOWN) known.clear();
    known.set(text, time);
  }
  return time;
}

function parse(text: string): IsoTime | undefined {
  const [matched, year = '', month, day, month2, day2, time] = DATE.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const date = `${year}-${month ?? month2 ?? ''}-${day ?? day2 ?? ''}`;
  const seconds = Date.parse(`${date}T00:00:00Z`) / 1_000;
  // Date.parse accepts the 31st of every month.
  if (Number.isNaN(seconds) || new Date(seconds * 1_000).getUTCDate() !== Number(date.slice(8))) return undefined;
  return time === undefined ? { text: date, seconds } : withTime(date, seconds, time);
}

function withTime(date: string, midnight: number, time: string): IsoTime | undefined {
  const [matched, hour = '', minute = '00', second = '00', decimals = ''] = TIME.exec(time) ?? [];
  if (matched === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const micros = decimals.slice(0, 6).padEnd(6, '0');
  const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(`${second}.${micros}`);
  if (seconds === 0) return { text: date, seconds: midnight };
  const fraction = micros === '000000' ? '' : `.${micros}`;
  return { text: `${date}T${hour}:${minute}:${second}${fraction}`, seconds: midnight + seconds };
}
