import { Cron } from 'croner';
import { parseTimeSpan } from '../../config/time-span.js';

/** The due times of a timer. */
export interface Schedule {
  /** The first due time after `after`, both in ms since the epoch; undefined when there is none. */
  next(after: number): number | undefined;
}

/**
 * Parses NCRONTAB with six fields, or five (seconds are 0), or a TimeSpan between runs (host contract, 10.1).
 *
 * @param timeZone IANA name; undefined for the time zone of the process
 * @throws Error that names the invalid field or value
 */
export function parseSchedule(text: string, timeZone?: string): Schedule {
  const interval = parseTimeSpan(text.trim());
  if (interval !== undefined) return every(interval);
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6)
    throw new Error(`"${text}" has ${fields.length} fields; NCRONTAB has 6, or 5 without seconds`);
  const pattern = fields.map((field, index) => readField(field, FIELDS[index])).join(' ');
  // In NCRONTAB day and weekday must both match; in most other dialects one suffices. `5/15` is every 15 from 5.
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
  if (interval <= 0) throw new Error('the time between two runs must be above zero');
  return { next: (after) => after + interval };
}

interface Field {
  name: string;
  names: readonly string[];
  /** The value of the first name. */
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
 * Checks one field and replaces names by numbers. Syntax of other dialects (`L`, `W`, `#`, `?`) is rejected, and so are
 * descending ranges, which NCRONTAB would silently reverse.
 */
function readField(text: string, field: Field = plain('')): string {
  const items = text.split(',').map((item) => {
    const match = ITEM.exec(item);
    if (match === null) throw new Error(`"${item}" is not valid in NCRONTAB's ${field.name} field`);
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
  if (start > end) throw new Error(`"${from}-${to}" in the ${field.name} field is a descending range`);
  return `${start}-${end}`;
}

/** A number, or an unambiguous prefix of an English name with at least three letters. */
function readValue(text: string, { name, names, first }: Field): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const matches = names.flatMap((full, index) =>
    full.toLowerCase().startsWith(text.toLowerCase()) ? [index + first] : [],
  );
  const [value] = matches;
  if (value !== undefined && matches.length === 1 && text.length >= 3) return value;
  throw new Error(`"${text}" is not valid in NCRONTAB's ${name} field`);
}
