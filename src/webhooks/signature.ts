import { createHmac, randomBytes } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';
/** Standard Webhooks, "Signature scheme": a secret has 24 to 64 random bytes. */
const SECRET_BYTES = { new: 32, min: 24, max: 64 };

/** With these headers a receiver checks that a webhook is genuine and recent, and recognizes a repeated one. */
interface SignatureHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/** A new secret, `whsec_` and base64. */
export function newWebhookSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES.new).toString('base64');
}

export function isStandardSecret(secret: string): boolean {
  const { length } = keyOf(secret);
  const isCanonical = SECRET_PREFIX + keyOf(secret).toString('base64') === secret;
  return isCanonical && length >= SECRET_BYTES.min && length <= SECRET_BYTES.max;
}

/**
 * Standard Webhooks 1.0, symmetric (`v1`): HMAC-SHA256 of `id.timestamp.body`, the body byte for byte as sent.
 *
 * @param id the same in every attempt, so that a receiver can ignore repeated ones
 * @param at seconds since the epoch
 * @param body in parts
 */
export async function signatureHeaders(
  secret: string,
  id: string,
  at: number,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<SignatureHeaders> {
  const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${at}.`);
  for await (const part of body) mac.update(part);
  const signature = `v1,${mac.digest('base64')}`;
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature };
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
}
