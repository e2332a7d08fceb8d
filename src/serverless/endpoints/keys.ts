import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Makes a key that leaked easy to find for secret scanners. */
const KEY_PREFIX = 'lh_';
const KEY_BYTES = 32;

/** Stands in for a hash that there is not: nobody knows a key that hashes to it. */
const NO_HASH = randomBytes(32);

/** The key that is valid, and the one before it while that one is valid too; SHA-256 in hex. */
export interface KeyHashes {
  current: string;
  previous?: string;
}

/** A new API key: 256 random bits. */
export function newKey(): string {
  return KEY_PREFIX + randomBytes(KEY_BYTES).toString('base64url');
}

/**
 * What is kept of a key. A plain hash is enough, unlike for passwords: nobody guesses 256 random bits, however fast a
 * guess is to check, so salt and slowness would only cost every call.
 */
export function hashOfKey(key: string): string {
  return digest(key).toString('hex');
}

/**
 * Whether the key is one of the two. Every no takes the same time: both comparisons are made, in constant time each,
 * also without a key, without a second hash, and without any (an endpoint that does not exist).
 */
export function opens(key: string | undefined, hashes: KeyHashes | undefined): boolean {
  const given = digest(key ?? '');
  const isCurrent = timingSafeEqual(given, bytesOf(hashes?.current));
  const isPrevious = timingSafeEqual(given, bytesOf(hashes?.previous));
  return key !== undefined && (isCurrent || isPrevious);
}

/** The key of an `Authorization` header, `Bearer <key>` (RFC 6750, 2.1; the scheme in any case: RFC 9110, 11.1). */
export function bearerOf(header: string | null | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function bytesOf(hash = ''): Buffer {
  const bytes = Buffer.from(hash, 'hex');
  return bytes.length === NO_HASH.length ? bytes : NO_HASH;
}
