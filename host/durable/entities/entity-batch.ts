import { trap, trapText } from '../../azure-differences.js';
import { type HostFunction, type Invoke } from '../../contracts.js';
import { entityId, type EntityId, entityName, type EntityName } from '../ids.js';
import { type EntityMessage, type LockMessage, type OperationMessage, type Sender } from '../store/entity-messages.js';
import { type EntityRecord, type Lock } from '../store/entity-store.js';
import { type EntityResponse, type Envelope } from '../store/messages.js';
import { type Entity, isFrom } from './entity.js';

/** The messages that a batch takes from the inbox. */
export interface BatchSelection {
  consumed: Envelope<EntityMessage>[];
  operations: OperationMessage[];
  /** The lock request that gets the lock after the operations. */
  grant: LockMessage | null;
  /** The lock after the operations, before the grant. */
  lockedBy: Lock | null;
  /** Messages that wait forever in Azure, because the lock is abandoned. */
  refused: RefusedMessage[];
}

type RefusedMessage = OperationMessage | LockMessage;

/**
 * Reads the inbox (host contract, 8.3). While the entity is locked, only messages of the instance that has the lock are
 * taken. A lock request ends the batch. An abandoned lock stays: messages of others are refused, and the instance that
 * has it can still use it, for example after a rewind.
 */
export function selectBatch({ inbox, record }: Entity, limit: number): BatchSelection {
  const taken = new Set<Envelope<EntityMessage>>();
  const operations: OperationMessage[] = [];
  const refused: RefusedMessage[] = [];
  let { lockedBy } = record;
  let grant: LockMessage | null = null;
  for (let index = 0; index < inbox.length && operations.length < limit && grant === null; index++) {
    const envelope = inbox[index];
    if (envelope === undefined || taken.has(envelope)) continue;
    const { message } = envelope;
    const isOther = lockedBy !== null && !isFrom(message, lockedBy);
    if (message.kind === 'release' || message.kind === 'abandon') {
      taken.add(envelope);
      if (lockedBy === null || isOther) continue;
      lockedBy = message.kind === 'release' ? null : { ...lockedBy, abandoned: true };
      index = -1; // messages that waited for the lock are next, from the oldest
    } else if (!isOther) {
      taken.add(envelope);
      if (lockedBy?.abandoned) lockedBy = message.parent ?? null; // it was rewound
      if (message.kind === 'operation') operations.push(message);
      else grant = message;
    } else if (lockedBy?.abandoned) {
      taken.add(envelope);
      refused.push(message);
    }
  }
  return { consumed: [...taken], operations, grant, lockedBy, refused };
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
 * @throws the error of the invocation, or that of a signal to a name that is not in lower case; an operation that fails
 *   alone is a failed response
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
  if (result.results.length < operations.length) {
    throw new TypeError('The entity function returned fewer results than operations.');
  }
  return {
    exists: result.entityExists === true,
    state: result.entityExists === true ? (result.entityState ?? null) : null,
    // By index: a handler that returns twice shifts the responses, as in Azure (TaskEntityShim.cs).
    responses: operations.map((_operation, index) => responseOf(result.results[index])),
    signals: (result.signals ?? []).map(({ target, name, input }) => ({
      to: signalTarget(id, target),
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

function responseOf(given: EntityReply['results'][number] | undefined): OperationResponse {
  return { result: given?.result ?? null, failed: given?.isError === true };
}

/** @throws Error of a trap: Azure puts the name into the id as it is (TaskEntityShim.cs, ExecuteOutOfProcBatch) */
function signalTarget(sender: EntityId, target: EntityName): EntityId {
  const to = entityId(target);
  if (target.name === entityName(to).name) return to;
  throw trap(
    `signals the entity '@${target.name}@${target.key}', which is not the entity '${to}', because a signal from an entity keeps the case of the name (sender '${sender}')`,
    'Write the name in lower case in signals from entities.',
  );
}

/** A message that a batch sends. */
export type OutgoingMessage =
  | { kind: 'toOrchestration'; to: Sender; response: EntityResponse }
  | { kind: 'toEntity'; to: EntityId; message: EntityMessage };

/** Responses, then signals, then the lock request or its response (host contract, 8.3 rule 4), then refusals. */
export function outgoingMessages(
  from: EntityId,
  selection: BatchSelection,
  outcome: BatchOutcome,
  now: number,
  newId: () => string,
): OutgoingMessage[] {
  const outgoing: OutgoingMessage[] = [];
  for (const [index, { signal, parent, id }] of selection.operations.entries()) {
    const response = outcome.responses[index];
    if (signal || parent === undefined || response === undefined) continue;
    const exceptionType = response.failed ? { exceptionType: 'Error' } : {};
    outgoing.push(responseTo(parent, id, { result: response.result, ...exceptionType }, now));
  }
  for (const { to, name, input } of outcome.signals) {
    const message: EntityMessage = { kind: 'operation', at: now, name, input, id: newId(), signal: true, from };
    outgoing.push({ kind: 'toEntity', to, message });
  }
  if (selection.grant !== null) outgoing.push(granted(selection.grant, now));
  return outgoing;
}

/** The responses to callers and lock requests that would wait forever; a signal has none. */
export function refusals(messages: readonly EntityMessage[], text: string, now: number): OutgoingMessage[] {
  return messages.flatMap((message) => {
    if (message.kind === 'lock') return [responseTo(message.parent, message.id, failed(text), now, text)];
    if (message.kind !== 'operation' || message.signal || message.parent === undefined) return [];
    return [responseTo(message.parent, message.id, failed(text), now)];
  });
}

const failed = (text: string) => ({ result: JSON.stringify(text), exceptionType: 'Error' });

/** The trap of an entity whose lock is abandoned. */
export function abandonedText(id: EntityId, { instanceId }: Sender): string {
  return trapText(
    `waits forever, because the entity '${id}' is locked by the orchestration '${instanceId}', which has ended without releasing its lock`,
    `Release locks in a finally block, and do not terminate an orchestration that has a lock. Purge the entity to free it: DELETE instances/${id}.`,
  );
}

/** The next entity of the set gets the lock request; after the last one, the sender gets its response. */
function granted(lock: LockMessage, now: number): OutgoingMessage {
  const position = lock.position + 1;
  const next = lock.lockSet[position];
  return next === undefined
    ? responseTo(lock.parent, lock.id, { result: 'Lock Acquisition Completed' }, now)
    : { kind: 'toEntity', to: next, message: { ...lock, at: now, position } };
}

function responseTo(to: Sender, id: string, content: object, at: number, fatal?: string): OutgoingMessage {
  const { executionId: execution } = to;
  const input = JSON.stringify(content);
  const response: EntityResponse = { kind: 'entityResponse', at, execution, id, input, ...(fatal && { fatal }) };
  return { kind: 'toOrchestration', to, response };
}
