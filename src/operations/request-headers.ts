import { commonErrors } from '../platform/errors.js';
import { type RouteRequest } from '../platform/http/route.js';
import { operationErrors } from './errors.js';
import { operationId } from './schemas.js';

/** Longest `Prefer: wait`, seconds (RFC 7240, 4.3; docs/contracts/operations.md). */
const MAX_WAIT_S = 60;
/** Longest accepted idempotency key, in characters. */
const MAX_KEY = 255;

/** Of a start of an older API. */
export const olderStartHeaders = {
  'Operation-Id': 'The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _.',
  'Webhook-Url': 'An http or https URL to which the end of the operation is posted, with its status monitor.',
};

export const startHeaders = {
  ...olderStartHeaders,
  'Idempotency-Key': 'The same key with the same request starts the operation once.',
  Prefer: '`wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass.',
};

export const monitorHeaders = {
  Prefer: '`wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass.',
  'If-None-Match': 'The ETag of an earlier answer: 304 while nothing changed.',
};

/** What makes a start repeatable. */
export interface StartHeaders {
  operationId?: string;
  idempotencyKey?: string;
}

/** The headers of a retry; its webhook is accepted already. */
export interface RetryHeaders extends StartHeaders {
  webhookUrl?: string | undefined;
}

/** @throws OperationError 400 for an id or key that is not well-formed */
export function readStartHeaders(request: Pick<RouteRequest, 'header'>): StartHeaders {
  const operationId = readOperationId(request);
  const key = request.header('idempotency-key');
  if (key !== undefined && (key.trim() === '' || key.length > MAX_KEY)) {
    throw commonErrors.InvalidRequest(`Idempotency-Key: expected 1 to ${MAX_KEY} characters.`, {
      target: 'Idempotency-Key',
    });
  }
  return {
    ...(operationId !== undefined && { operationId }),
    ...(key !== undefined && { idempotencyKey: key }),
  };
}

/** The client's own id of an operation. @throws OperationError 400 `InvalidOperationId` */
export function readOperationId(request: Pick<RouteRequest, 'header'>): string | undefined {
  const id = request.header('operation-id');
  return id === undefined ? undefined : checkedOperationId(id, 'Operation-Id');
}

/** @throws OperationError 400 `InvalidOperationId` */
export function checkedOperationId(text: string, target: string): string {
  const parsed = operationId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw operationErrors.InvalidOperationId(`${target}: expected 16 to 100 characters of A-Z a-z 0-9 - _.`, { target });
}

/** Seconds of `Prefer: wait=N`, at most 60; undefined when the client does not ask to wait. */
export function preferredWait(request: Pick<RouteRequest, 'header'>): number | undefined {
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?/i.exec(request.header('prefer') ?? '')?.[1];
  return wait === undefined ? undefined : Math.min(Number(wait), MAX_WAIT_S);
}
