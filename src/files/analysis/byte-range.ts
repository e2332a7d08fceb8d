/** Bytes of a file from `start` up to and without `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What identifies the bytes of a file (RFC 9110, 8.8). */
export interface Validators {
  etag: string;
  lastModified: Date;
}

interface Conditions {
  range: string | undefined;
  ifRange: string | undefined;
}

/**
 * The part of a file that a request asks for (RFC 9110, 14.2): one range with a start, an end or both. Several ranges,
 * another unit and a header that is not well-formed mean the whole file, as does an `If-Range` that does not match.
 *
 * @returns undefined for the whole file; `unsatisfiable` when the range begins after the end of the file
 */
export function requestedRange(
  { range, ifRange }: Conditions,
  size: number,
  validators: Validators,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (ifRange !== undefined && !isCurrent(ifRange, validators)) return undefined;
  if (first === '') return suffix(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size : Number(last) + 1;
  if (end <= start && last !== '') return undefined; // not well-formed
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(end, size) };
}

function suffix(length: number, size: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || size === 0) return 'unsatisfiable';
  return { start: Math.max(0, size - length), end: size };
}

/** RFC 9110, 13.1.5: the ETag by strong comparison, or exactly the time of `Last-Modified`. */
function isCurrent(ifRange: string, { etag, lastModified }: Validators): boolean {
  const text = ifRange.trim();
  if (text.startsWith('"') || text.startsWith('W/')) return text === etag;
  return Date.parse(text) === Math.floor(lastModified.getTime() / 1_000) * 1_000;
}
