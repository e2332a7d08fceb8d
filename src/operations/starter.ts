import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors, OperationError } from '../platform/errors.js';
import { inSpan } from '../platform/telemetry/in-span.js';
import { telemetry } from '../platform/telemetry/index.js';
import { traceOfOperation } from '../platform/telemetry/trace-parent.js';
import { Claim, TAKE_OVER_AFTER_MS } from './claim.js';
import { type OperationKind, type Start } from './define.js';
import { findInstance, type DurableClient } from './durable.js';
import { operationErrors } from './errors.js';
import { pendingMonitor } from './monitor.js';
import { hashKey, keyHashesOf, MAX_KEYS, type OperationRecord, type OperationRecords } from './records.js';
import { type Envelope, type Monitor, type RetryPolicy } from './schemas.js';
import { START_MS, startInstance, untilAnswered } from './start-instance.js';

const POLL_MS = 50;

export interface StartRequest<In> extends Start<In> {
  kind: OperationKind<In>;
  retry: RetryPolicy;
  operationId?: string;
  idempotencyKey?: string;
  /** An unguessable id that the app chose, instead of a random UUID. */
  ownId?: string;
  /** A second name for clients of an older API; unique, and valid as a row key of Table storage. */
  alias?: string;
  /** The operation that it retries (retry.ts). */
  retryOf?: string;
  /** Where its end is posted: a URL that was accepted (`Operations.acceptWebhook`). */
  webhookUrl?: string;
}

export interface Started {
  id: string;
  /** The monitor at the start. When the operation was started before, read its monitor instead. */
  pending: Monitor;
  /** False when it was started before. */
  isNew: boolean;
  /** The alias that it was first started with. */
  alias?: string;
}

/** What a start works with. */
export interface Starter {
  records: OperationRecords;
  client: DurableClient;
  /** Finishes an interrupted deletion (R4 of records.ts), or waits for its end. */
  finishDeletion(record: OperationRecord): Promise<void>;
  /** Deletes what a start has stored that no client can repeat. */
  undo(record: OperationRecord): Promise<void>;
}

/** One start: its request, and what it has done. */
interface Progress<In> extends Starter {
  request: StartRequest<In>;
  fingerprint: string;
  /** When it gives up, in milliseconds since the epoch. */
  deadline: number;
  /** The hash of a key that it has bound. */
  boundKey?: string;
}

/**
 * Starts an operation; a repeated request starts it once. Attempts at the task hub are repeated for up to 10 seconds; the
 * same request finishes a start that fails.
 * @throws OperationError 400 `OperationIdReused`, 422 `IdempotencyKeyReused`, 410 `OperationExpired`, 503
 */
export async function startOperation<In>(starter: Starter, request: StartRequest<In>): Promise<Started> {
  const start: Progress<In> = {
    ...starter,
    request,
    fingerprint: fingerprintOf(request),
    deadline: Date.now() + START_MS,
  };
  for (;;) {
    const started = await attempt(start);
    if (started) return started;
    if (Date.now() >= start.deadline) throw commonErrors.ServiceUnavailable('The start takes too long; try again.');
  }
}

