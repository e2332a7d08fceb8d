import { createHash, randomUUID } from 'node:crypto';
import { commonErrors, type OperationError } from '../platform/errors.js';
import type { OperationKind } from './define.js';
import { findInstance, onTaskHub, type DurableClient } from './durable.js';
import { operationErrors } from './errors.js';
import { pendingMonitor } from './monitor.js';
import { hashKey, type OperationRecord, type OperationRecords } from './records.js';
import type { Envelope, Monitor, RetryPolicy } from './schemas.js';

/** How long a second start with one id waits for the first to appear before it takes over (R2 of records.ts). */
const TAKE_OVER_AFTER_MS = 3_000;
const LOOK_AGAIN_MS = 50;

export interface StartRequest<In> {
  kind: OperationKind<In>;
  /** What the orchestrator is given; it may name blobs under the id. */
  input: (id: string) => In;
  /** What makes two requests the same; default: the input. */
  identity?: unknown;
  /** Run once before the orchestrator starts, such as storing a body. */
  prepare?: (id: string) => Promise<void>;
  retry: RetryPolicy;
  operationId?: string;
  idempotencyKey?: string;
}

export interface Started {
  id: string;
  /** Undefined when it was started before: ask the monitor. */
  monitor?: Monitor;
}

/**
 * Starts an operation, once however often the same request comes.
 * @throws OperationError 400 `OperationIdReused`, 422 `IdempotencyKeyReused`, 410 `OperationExpired`, 503
 */
export async function startOperation<In>(
  records: OperationRecords,
  client: DurableClient,
  request: StartRequest<In>,
): Promise<Started> {
  const fingerprint = fingerprintOf(request);
  const bound = await bind(records, request, fingerprint);
  const record: OperationRecord = {
    id: bound.id,
    kind: request.kind.kind,
    fingerprint,
    createdAt: new Date().toISOString(),
    ...(request.idempotencyKey !== undefined && { keyHash: hashKey(request.idempotencyKey) }),
  };
  if (await records.create(record)) return launch(client, request, record);
  return continueStart(records, client, request, fingerprint, bound.id);
}

/** The operation's id: the one that the idempotency key has already, the client's own, or a new one. */
async function bind<In>(
  records: OperationRecords,
  request: StartRequest<In>,
  fingerprint: string,
): Promise<{ id: string }> {
  const wanted = { id: request.operationId ?? randomUUID(), fingerprint };
  if (request.idempotencyKey === undefined || (await records.bindKey(request.idempotencyKey, wanted))) return wanted;
  const bound = await records.findKey(request.idempotencyKey);
  if (!bound) throw commonErrors.ServiceUnavailable('The idempotency key has just been released; try again.');
  if (bound.fingerprint === fingerprint) return bound;
  throw operationErrors.IdempotencyKeyReused('Idempotency-Key: it belongs to another request; use a new key.', {
    target: 'Idempotency-Key',
  });
}

async function continueStart<In>(
  records: OperationRecords,
  client: DurableClient,
  request: StartRequest<In>,
  fingerprint: string,
  id: string,
): Promise<Started> {
  const record = await records.find(id);
  if (record?.expiredAt !== undefined) throw expired(id);
  if (record?.fingerprint !== fingerprint) {
    throw operationErrors.OperationIdReused('Operation-Id: it belongs to another request; use a new id.', {
      target: 'Operation-Id',
    });
  }
  return (await appears(client, id)) ? { id } : launch(client, request, record);
}

/** Whether the instance shows up while its starter may still be on its way. */
async function appears(client: DurableClient, id: string): Promise<boolean> {
  const deadline = Date.now() + TAKE_OVER_AFTER_MS;
  while (!(await findInstance(client, id))) {
    if (Date.now() >= deadline) return false;
    await delay(LOOK_AGAIN_MS);
  }
  return true;
}

async function launch<In>(client: DurableClient, request: StartRequest<In>, record: OperationRecord): Promise<Started> {
  const { id, createdAt } = record;
  await request.prepare?.(id);
  const envelope: Envelope = { kind: record.kind, input: request.input(id), createdAt, retry: request.retry };
  try {
    await onTaskHub(() => client.startNew(request.kind.functionName, { instanceId: id, input: envelope }));
  } catch (thrown) {
    // Another start of the same id may have won, or the answer was lost: what counts is whether it is there.
    if (!(await findInstance(client, id))) throw thrown;
  }
  return { id, monitor: pendingMonitor(id, record.kind, createdAt) };
}

export function expired(id: string): OperationError {
  return operationErrors.OperationExpired(`Operation ${id} was finished and has been forgotten.`);
}

function fingerprintOf<In>({ kind, input, identity }: StartRequest<In>): string {
  return createHash('sha256')
    .update(JSON.stringify([kind.kind, identity ?? input('')]))
    .digest('hex');
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
