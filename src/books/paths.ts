/** Longest path, characters: that of a blob's name. */
const MAX_PATH = 1_024;
/** Most segments of a blob's name (https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata). */
const MAX_SEGMENTS = 254;
/** Control characters, and line and paragraph separators. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** With any extension (https://learn.microsoft.com/windows/win32/fileio/naming-a-file). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i;

/** What is wrong with the path of a file, as a sentence without its subject; undefined when it is right. */
export function problemOfPath(path: unknown): string | undefined {
  if (typeof path !== 'string' || path === '') return 'expected the path of a file';
  if (path.length > MAX_PATH) return `expected at most ${MAX_PATH} characters, got ${path.length}`;
  if (!path.isWellFormed()) return 'expected Unicode text';
  if (CONTROL.test(path)) return 'a path has no control characters';
  if (path.includes('\\')) return 'a path has slashes, no backslashes';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'expected a path relative to the folder';
  const segments = path.split('/');
  if (segments.length > MAX_SEGMENTS) return `expected at most ${MAX_SEGMENTS} segments`;
  return segments.map(problemOfSegment).find((problem) => problem !== undefined);
}

function problemOfSegment(segment: string): string | undefined {
  if (segment === '') return 'a path has no empty segment';
  if (segment === '.' || segment === '..') return `a path has no segment ${segment}`;
  if (/[. ]$/.test(segment)) return 'a segment does not end with a dot or a space, which Windows removes';
  return DEVICE.test(segment) ? `${segment} is the name of a device on Windows` : undefined;
}

/** Two paths with the same key are one file on systems that ignore the case or the Unicode form of names. */
export function foldedPath(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}
