import { z } from 'zod';
import { type OperationKind } from '../../operations/define.js';
import { isStandardSecret } from '../../platform/webhook-secret.js';

/** The queue's state grows with the workers of its endpoint. */
const MAX_WORKERS = 1_000;
const MAX_SYNC_WAITING = 10_000;
const MAX_QUEUED = 1_000_000;
export const DEFAULT_MAX_QUEUED = 10_000;

/** Paths under /v1 of another slice (docs/contracts/books.md). The runtime ignores the case of paths. */
const RESERVED = ['book', 'books'];

/** A segment of paths, blob names and instance ids, so of few characters; case-sensitive. */
export const endpointId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be 1 to 63 of A-Z a-z 0-9 - _, the first one a letter or a digit')
  .refine(
    (id) => !RESERVED.includes(id.toLowerCase()),
    `must not be ${RESERVED.join(' or ')}, which are other paths under /v1`,
  );

export const workerUrl = z
  .string()
  .refine(isPlainUrl, 'must be an http or https URL without a user, password or fragment');
const kind = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9.-]{0,99}$/, 'must be the name of a kind, such as plates.recognizeBatch');

/** A service by its URL, one of the app's own operation kinds, or none yet. */
const worker = z.union([z.strictObject({ url: workerUrl }), z.strictObject({ kind }), z.null()], {
  error: 'must have either url or kind, or be null',
});

export const endpointSettings = z.strictObject({
  worker,
  /** Requests at the workers at a time; 0: none is given to a worker. */
  workers: wholeNumber(MAX_WORKERS),
  /** Synchronous requests that may wait for a worker; further ones are refused. */
  maxSyncWaiting: wholeNumber(MAX_SYNC_WAITING),
  /** Requests that may wait in all; further asynchronous ones are refused. */
  maxQueued: wholeNumber(MAX_QUEUED),
  /** Signs webhooks (Standard Webhooks); stored in clear, because signing needs it. */
  webhookSecret: z.string().refine(isStandardSecret, 'must be whsec_ and the base64 of 24 to 64 bytes').optional(),
});

/** The settings of an endpoint that is created without others. */
export const DEFAULT_SETTINGS: EndpointSettings = {
  worker: null,
  workers: 1,
  maxSyncWaiting: 100,
  maxQueued: DEFAULT_MAX_QUEUED,
};

/** The names of the kinds that can be the worker of an endpoint. */
export function workerKindsOf(kinds: readonly OperationKind[]): string[] {
  return kinds.filter(({ onEndpoints }) => onEndpoints !== undefined).map((of) => of.kind);
}

export type Worker = z.infer<typeof worker>;
export type EndpointSettings = z.infer<typeof endpointSettings>;

function wholeNumber(max: number) {
  const message = `must be a whole number from 0 to ${max}`;
  return z.int(message).min(0, message).max(max, message);
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.hash === '';
}
