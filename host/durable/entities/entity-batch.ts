import { type HostFunction, type Invoke } from '../../contracts.js';
import { type Entity, isSender } from './entity.js';
import { type EntityMessage, type LockMessage, type OperationMessage, type Sender } from '../store/entity-messages.js';
import { type EntityRecord } from '../store/entity-store.js';
import { entityId, type EntityId, entityName, type EntityName } from '../ids.js';
import { type EntityResponse, type Envelope } from '../store/messages.js';

/** What a batch takes from the queue. */
export interface BatchSelection {
  consumed: Envelope<EntityMessage>[];
  operations: OperationMessage[];
  /** Becomes the holder once the operations have run. */
  grant: LockMessage | null;
  /** Who has the entity locked after the operations, before the grant. */
  holder: Sender | null;
}

/**
 * Goes through the queue (host contract, 8.3). While the entity is locked only its holder's messages count; a lock
 * request ends the batch. A lock whose holder may hold it no longer, however that came about, is free, and a request
 * of such a one is void.
 */
export function selectBatch(entity: Entity, limit: number, mayLock: (sender: Sender) => boolean): BatchSelection {
  const { inbox, record } = entity;
  const taken = new Set<Envelope<EntityMessage>>();
  const operations: OperationMessage[] = [];
  let holder = record.holder !== null && mayLock(record.holder) ? record.holder : null;
  let grant: LockMessage | null = null;
  for (let index = 0; index < inbox.length && operations.length < limit && grant === null; index++) {
    const envelope = inbox[index];
    if (envelope === undefined || taken.has(envelope)) continue;
    const { message } = envelope;
    if (holder !== null && !isSender(message, holder)) continue;
    taken.add(envelope);
    if (message.kind === 'operation') operations.push(message);
    else if (message.kind === 'lock') grant = mayLock(message.parent) ? message : null;
    else if (holder !== null) {
      holder = null;
      index = -1; // those who waited for the lock come now, the longest waiting first
    }
  }
  return { consumed: [...taken], operations, grant, holder };
}

/** What the entity function made of a batch. */
export interface BatchOutcome {
  present: boolean;
  state: string | null;
  /** One for each operation. */
  answers: Answer[];
  signals: { to: EntityId; name: string; input: string | null }[];
}

interface Answer {
  /** JSON text. */
  result: string | null;
  failed: boolean;
}

/** The reply of the library (host contract, 8.2). */
interface Reply {
  results: { isError?: boolean; result?: string }[];
  signals?: { target: EntityName; name: string; input?: string }[];
  entityExists?: boolean;
  entityState?: string | null;
}

/**
 * Runs the operations in one invocation of the entity function.
 *
 * @throws what the invocation threw; single operations that fail are answers
 */
export async function runBatch(
  invoke: Invoke,
  fn: HostFunction,
  { id, present, state }: EntityRecord,
  operations: readonly OperationMessage[],
): Promise<BatchOutcome> {
  const batch = operations.map(({ name, input, signal, id: request }) => ({
    id: request,
    name,
    input,
    isSignal: signal,
  }));
  const trigger = { self: entityName(id), exists: present, state, batch };
  const { result } = await invoke(fn, { triggerValue: trigger });
  if (!isReply(result)) {
    throw new TypeError('The entity function returned no entity state. Is it registered with df.app.entity?');
  }
  return {
    present: result.entityExists === true,
    state: result.entityExists === true ? (result.entityState ?? null) : null,
    // By index: a handler that returns twice shifts the answers, as in the product.
    answers: operations.map(({ name }, index) => answerOf(result.results[index], `'${name}' of the entity '${id}'`)),
    signals: (result.signals ?? []).map(({ target, name, input }) => ({
      to: entityId(target),
      name,
      input: input === undefined || input === '' ? null : input, // empty text is what the library sends for none
    })),
  };
}

/** Every operation fails for one reason, and the state stays as it was. */
export function failedBatch(record: EntityRecord, count: number, reason: string): BatchOutcome {
  const answers = Array.from({ length: count }, () => ({ result: JSON.stringify(reason), failed: true }));
  return { present: record.present, state: record.state, answers, signals: [] };
}

function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && 'results' in value && Array.isArray(value.results);
}

function answerOf(given: Reply['results'][number] | undefined, what: string): Answer {
  const result = given?.result ?? null;
  if (given?.isError !== true) return { result, failed: false };
  // The library makes an Error of this value, and writes most errors as `{}`: text alone arrives readable.
  const isText = result?.startsWith('"') === true;
  const detail = result === null || result === '{}' ? '.' : `: ${result}`;
  return { result: isText ? result : JSON.stringify(`The operation ${what} failed${detail}`), failed: true };
}

/** A message that a batch causes. */
export type Outgoing =
  | { kind: 'response'; to: Sender; response: EntityResponse }
  | { kind: 'message'; to: EntityId; message: EntityMessage };

/** Answers, then signals, then the word about the lock (host contract, 8.3 rule 4). */
export function outgoingOf(selection: BatchSelection, outcome: BatchOutcome, now: number, newId: () => string) {
  const outgoing: Outgoing[] = [];
  for (const [index, { signal, parent, id }] of selection.operations.entries()) {
    const answer = outcome.answers[index];
    if (signal || parent === undefined || answer === undefined) continue;
    const exceptionType = answer.failed ? { exceptionType: 'Error' } : {};
    outgoing.push(respond(parent, id, { result: answer.result, ...exceptionType }, now));
  }
  for (const { to, name, input } of outcome.signals) {
    const message: EntityMessage = { kind: 'operation', at: now, name, input, id: newId(), signal: true };
    outgoing.push({ kind: 'message', to, message });
  }
  if (selection.grant !== null) outgoing.push(granted(selection.grant, now));
  return outgoing;
}

function granted(lock: LockMessage, now: number): Outgoing {
  const position = lock.position + 1;
  const next = lock.lockSet[position];
  return next === undefined
    ? respond(lock.parent, lock.id, { result: 'Lock Acquisition Completed' }, now)
    : { kind: 'message', to: next, message: { ...lock, at: now, position } };
}

function respond(to: Sender, id: string, content: object, at: number): Outgoing {
  const { executionId: execution } = to;
  return {
    kind: 'response',
    to,
    response: { kind: 'entityResponse', at, execution, id, input: JSON.stringify(content) },
  };
}
