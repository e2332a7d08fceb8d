/** A day as the number of days since 1970-01-01, in UTC. */
export type Day = number;

const MS_PER_DAY = 86_400_000;

/** `YYYY-MM-DD`. */
export const isoDay = (day: Day) => new Date(day * MS_PER_DAY).toISOString().slice(0, 10);

/** @param text `YYYY-MM-DD`; NaN when it is none */
export function dayOf(text: string): Day {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) / MS_PER_DAY : NaN;
  return Number.isFinite(day) && isoDay(day) === text ? day : NaN;
}
