import { randomUUID } from 'node:crypto';
import { concurrently } from '../platform/concurrently.js';
import { type BlobStore } from '../platform/storage.js';
import { type EndedOperation, type OperationKind, type Retry } from './define.js';
import { notFinished, operationErrors } from './errors.js';
import { isFinal } from './monitor.js';
import { blobPrefix } from './names.js';
import { type OperationRecord, type OperationRecords } from './records.js';
import { type RetryHeaders } from './request-headers.js';
import { type Envelope, type Monitor, type RetryPolicy } from './schemas.js';
import {
  expired,
  fingerprintOf,
  idempotencyKeyReused,
  operationIdReused,
  type Started,
  type StartRequest,
} from './starter.js';
import { deliveryPlaceOf } from './webhooks/rows.js';

/** Blobs of one operation that are copied at the same time. */
const COPIES_AT_ONCE = 8;

type Blobs = Pick<BlobStore, 'names' | 'copy' | 'put'>;

/** What a retry works with. */
export interface Retrier {
  records: OperationRecords;
  blobs: Blobs;
  start: <In>(request: Omit<StartRequest<In>, 'retry'> & { retry?: RetryPolicy }) => Promise<Started>;
}

/** The operation that is retried: its kind, its monitor with the result, and what it was started with. */
export interface Retried {
  kind: OperationKind;
  monitor: Monitor;
  envelope: Partial<Envelope> | null | undefined;
}

/** Whether an operation reported failed items; one that succeeded with them may be retried. */
export function hasFailedItems({ progress }: Pick<Monitor, 'progress'>): boolean {
  return progress !== undefined && progress.failed > 0;
}

/**
 * Starts an operation that has ended again: a new operation of the same kind with the same input, or with what the kind
 * makes of it.
 *
 * Y1. `retriedBy` in the record of the ended operation names the new one before it starts (R6 of records.ts). A request
 *     that finds it there starts that one, as a repeated start: so two requests start one operation, and the second finishes
 *     what the first one left.
 * Y2. A name whose operation belongs to another request is replaced: a client chose an `Operation-Id` that another
 *     client took at the same moment.
 * Y3. What the input needs is checked before the name is written, and copied when the new operation is in the list, so
 *     that retention finds the copies of an interrupted start (R3 of records.ts).
 * Y4. The webhook is that of the first request, else that of the ended operation. It is no part of what makes retries the
 *     same request, so a later request changes nothing.
 */
export async function retryOperation(retrier: Retrier, retried: Retried, headers: RetryHeaders): Promise<Started> {
  const { records, start } = retrier;
  const { kind, monitor, envelope } = retried;
  if (!isFinal(monitor.status)) throw notFinished(monitor);
  for (;;) {
    const record = await records.find(monitor.id);
    if (!record || record.deletedAt !== undefined)
      throw operationErrors.OperationNotFound(`There is no operation ${monitor.id}.`);
    if (record.expiredAt !== undefined) throw expired(monitor.id);
    const known = await knownRetry(records, record);
    const id = known ?? (await newId(retrier, retried, headers));
    const plan = await planOf(retrier.blobs, retried, id);
    if (known === undefined) {
      await checkInput(retrier.blobs, monitor.id, plan);
      if (!(await records.bindRetry(record, id, new Date()))) continue; // another request was faster
    }
    return start({
      kind,
      operationId: id,
      ...(headers.idempotencyKey !== undefined && { idempotencyKey: headers.idempotencyKey }),
      retryOf: monitor.id,
      webhookUrl: headers.webhookUrl ?? (await webhookOf(records, record)),
      ...(envelope?.retry && { retry: envelope.retry }),
      ...sameRetry(monitor),
      input: () => plan.input,
      prepare: () => copyInput(retrier.blobs, monitor.id, plan),
    });
  }
}

/** The URL at which the end of the operation was posted. @throws OperationError 503 */
async function webhookOf(records: OperationRecords, { id, webhook }: OperationRecord): Promise<string | undefined> {
  return webhook ? (await records.webhooks.deliveries.find(deliveryPlaceOf(id)))?.url : undefined;
}

/** All retries of one operation are the same request; another operation may have had its id before. */
const sameRetry = ({ id, createdDateTime }: Monitor) => ({ identity: { retryOf: id, createdAt: createdDateTime } });

