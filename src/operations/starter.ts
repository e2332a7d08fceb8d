import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors, OperationError } from '../platform/errors.js';
import { type OperationKind } from './define.js';
import { findInstance, onTaskHub, type DurableClient } from './durable.js';
import { operationErrors } from './errors.js';
import { pendingMonitor } from './monitor.js';
import { hashKey, type OperationRecord, type OperationRecords } from './records.js';
import { type Envelope, type Monitor, type RetryPolicy } from './schemas.js';

/** How long a second start with an id waits for the first one's instance before it takes over (R2 of records.ts). */
const TAKE_OVER_AFTER_MS = 3_000;
const POLL_MS = 50;
/** Longest time that a start may need from its last check to the task hub's answer. */
const START_MS = 1_000;
/** The beginning of a start that takes over: several may do so at the same time. */
const ALWAYS_LATE = 0;

export interface StartRequest<In> {
  kind: OperationKind<In>;
  /** The orchestrator's input; it may name blobs under the id. */
  input: (id: string) => In;
  /** Two requests are the same when this is equal; default: the input. */
  identity?: unknown;
  /** Runs before the orchestrator starts, for example to store a body. */
  prepare?: (id: string) => Promise<void>;
  retry: RetryPolicy;
  operationId?: string;
  idempotencyKey?: string;
  /** An unguessable id that the app chose, instead of a random UUID. */
  ownId?: string;
  /** A second name for clients of an older API; unique, and valid as a row key of Table storage. */
  alias?: string;
}

export interface Started {
  id: string;
  /** The monitor at the start. When the operation was started before, read its monitor instead. */
  pending: Monitor;
  /** False when it was started before. */
  isNew: boolean;
}

/** What a start works with. */
export interface Starter {
  records: OperationRecords;
  client: DurableClient;
  /** Finishes an interrupted deletion (R4 of records.ts). */
  finishDeletion(record: OperationRecord): Promise<void>;
}

/**
 * Starts an operation; a repeated request starts it once.
 * @throws OperationError 400 `OperationIdReused`, 422 `IdempotencyKeyReused`, 410 `OperationExpired`, 503
 */
export async function startOperation<In>(starter: Starter, request: StartRequest<In>): Promise<Started> {
  const { records } = starter;
  const fingerprint = fingerprintOf(request);
  const { id, boundKey } = await bind(records, request, fingerprint);
  const record: OperationRecord = {
    id,
    kind: request.kind.kind,
    fingerprint,
    createdAt: new Date().toISOString(),
    ...(request.idempotencyKey !== undefined && { keyHash: hashKey(request.idempotencyKey) }),
    ...(request.alias !== undefined && { alias: request.alias }),
  };
  const begun = Date.now();
  try {
    return (await create(records, request, record))
      ? await launch(starter, request, record, begun)
      : await join(starter, request, record);
  } catch (thrown) {
    // A key that this start bound to no operation is free again.
    if (boundKey !== undefined && isReused(thrown)) await records.unbindKey(boundKey, id);
    throw thrown;
  }
}

/** False when the id is taken. No other start can have an id that the app chose, so its rows are written together. */
async function create<In>(
  records: OperationRecords,
  request: StartRequest<In>,
  record: OperationRecord,
): Promise<boolean> {
  if (isExclusive(request)) {
    await Promise.all([records.insert(record), records.enlist(record), bindAlias(records, record)]);
    return true;
  }
  if (!(await records.insert(record))) return false;
  await records.enlist(record);
  return true;
}

/** Whether only this starter knows the operation, so that no second start is possible. */
function isExclusive({
  operationId,
  idempotencyKey,
}: Pick<StartRequest<unknown>, 'operationId' | 'idempotencyKey'>): boolean {
  return operationId === undefined && idempotencyKey === undefined;
}

async function bindAlias(records: OperationRecords, { id, alias }: OperationRecord): Promise<void> {
  if (alias === undefined || (await records.bindAlias(alias, id))) return;
  throw commonErrors.ServiceUnavailable('The chosen name is taken; try again.');
}

