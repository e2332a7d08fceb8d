/** Hexadecimal digits of the sequence: 48 bits. */
const DIGITS = 12;

/** Random bytes of an id. */
export const RANDOM_BYTES = 10;

/**
 * The id of a request: a UUID that begins with its sequence, so that a request is found by either. The rest is random.
 * Clients see an ordinary UUID of version 4.
 *
 * @param random `RANDOM_BYTES` bytes
 */
export function requestIDOf(sequence: number, random: Buffer): string {
  const bytes = Buffer.concat([Buffer.from(sequence.toString(16).padStart(DIGITS, '0'), 'hex'), random]);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** @param requestID a UUID; that of an earlier version gives some number */
export function sequenceOf(requestID: string): number {
  return parseInt(requestID.replaceAll('-', '').slice(0, DIGITS), 16);
}
