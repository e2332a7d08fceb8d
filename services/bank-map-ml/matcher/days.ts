import { parseIsoTime } from '../iso-time.js';

export const SECONDS_PER_DAY = 86_400;

/** The time of documents without a date: no number of days is near it. */
const NO_TIME = NaN;

/** Seconds since 1970; NO_TIME for an empty or invalid text. */
export const secondsOf = (date: string): number => parseIsoTime(date)?.seconds ?? NO_TIME;

/** From this many days on 1 − tanh(days / 20) is 0 in a double. */
const FAR = 400;
const CLOSENESS = Float64Array.from({ length: FAR + 1 }, (_, days) => 1 - Math.tanh(days / 20));

/** 1 − tanh(|whole days from `from` to `to`| / 20), with the days rounded down; 0 when either is NO_TIME. */
export function closeness(from: number, to: number): number {
  const days = Math.abs(Math.floor((to - from) / SECONDS_PER_DAY));
  return days < FAR ? (CLOSENESS[days] ?? 0) : 0;
}

/** The date in the result: with a time, `YYYY-MM-DDTHH:MM:SS`. */
export const withTime = (date: string): string => (date.length === 10 ? `${date}T00:00:00` : date);
