import { type HostFunction, type Invoke } from '../../contracts.js';
import { entityId, type EntityId, entityName, type EntityName } from '../ids.js';
import { type EntityMessage, type LockMessage, type OperationMessage, type Sender } from '../store/entity-messages.js';
import { type EntityRecord } from '../store/entity-store.js';
import { type EntityResponse, type Envelope } from '../store/messages.js';
import { type Entity, isFrom } from './entity.js';

/** The messages that a batch takes from the inbox. */
export interface BatchSelection {
  consumed: Envelope<EntityMessage>[];
  operations: OperationMessage[];
  /** The lock request that gets the lock after the operations. */
  grant: LockMessage | null;
  /** The execution that has the lock after the operations, before the grant. */
  lockedBy: Sender | null;
}

/**
 * Reads the inbox (host contract, 8.3). While the entity is locked, only messages of the execution that has the lock
 * are taken. A lock request ends the batch. A lock is free, and a lock request has no effect, as soon as its execution
 * may not hold locks any more.
 */
export function selectBatch(entity: Entity, limit: number, mayHoldLocks: (sender: Sender) => boolean): BatchSelection {
  const { inbox, record } = entity;
  const taken = new Set<Envelope<EntityMessage>>();
  const operations: OperationMessage[] = [];
  let lockedBy = record.lockedBy !== null && mayHoldLocks(record.lockedBy) ? record.lockedBy : null;
  let grant: LockMessage | null = null;
  for (let index = 0; index < inbox.length && operations.length < limit && grant === null; index++) {
    const envelope = inbox[index];
    if (envelope === undefined || taken.has(envelope)) continue;
    const { message } = envelope;
    if (lockedBy !== null && !isFrom(message, lockedBy)) continue;
    taken.add(envelope);
    if (message.kind === 'operation') operations.push(message);
    else if (message.kind === 'lock') grant = mayHoldLocks(message.parent) ? message : null;
    else if (lockedBy !== null) {
      lockedBy = null;
      index = -1; // messages that waited for the lock are next, from the oldest
    }
  }
  return { consumed: [...taken], operations, grant, lockedBy };
}

/** The result of a batch. */
export interface BatchOutcome {
  exists: boolean;
  state: string | null;
  /** One for each operation. */
  responses: OperationResponse[];
  signals: { to: EntityId; name: string; input: string | null }[];
}

interface OperationResponse {
  /** JSON text. */
  result: string | null;
  failed: boolean;
}

/** The result of the library's entity function (host contract, 8.2). */
interface EntityReply {
  results: { isError?: boolean; result?: string }[];
  signals?: { target: EntityName; name: string; input?: string }[];
  entityExists?: boolean;
  entityState?: string | null;
}

/**
 * Runs the operations in one invocation of the entity function.
 *
 * @throws the error of the invocation; an operation that fails alone is a failed response
 */
export async function runBatch(
  invoke: Invoke,
  fn: HostFunction,
  { id, exists, state }: EntityRecord,
  operations: readonly OperationMessage[],
): Promise<BatchOutcome> {
  const batch = operations.map(({ name, input, signal, id: request }) => ({
    id: request,
    name,
    input,
    isSignal: signal,
  }));
  const trigger = { self: entityName(id), exists, state, batch };
  const { result } = await invoke(fn, { triggerValue: trigger });
  if (!isReply(result)) {
    throw new TypeError('The entity function returned no entity state. Is it registered with df.app.entity?');
  }
  return {
    exists: result.entityExists === true,
    state: result.entityExists === true ? (result.entityState ?? null) : null,
    // By index: a handler that returns twice shifts the responses, as in Azure.
    responses: operations.map(({ name }, index) =>
      responseOf(result.results[index], `'${name}' of the entity '${id}'`),
    ),
    signals: (result.signals ?? []).map(({ target, name, input }) => ({
      to: entityId(target),
      name,
      input: input === undefined || input === '' ? null : input, // the library sends an empty text for no input
    })),
  };
}

/** Every operation fails for one reason, and the state stays as it was. */
export function failedBatch(record: EntityRecord, count: number, reason: string): BatchOutcome {
  const responses = Array.from({ length: count }, () => ({ result: JSON.stringify(reason), failed: true }));
  return { exists: record.exists, state: record.state, responses, signals: [] };
}

function isReply(value: unknown): value is EntityReply {
  return typeof value === 'object' && value !== null && 'results' in value && Array.isArray(value.results);
}

/** @param operation names the operation and the entity in a failure */
function responseOf(given: EntityReply['results'][number] | undefined, operation: string): OperationResponse {
  const result = given?.result ?? null;
  if (given?.isError !== true) return { result, failed: false };
  // The library converts this value to an Error, and serializes most errors as `{}`: only text stays readable.
  const isText = result?.startsWith('"') === true;
  const detail = result === null || result === '{}' ? '.' : `: ${result}`;
  return { result: isText ? result : JSON.stringify(`The operation ${operation} failed${detail}`), failed: true };
}

/** A message that a batch sends. */
export type OutgoingMessage =
  | { kind: 'toOrchestration'; to: Sender; response: EntityResponse }
  | { kind: 'toEntity'; to: EntityId; message: EntityMessage };

/** Responses, then signals, then the lock request or its response (host contract, 8.3 rule 4). */
export function outgoingMessages(selection: BatchSelection, outcome: BatchOutcome, now: number, newId: () => string) {
  const outgoing: OutgoingMessage[] = [];
  for (const [index, { signal, parent, id }] of selection.operations.entries()) {
    const response = outcome.responses[index];
    if (signal || parent === undefined || response === undefined) continue;
    const exceptionType = response.failed ? { exceptionType: 'Error' } : {};
    outgoing.push(responseTo(parent, id, { result: response.result, ...exceptionType }, now));
  }
  for (const { to, name, input } of outcome.signals) {
    const message: EntityMessage = { kind: 'operation', at: now, name, input, id: newId(), signal: true };
    outgoing.push({ kind: 'toEntity', to, message });
  }
  if (selection.grant !== null) outgoing.push(granted(selection.grant, now));
  return outgoing;
}

/** The next entity of the set gets the lock request; after the last one, the sender gets its response. */
function granted(lock: LockMessage, now: number): OutgoingMessage {
  const position = lock.position + 1;
  const next = lock.lockSet[position];
  return next === undefined
    ? responseTo(lock.parent, lock.id, { result: 'Lock Acquisition Completed' }, now)
    : { kind: 'toEntity', to: next, message: { ...lock, at: now, position } };
}

function responseTo(to: Sender, id: string, content: object, at: number): OutgoingMessage {
  const { executionId: execution } = to;
  return {
    kind: 'toOrchestration',
    to,
    response: { kind: 'entityResponse', at, execution, id, input: JSON.stringify(content) },
  };
}
