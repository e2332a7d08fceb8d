import { randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
/** Standard Webhooks, "Signature scheme": a secret has 24 to 64 random bytes. */
const BYTES = { new: 32, min: 24, max: 64 };

/** A new secret, `whsec_` and base64. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(BYTES.new).toString('base64');
}

export function isStandardSecret(secret: string): boolean {
  const key = keyOfSecret(secret);
  return PREFIX + key.toString('base64') === secret && key.length >= BYTES.min && key.length <= BYTES.max;
}

/** The bytes that sign. */
export function keyOfSecret(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}
