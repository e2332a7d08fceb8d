/** Numbers, sizes and times in words that people use. All by `Intl`, in the language of the browser's page. */

const LANGUAGE = 'en-US';

/** Made at the first use: the first formatter of a page takes longer than all other code that starts the console. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const integer = once(() => new Intl.NumberFormat(LANGUAGE));
const percent = once(() => new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 1 }));
const relative = once(() => new Intl.RelativeTimeFormat(LANGUAGE, { style: 'short', numeric: 'auto' }));
const exactTime = once(() => new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'long' }));
const clockTime = once(
  () => new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const dayOnly = once(() => new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium' }));
const currencies = new Map<string, Intl.NumberFormat>();
/** Not `Intl.DurationFormat`: it takes some hundred times as long, and lists show many durations. */
const narrow = {
  day: once(() => narrowOf('day')),
  hour: once(() => narrowOf('hour')),
  minute: once(() => narrowOf('minute')),
  second: once(() => narrowOf('second')),
};
const narrowOf = (unit: string) => new Intl.NumberFormat(LANGUAGE, { style: 'unit', unit, unitDisplay: 'narrow' });

export const count = (value: number): string => integer().format(value);
/** @param value 0 to 1 */
export const share = (value: number): string => percent().format(value);
export const exact = (date: string | number): string => exactTime().format(new Date(date));
export const day = (date: string | number): string => dayOnly().format(new Date(date));

/** @param currency as ISO 4217 has it; an amount in another one has its name behind it */
export function amount(value: number, currency: string): string {
  if (!/^[A-Z]{3}$/.test(currency)) return `${value.toFixed(2)} ${currency}`;
  const known = currencies.get(currency) ?? new Intl.NumberFormat(LANGUAGE, { style: 'currency', currency });
  currencies.set(currency, known);
  return known.format(value);
}

/** The time of day, such as `14:05`. */
export const clock = (date: string | number): string => clockTime().format(new Date(date));

/** MB is 10^6 bytes, as everywhere in the app (docs/configuration.md). */
export function size(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(LANGUAGE, {
    style: 'unit',
    unit: units[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power < 2 ? 0 : 1,
  }).format(bytes / 1_000 ** power);
}

/** Such as `240 ms`, `3.4 s`, `2m 5s`, `1h 20m`. */
export function lasting(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1_000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24];
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return inUnits({ day: days, hour: hours });
  return hours > 0 ? inUnits({ hour: hours, minute: minutes }) : inUnits({ minute: minutes, second: seconds % 60 });
}

const inUnits = (values: Partial<Record<keyof typeof narrow, number>>): string =>
  Object.entries(values)
    .filter(([, value]) => value > 0)
    .map(([unit, value]) => narrow[unit as keyof typeof narrow]().format(value))
    .join(' ');

/** Such as `3 sec. ago`, `now`, `in 2 days`. */
export function fromNow(date: string | number, now: number): string {
  const seconds = (new Date(date).getTime() - now) / 1_000;
  const [size, unit] = RELATIVE.find(([size]) => Math.abs(seconds) >= size) ?? [1, 'second'];
  return relative().format(Math.trunc(seconds / size), unit);
}

const RELATIVE = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;
