import { createHmac } from 'node:crypto';
import { keyOfSecret } from '../platform/webhook-secret.js';

/** With these headers a receiver checks that a webhook is genuine and recent, and recognizes a repeated one. */
interface SignatureHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  /** Absent without a secret. */
  'webhook-signature'?: string;
}

/**
 * Standard Webhooks 1.0, symmetric (`v1`): HMAC-SHA256 of `id.timestamp.body`, the body byte for byte as sent.
 *
 * @param secrets each makes one signature, so that a receiver may know either of two
 * @param id the same in every attempt, so that a receiver can ignore repeated ones
 * @param at seconds since the epoch
 * @param body in parts
 */
export async function signatureHeaders(
  secrets: readonly string[],
  id: string,
  at: number,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<SignatureHeaders> {
  const macs = secrets.map((secret) => createHmac('sha256', keyOfSecret(secret)).update(`${id}.${at}.`));
  for await (const part of body) for (const mac of macs) mac.update(part);
  const signatures = macs.map((mac) => `v1,${mac.digest('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  };
}
