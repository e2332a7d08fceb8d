import { Cron } from 'croner';
import { parseTimeSpan } from '../../config/time-span.js';

/** When a timer runs. */
export interface Schedule {
  /** The first moment after `after`, both in ms since the epoch; undefined when there is none any more. */
  next(after: number): number | undefined;
}

/**
 * Reads NCRONTAB with six fields, or five (the seconds are 0 then), or a TimeSpan between runs (host contract, 10.1).
 *
 * @param timeZone IANA name; undefined for the process's own
 * @throws Error saying what is wrong
 */
export function parseSchedule(text: string, timeZone?: string): Schedule {
  const interval = parseTimeSpan(text.trim());
  if (interval !== undefined) return every(interval);
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6)
    throw new Error(`"${text}" has ${fields.length} fields; NCRONTAB has 6, or 5 without seconds`);
  const pattern = fields.map((field, index) => readField(field, FIELDS[index])).join(' ');
  // In NCRONTAB day and weekday must both match; most other dialects take either. `5/15` is 5 to the end, in steps of 15.
  const cron = new Cron(pattern, {
    paused: true,
    domAndDow: true,
    mode: '6-part',
    sloppyRanges: true,
    timezone: timeZone,
  });
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
}

function every(interval: number): Schedule {
  if (interval <= 0) throw new Error('a timer needs a time above zero between its runs');
  return { next: (after) => after + interval };
}

interface Field {
  name: string;
  names: readonly string[];
  /** Number of the first name. */
  first: number;
}

const plain = (name: string): Field => ({ name, names: [], first: 0 });
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const FIELDS: readonly Field[] = [
  plain('second'),
  plain('minute'),
  plain('hour'),
  plain('day'),
  { name: 'month', names: MONTHS, first: 1 },
  { name: 'day of week', names: DAYS, first: 0 },
];

const ITEM = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/;

/**
 * Checks one field and writes names as numbers. What only other dialects know (`L`, `W`, `#`, `?`) is refused, and so
 * are ranges that run backwards: NCRONTAB would silently turn them round.
 */
function readField(text: string, field: Field = plain('')): string {
  const items = text.split(',').map((item) => {
    const match = ITEM.exec(item);
    if (match === null) throw new Error(`"${item}" means nothing in NCRONTAB's ${field.name} field`);
    const [, from, to, step] = match;
    const range = from === undefined ? '*' : readRange(from, to, field);
    return step === undefined ? range : `${range}/${step}`;
  });
  return items.join(',');
}

function readRange(from: string, to: string | undefined, field: Field): string {
  const start = readValue(from, field);
  if (to === undefined) return String(start);
  const end = readValue(to, field);
  if (start > end) throw new Error(`"${from}-${to}" in the ${field.name} field runs backwards`);
  return `${start}-${end}`;
}

/** A number, or the beginning of an English name that no other name shares. */
function readValue(text: string, { name, names, first }: Field): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const found = names.flatMap((full, index) =>
    full.toLowerCase().startsWith(text.toLowerCase()) ? [index + first] : [],
  );
  const [only] = found;
  if (only !== undefined && found.length === 1 && text.length >= 3) return only;
  throw new Error(`"${text}" means nothing in NCRONTAB's ${name} field`);
}
