/** The supported parts of .NET's custom date formats, in UTC. */
const PARTS: Record<string, (date: Date) => string> = {
  yyyy: (date) => pad(date.getUTCFullYear(), 4),
  yy: (date) => pad(date.getUTCFullYear() % 100, 2),
  MM: (date) => pad(date.getUTCMonth() + 1, 2),
  M: (date) => String(date.getUTCMonth() + 1),
  dd: (date) => pad(date.getUTCDate(), 2),
  d: (date) => String(date.getUTCDate()),
  HH: (date) => pad(date.getUTCHours(), 2),
  H: (date) => String(date.getUTCHours()),
  hh: (date) => pad(hour12(date), 2),
  h: (date) => String(hour12(date)),
  mm: (date) => pad(date.getUTCMinutes(), 2),
  m: (date) => String(date.getUTCMinutes()),
  ss: (date) => pad(date.getUTCSeconds(), 2),
  s: (date) => String(date.getUTCSeconds()),
  f: (date) => pad(date.getUTCMilliseconds(), 3).slice(0, 1),
  ff: (date) => pad(date.getUTCMilliseconds(), 3).slice(0, 2),
  fff: (date) => pad(date.getUTCMilliseconds(), 3),
  tt: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
};

/** The format of `{DateTime}` in the genuine host; all its characters are valid in blob names. */
export const DEFAULT_DATE_FORMAT = 'yyyy-MM-ddTHH-mm-ssZ';

const LITERAL = /^(?:[^A-Za-z]+|[TZ])$/;

/**
 * Compiles a date format.
 *
 * @throws Error naming the part of the format that is not supported
 */
export function dateFormatter(format: string): (date: Date) => string {
  const pieces = (format.match(/([A-Za-z])\1*|[^A-Za-z]+/g) ?? []).map((piece) => {
    const part = PARTS[piece];
    if (part !== undefined) return part;
    if (LITERAL.test(piece)) return () => piece;
    throw new Error(
      `"${piece}" in the date format "${format}" is not supported; supported are ${Object.keys(PARTS).join(' ')}`,
    );
  });
  return (date) => pieces.map((piece) => piece(date)).join('');
}

function hour12(date: Date): number {
  return date.getUTCHours() % 12 || 12;
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
