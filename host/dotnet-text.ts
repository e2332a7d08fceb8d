import { dateFormatter } from './bindings/date-format.js';

/** Values as .NET writes them. */

export function booleanText(value: boolean): string {
  return value ? 'True' : 'False';
}

/** No time, as Newtonsoft.Json writes it. */
export const NO_TIME = '0001-01-01T00:00:00';

/** A time in UTC as Newtonsoft.Json writes it. @param ms since the epoch */
export function jsonTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}

/** The same with an offset instead of `Z`, as for a `DateTimeOffset`. */
export function jsonTimeWithOffset(ms: number): string {
  return jsonTime(ms).replace('Z', '+00:00');
}

const ISO_DATE =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,7})?(?:[Zz]|(?<sign>[+-])(?<hours>\d\d)(?::?(?<minutes>\d\d))?)?$/;
const MICROSOFT_DATE = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;
const inNetFormat = dateFormatter('MM/dd/yyyy HH:mm:ss');

/** The date in a text of JSON, as .NET writes it in UTC; undefined for any other text. */
export function dateText(text: string): string | undefined {
  const date = microsoftDate(text) ?? isoDate(text);
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : inNetFormat(date);
}

function microsoftDate(text: string): Date | undefined {
  const ms = MICROSOFT_DATE.exec(text)?.[1];
  return ms === undefined ? undefined : new Date(Number(ms));
}

function isoDate(text: string): Date | undefined {
  const match = ISO_DATE.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const isMidnight = hour === 24 && minute === 0 && second === 0;
  if ((hour > 23 && !isMidnight) || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const { sign, hours = '0', minutes = '0' } = match.groups ?? {};
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  date.setUTCHours(hour, minute - offset, second);
  return date;
}