/** The retry that the record names, unless the name belongs to another operation. */
async function knownRetry(records: OperationRecords, { id, retriedBy }: OperationRecord): Promise<string | undefined> {
  if (retriedBy === undefined) return undefined;
  const record = await records.find(retriedBy);
  return record && record.retryOf !== id ? undefined : retriedBy;
}

/**
 * The id of a first retry: the one that the idempotency key has already, the client's own, or a random one.
 * @throws OperationError 400 `OperationIdReused`, 422 `IdempotencyKeyReused`
 */
async function newId(
  { records }: Retrier,
  { kind, monitor }: Retried,
  { operationId, idempotencyKey }: RetryHeaders,
): Promise<string> {
  const bound = idempotencyKey === undefined ? undefined : await records.findKey(idempotencyKey);
  if (bound) {
    if (bound.fingerprint === fingerprintOf({ kind, input: () => undefined, ...sameRetry(monitor) })) return bound.id;
    throw idempotencyKeyReused();
  }
  if (operationId === undefined) return randomUUID();
  const taken = await records.find(operationId);
  if (taken && taken.retryOf !== monitor.id) throw operationIdReused();
  return operationId;
}

/** What the new operation is started with, and which blobs it has. */
interface Plan {
  input: unknown;
  values: Readonly<Record<string, unknown>>;
  /** Prefixes of blobs of the ended operation, and of their copies. */
  copies: ReadonlyMap<string, string>;
}

/** @throws OperationError 409 `NothingToRetry`, 410 `InputGone`, 503 */
async function planOf(store: Blobs, retried: Retried, id: string): Promise<Plan> {
  const { kind, monitor } = retried;
  const hasBlob = async (name: string) => (await store.names(name)).length > 0;
  const { input, blobs = [], values = {} } = await retryOf(retried, id, hasBlob);
  const copies = new Map<string, string>();
  const prefixes = prefixesOf(kind, id);
  const moved = (name: string) => {
    for (const [index, prefix] of prefixesOf(kind, monitor.id).entries()) {
      if (!name.startsWith(prefix)) continue;
      const copy = `${prefixes[index] ?? ''}${name.slice(prefix.length)}`;
      copies.set(name, copy);
      return copy;
    }
    return name;
  };
  blobs.forEach(moved);
  return { input: withTexts(input, moved), values, copies };
}

function retryOf(
  { kind, monitor, envelope }: Retried,
  id: string,
  hasBlob: (name: string) => Promise<boolean>,
): Retry<unknown> | Promise<Retry<unknown>> {
  const { status, result } = monitor;
  if (status === 'Succeeded' && !(kind.retryFailedItems && hasFailedItems(monitor)))
    throw operationErrors.NothingToRetry(`Operation ${monitor.id} has succeeded; start a new one to run it again.`);
  if (envelope?.input === undefined) throw inputGone(monitor.id);
  const ended: EndedOperation<unknown> = { id: monitor.id, input: envelope.input };
  // A result that is too large for the monitor is not reused: all items run again.
  if (result !== undefined && kind.retryFailedItems) return kind.retryFailedItems({ ...ended, result }, id);
  return kind.retry?.(ended, id, hasBlob) ?? { input: ended.input };
}

function prefixesOf({ blobs }: OperationKind, id: string): string[] {
  return [blobPrefix(id), ...(blobs?.(id) ?? [])];
}

/** A JSON value with each of its texts replaced. */
function withTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, replace)]));
}

async function checkInput(blobs: Blobs, id: string, { copies }: Plan): Promise<void> {
  for (const from of copies.keys()) if ((await blobs.names(from)).length === 0) throw inputGone(id);
}

async function copyInput(blobs: Blobs, id: string, { copies, values }: Plan): Promise<void> {
  for (const [from, to] of copies) {
    const names = await blobs.names(from);
    if (names.length === 0) throw inputGone(id);
    await concurrently(names, COPIES_AT_ONCE, async (name) => {
      if (!(await blobs.copy(name, to + name.slice(from.length)))) throw inputGone(id);
    });
  }
  for (const [name, value] of Object.entries(values))
    await blobs.put(name, Buffer.from(JSON.stringify(value)), 'application/json');
}

function inputGone(id: string) {
  return operationErrors.InputGone(
    `The input of operation ${id} has been deleted; start a new operation with the same input.`,
  );
}
