import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { commonErrors, OperationError } from '../platform/errors.js';
import type { OperationKind } from './define.js';
import { findInstance, onTaskHub, type DurableClient } from './durable.js';
import { operationErrors } from './errors.js';
import { pendingMonitor } from './monitor.js';
import { hashKey, type OperationRecord, type OperationRecords } from './records.js';
import type { Envelope, Monitor, RetryPolicy } from './schemas.js';

/** How long a second start with one id waits for the first to appear before it takes over (R2 of records.ts). */
const TAKE_OVER_AFTER_MS = 3_000;
const LOOK_AGAIN_MS = 50;
/** What a start may take from the last look to the task hub's word, before somebody else takes over. */
const START_MS = 1_000;

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
  /** The app's own id for it, instead of a random UUID; nobody else can have it. */
  ownId?: string;
  /** A second name for clients of an older API; unique, and fit for a row key of Table storage. */
  alias?: string;
}

export interface Started {
  id: string;
  /** The monitor as of the start; of an operation that was started before, ask for it. */
  pending: Monitor;
  /** False when it was started before. */
  isNew: boolean;
}

/** What a start goes by. */
export interface Starter {
  records: OperationRecords;
  client: DurableClient;
  /** Finishes a deletion that was cut off (R4 of records.ts). */
  finishDeletion(record: OperationRecord): Promise<void>;
}

/**
 * Starts an operation, once however often the same request comes.
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
  try {
    return (await create(records, request, record))
      ? await launch(starter, request, record)
      : await join(starter, request, record);
  } catch (thrown) {
    // A key that led nowhere is free again.
    if (boundKey !== undefined && isReused(thrown)) await records.unbindKey(boundKey);
    throw thrown;
  }
}

/** False when the id is taken. Nobody else can have an id of our own, so its two rows need not wait for each other. */
async function create<In>(
  records: OperationRecords,
  request: StartRequest<In>,
  record: OperationRecord,
): Promise<boolean> {
  if (isOurs(request)) {
    await Promise.all([records.insert(record), records.enlist(record), bindAlias(records, record)]);
    return true;
  }
  if (!(await records.insert(record))) return false;
  await records.enlist(record);
  return true;
}

/** Whether nobody but this starter can know the operation, so that no second start can come. */
function isOurs({
  operationId,
  idempotencyKey,
}: Pick<StartRequest<unknown>, 'operationId' | 'idempotencyKey'>): boolean {
  return operationId === undefined && idempotencyKey === undefined;
}

async function bindAlias(records: OperationRecords, { id, alias }: OperationRecord): Promise<void> {
  if (alias === undefined || (await records.bindAlias(alias, id))) return;
  throw commonErrors.ServiceUnavailable('The name that was chosen is taken; try again.');
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
    if (await create(records, request, wanted)) return launch(starter, request, wanted);
  }
  if (record?.fingerprint !== wanted.fingerprint) {
    throw operationErrors.OperationIdReused('Operation-Id: it belongs to another request; use a new id.', {
      target: 'Operation-Id',
    });
  }
  if (await appears(client, record.id)) return { id: record.id, pending: pendingOf(record), isNew: false };
  await records.enlist(record); // the start that was cut off may not have come that far (R3 of records.ts)
  return launch(starter, request, record);
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

/**
 * Prepares and starts. The task hub replaces a finished instance of the same id without a word, so a starter that was
 * slow looks whether another took over (`appears`) before it starts; it then has a second to do so.
 */
async function launch<In>(starter: Starter, request: StartRequest<In>, record: OperationRecord): Promise<Started> {
  const { client } = starter;
  const { id, createdAt } = record;
  const started = { id, pending: pendingOf(record) };
  const begun = Date.now();
  await prepare(starter, request, record);
  const isLate = Date.now() - begun > TAKE_OVER_AFTER_MS - START_MS;
  if (isLate && (await findInstance(client, id))) return { ...started, isNew: false };
  const envelope: Envelope = { kind: record.kind, input: request.input(id), createdAt, retry: request.retry };
  try {
    await onTaskHub(() => client.startNew(request.kind.functionName, { instanceId: id, input: envelope }));
  } catch (thrown) {
    // Another start of the same id may have won, or the answer was lost: what counts is whether it is there.
    if (!(await findInstance(client, id))) throw thrown;
  }
  return { ...started, isNew: true };
}

/** What cannot be prepared and nobody can try again leaves nothing behind. */
async function prepare<In>(starter: Starter, request: StartRequest<In>, record: OperationRecord): Promise<void> {
  try {
    await request.prepare?.(record.id);
  } catch (thrown) {
    // What this leaves undone, retention finds in the list (R3 of records.ts).
    if (isOurs(request)) await starter.finishDeletion(record).catch(() => undefined);
    throw thrown;
  }
}

function pendingOf({ id, kind, createdAt }: OperationRecord): Monitor {
  return pendingMonitor(id, kind, createdAt);
}

function isReused(thrown: unknown): boolean {
  return thrown instanceof OperationError && thrown.data.code === operationErrors.OperationIdReused('').data.code;
}

export function expired(id: string): OperationError {
  return operationErrors.OperationExpired(`Operation ${id} was finished and has been forgotten.`);
}

function fingerprintOf<In>({ kind, input, identity }: StartRequest<In>): string {
  return createHash('sha256')
    .update(JSON.stringify([kind.kind, identity ?? input('')]))
    .digest('hex');
}
