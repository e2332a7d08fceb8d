const ENCODED = /(?:%[\dA-Fa-f]{2})+/g;
const NEEDS_ENCODING = /%(?![\dA-Fa-f]{2})|[^%A-Za-z0-9\-._~!$&'()*+,;=:@/]+/gu;
const NEEDS_FORWARD_ENCODING = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]+/gu;

/**
 * Decodes percent-encoded UTF-8 as .NET does: what is not valid UTF-8 stays encoded.
 *
 * @param isKept whether a character stays encoded, such as the slash in a path
 */
export function decodePercent(text: string, isKept: (character: string) => boolean = () => false): string {
  if (!text.includes('%')) return text;
  return text.replace(ENCODED, (run) => decodeRun(run, isKept));
}

function decodeRun(run: string, isKept: (character: string) => boolean): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  let decoded = '';
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    const character = length === 0 ? '' : bytes.toString('utf8', at, at + length);
    const isReplaced = length === 0 || isKept(character);
    const end = at + (length || 1);
    decoded += isReplaced ? run.slice(at * 3, end * 3) : character;
    at = end;
  }
  return decoded;
}

/** The length of the UTF-8 sequence at `at`; 0 for bytes that are not valid UTF-8. */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  const sequence = bytes.subarray(at, at + length);
  return sequence.length === length && Buffer.from(sequence.toString('utf8')).equals(sequence) ? length : 0;
}

/**
 * Encodes a decoded path as ASP.NET's `PathString` does for `request.url`: a percent sign that begins an encoded
 * character stays.
 */
export function encodePath(path: string): string {
  return path.replace(NEEDS_ENCODING, encodeURIComponent);
}

/** Encodes a decoded path as the genuine host does when it forwards a request in stream mode: every percent sign too. */
export function encodeForwardedPath(path: string): string {
  return path.replace(NEEDS_FORWARD_ENCODING, encodeURIComponent);
}
