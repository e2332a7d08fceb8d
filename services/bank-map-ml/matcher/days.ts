const MS_PER_DAY = 86_400_000;

/** Day number of a date; undefined for invalid text and years before 1900 (`0001-01-01` means empty). */
export function dayOf(date: string): number | undefined {
  if (!/^(19|[2-9]\d)\d\d-\d\d-\d\d/.test(date)) return undefined;
  const ms = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(ms) ? undefined : ms / MS_PER_DAY;
}

/** Day number of a time, in UTC. */
export const dayOfTime = (time: Date): number => Math.floor(time.getTime() / MS_PER_DAY);

/** From this many days on 1 − tanh(days / 20) is 0 in a double. */
const FAR = 400;
const CLOSENESS = Float64Array.from({ length: FAR + 1 }, (_, days) => 1 - Math.tanh(days / 20));

/** The day of documents without a date: far from every day, also from a missing day of a line (lineDay). */
export const NO_DAY = 1e9;

/** The day of a line for `closeness`; a missing day is far from NO_DAY. */
export const lineDay = (day: number | undefined): number => day ?? -NO_DAY;

/** 1 − tanh(days between / 20). */
export function closeness(line: number, document: number): number {
  const days = Math.abs(line - document);
  return days < FAR ? (CLOSENESS[days] ?? 0) : 0;
}
