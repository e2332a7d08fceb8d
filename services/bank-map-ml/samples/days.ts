/** A day as the number of days since 1970-01-01, in UTC. */
export type Day = number;

const MS_PER_DAY = 86_400_000;

/** Cached, because samples have few days and many rows. */
const texts = new Map<Day, string>();

/** `YYYY-MM-DD`. */
export function isoDay(day: Day): string {
  const known = texts.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
  texts.set(day, text);
  return text;
}

/** @returns the day of a text `YYYY-MM-DD`, or NaN when it is not a date */
export function dayOf(text: string): Day {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) / MS_PER_DAY : NaN;
  return Number.isFinite(day) && isoDay(day) === text ? day : NaN;
}