/** Undefined when another request has changed the operation meanwhile, so that the start begins again. */
async function attempt<In>(start: Progress<In>): Promise<Started | undefined> {
  const { records, request, fingerprint } = start;
  const id = await bind(start);
  if (id === undefined) return undefined;
  const record: OperationRecord = {
    id,
    kind: request.kind.kind,
    fingerprint,
    createdAt: new Date().toISOString(),
    ...(request.idempotencyKey !== undefined && { keyHash: hashKey(request.idempotencyKey) }),
    ...(request.alias !== undefined && { alias: request.alias }),
    ...(request.retryOf !== undefined && { retryOf: request.retryOf }),
    ...(request.webhookUrl !== undefined && { webhook: true }),
  };
  const claim = new Claim(records, record, Date.now());
  try {
    return (await create(records, request, record)) ? await launch(start, record, claim) : await join(start, record);
  } catch (thrown) {
    // A key that this start bound to no operation is free again.
    if (start.boundKey !== undefined && isRefusal(thrown)) await records.unbindKey(start.boundKey, id);
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
  await bindAlias(records, record);
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
  if (alias === undefined || (await records.bindAlias(alias, id)) || (await records.findAlias(alias)) === id) return;
  throw commonErrors.ServiceUnavailable('The chosen name is taken; try again.');
}

/**
 * The operation's id: the one that the idempotency key has already, the client's own, or a new one; undefined when the key
 * has just been released.
 */
async function bind<In>(start: Progress<In>): Promise<string | undefined> {
  const { records, fingerprint } = start;
  const { operationId, idempotencyKey, ownId } = start.request;
  const id = operationId ?? ownId ?? randomUUID();
  if (idempotencyKey === undefined) return id;
  if (await records.bindKey(idempotencyKey, { id, fingerprint })) {
    start.boundKey = hashKey(idempotencyKey);
    return id;
  }
  const bound = await records.findKey(idempotencyKey);
  if (!bound) return undefined;
  if (bound.fingerprint === fingerprint) return bound.id;
  throw idempotencyKeyReused();
}

/** A start with an id that is taken: the same operation, if it is the same request. */
async function join<In>(start: Progress<In>, wanted: OperationRecord): Promise<Started | undefined> {
  const { records } = start;
  const record = await records.find(wanted.id);
  if (!record) return undefined; // deleted meanwhile
  if (record.expiredAt !== undefined) throw expired(wanted.id);
  if (record.deletedAt !== undefined) {
    await start.finishDeletion(record);
    return undefined; // from the beginning: the idempotency key was deleted too
  }
  if (record.fingerprint !== wanted.fingerprint) throw operationIdReused();
  if (!(await hasKey(start, record))) return undefined;
  if (await instanceAppears(start, record.id)) return startedOf(record, false);
  const claim = await Claim.take(records, record);
  if (!claim) return undefined;
  await records.enlist(record); // the interrupted start may not have listed it (R3 of records.ts)
  await bindAlias(records, record);
  return launch(start, record, claim);
}

/** Adds the request's key to the record, so that it is unbound with the operation; false when there is no record. */
async function hasKey<In>({ records, request }: Progress<In>, record: OperationRecord): Promise<boolean> {
  if (request.idempotencyKey === undefined) return true;
  const hash = hashKey(request.idempotencyKey);
  const hashes = keyHashesOf(record);
  if (hashes.includes(hash)) return true;
  if (hashes.length < MAX_KEYS) return records.addKey(record.id, hash);
  throw operationErrors.IdempotencyKeyReused(`Idempotency-Key: the operation has ${MAX_KEYS} keys already.`, {
    target: 'Idempotency-Key',
  });
}

/** Whether the instance appears while its starter may still be at work. @throws OperationError 503 */
async function instanceAppears({ client, deadline }: Pick<Progress<unknown>, 'client' | 'deadline'>, id: string) {
  const end = Date.now() + TAKE_OVER_AFTER_MS;
  for (;;) {
    const instance = await untilAnswered(() => findInstance(client, id), deadline);
    if (instance || Date.now() >= end) return instance !== undefined;
    await sleep(POLL_MS);
  }
}

/**
 * Prepares and starts; undefined when another request has taken over. The task hub silently replaces a finished instance
 * of the same id, and has no conditional start: so only the holder of the claim starts it.
 */
async function launch<In>(start: Progress<In>, record: OperationRecord, claim: Claim): Promise<Started | undefined> {
  const { client, request, records } = start;
  const { id, createdAt } = record;
  // A retry that another one has begun may have a webhook that the record does not know, so that nothing would delete it.
  const webhookUrl = record.webhook ? request.webhookUrl : undefined;
  if (webhookUrl !== undefined) await records.webhooks.add(id, webhookUrl, createdAt);
  await prepare(start, record);
  const { version } = request.kind;
  const envelope: Envelope = {
    kind: record.kind,
    input: request.input(id, record.alias),
    createdAt,
    retry: request.retry,
    version,
    retryOf: request.retryOf,
    ...(webhookUrl !== undefined && { webhook: true }),
  };
  const isStarted = await inSpan(
    { name: `start ${record.kind}`, kind: 'internal', attributes: { 'longhaul.operation.id': id } },
    ({ traceParent }) => {
      const trace = traceOfOperation(traceParent);
      return startInstance(client, {
        functionName: request.kind.functionName,
        instanceId: id,
        input: { ...envelope, ...(trace && { trace }) } satisfies Envelope,
        deadline: start.deadline,
        mayStart: () => isExclusive(request) || claim.hold(),
      });
    },
  );
  if (!isStarted) return undefined;
  telemetry().record('operationsStarted', 1, { 'longhaul.operation.kind': record.kind });
  return startedOf(record, true);
}

/** A failed preparation that no client can repeat leaves nothing behind. */
async function prepare<In>(start: Progress<In>, record: OperationRecord): Promise<void> {
  try {
    await start.request.prepare?.(record.id);
  } catch (thrown) {
    // If this fails, retention finds the operation in the list (R3 of records.ts).
    if (isExclusive(start.request)) await start.undo(record).catch(() => undefined);
    throw thrown;
  }
}

function startedOf({ id, kind, createdAt, retryOf, alias }: OperationRecord, isNew: boolean): Started {
  const pending = { ...pendingMonitor(id, kind, createdAt), ...(retryOf !== undefined && { retryOf }) };
  return { id, pending, isNew, ...(alias !== undefined && { alias }) };
}

const REFUSALS: readonly string[] = [
  operationErrors.OperationIdReused.code,
  operationErrors.OperationExpired.code,
  operationErrors.IdempotencyKeyReused.code,
];

/** Whether the request is not the one of the operation. */
export function isRefusal(thrown: unknown): thrown is OperationError {
  return thrown instanceof OperationError && REFUSALS.includes(thrown.data.code);
}

export function operationIdReused(): OperationError {
  return operationErrors.OperationIdReused('Operation-Id: it belongs to another request; use a new id.', {
    target: 'Operation-Id',
  });
}

export function idempotencyKeyReused(): OperationError {
  return operationErrors.IdempotencyKeyReused('Idempotency-Key: it belongs to another request; use a new key.', {
    target: 'Idempotency-Key',
  });
}

export function expired(id: string): OperationError {
  return operationErrors.OperationExpired(`Operation ${id} was finished and has been forgotten.`);
}

/**
 * A hash of what makes a request the same as another one. A client of another webhook waits for events of its own; but
 * all retries of an operation are one request.
 */
export function fingerprintOf<In>({
  kind,
  input,
  identity,
  webhookUrl,
  retryOf,
}: Pick<StartRequest<In>, 'kind' | 'input' | 'identity' | 'webhookUrl' | 'retryOf'>): string {
  const ofWebhook = webhookUrl === undefined || retryOf !== undefined ? [] : [webhookUrl];
  return createHash('sha256')
    .update(JSON.stringify([kind.kind, identity ?? input(''), ...ofWebhook]))
    .digest('hex');
}
