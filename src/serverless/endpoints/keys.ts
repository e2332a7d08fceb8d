import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Lets secret scanners find a key that leaked. */
const KEY_PREFIX = 'lh_';
const KEY_BYTES = 32;

/** Used where there is no hash: no known key hashes to it. */
const NO_HASH = randomBytes(32);

/** The current key, and the one before it while that is valid; SHA-256 in hex. */
export interface KeyHashes {
  current: string;
  previous?: string;
}

/** A new API key: 256 random bits. */
export function newKey(): string {
  return KEY_PREFIX + randomBytes(KEY_BYTES).toString('base64url');
}

/**
 * The stored form of a key. Unlike for passwords, a plain hash is enough: 256 random bits cannot be guessed, so a salt or
 * a slow hash would only make every call slower.
 */
export function hashOfKey(key: string): string {
  return digest(key).toString('hex');
}

/**
 * Whether the key is one of the two. Every negative result takes the same time: both comparisons are made, each in
 * constant time, also without a key, without a second hash, and without any hash (an endpoint that does not exist).
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