/** The operation's id: the one that the idempotency key has already, the client's own, or a new one. */
async function bind<In>(
  records: OperationRecords,
  { operationId, idempotencyKey, ownId }: StartRequest<In>,
  fingerprint: string,
): Promise<{ id: string; boundKey?: string }> {
  const id = operationId ?? ownId ?? randomUUID();
  if (idempotencyKey === undefined) return { id };
  if (await records.bindKey(idempotencyKey, { id, fingerprint })) return { id, boundKey: hashKey(idempotencyKey) };
  const bound = await records.findKey(idempotencyKey);
  if (!bound) throw commonErrors.ServiceUnavailable('The idempotency key has just been released; try again.');
  if (bound.fingerprint === fingerprint) return { id: bound.id };
  throw operationErrors.IdempotencyKeyReused('Idempotency-Key: it belongs to another request; use a new key.', {
    target: 'Idempotency-Key',
  });
}

/** A start with an id that is taken: the same operation, if it is the same request. */
async function join<In>(starter: Starter, request: StartRequest<In>, wanted: OperationRecord): Promise<Started> {
  const { records, client } = starter;
  const record = await records.find(wanted.id);
  if (record?.expiredAt !== undefined) throw expired(wanted.id);
  if (record?.deletedAt !== undefined) {
    await starter.finishDeletion(record);
    return startOperation(starter, request); // from the beginning: the idempotency key was deleted too
  }
  if (record?.fingerprint !== wanted.fingerprint) {
    throw operationErrors.OperationIdReused('Operation-Id: it belongs to another request; use a new id.', {
      target: 'Operation-Id',
    });
  }
  if (await instanceAppears(client, record.id)) return { id: record.id, pending: pendingOf(record), isNew: false };
  await records.enlist(record); // the interrupted start may not have listed it (R3 of records.ts)
  return launch(starter, request, record, ALWAYS_LATE);
}

/** Whether the instance appears while its starter may still be at work. */
async function instanceAppears(client: DurableClient, id: string): Promise<boolean> {
  const deadline = Date.now() + TAKE_OVER_AFTER_MS;
  while (!(await findInstance(client, id))) {
    if (Date.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/**
 * Prepares and starts. The task hub silently replaces a finished instance of the same id. So a starter that was slow
 * checks whether another one took over before it starts; it then has a second to do so.
 * An instance that begins and ends within this second is still replaced: the task hub has no conditional start.
 * @param begun since when another starter may wait for this one
 */
async function launch<In>(
  starter: Starter,
  request: StartRequest<In>,
  record: OperationRecord,
  begun: number,
): Promise<Started> {
  const { client } = starter;
  const { id, createdAt } = record;
  const started = { id, pending: pendingOf(record) };
  await prepare(starter, request, record);
  const isLate = Date.now() - begun > TAKE_OVER_AFTER_MS - START_MS;
  if (isLate && (await findInstance(client, id))) return { ...started, isNew: false };
  const { version } = request.kind;
  const envelope: Envelope = { kind: record.kind, input: request.input(id), createdAt, retry: request.retry, version };
  try {
    await onTaskHub(() => client.startNew(request.kind.functionName, { instanceId: id, input: envelope }));
  } catch (thrown) {
    // Another start of the same id may have won, or the answer was lost: the instance decides.
    if (!(await findInstance(client, id))) throw thrown;
  }
  return { ...started, isNew: true };
}

/** A failed preparation that no client can repeat leaves nothing behind. */
async function prepare<In>(starter: Starter, request: StartRequest<In>, record: OperationRecord): Promise<void> {
  try {
    await request.prepare?.(record.id);
  } catch (thrown) {
    // If this fails, retention finds the operation in the list (R3 of records.ts).
    if (isExclusive(request)) await starter.finishDeletion(record).catch(() => undefined);
    throw thrown;
  }
}

function pendingOf({ id, kind, createdAt }: OperationRecord): Monitor {
  return pendingMonitor(id, kind, createdAt);
}

function isReused(thrown: unknown): boolean {
  return thrown instanceof OperationError && thrown.data.code === operationErrors.OperationIdReused.code;
}

export function expired(id: string): OperationError {
  return operationErrors.OperationExpired(`Operation ${id} was finished and has been forgotten.`);
}

function fingerprintOf<In>({ kind, input, identity }: StartRequest<In>): string {
  return createHash('sha256')
    .update(JSON.stringify([kind.kind, identity ?? input('')]))
    .digest('hex');
}
