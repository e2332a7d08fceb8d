import { entityName, type EntityName } from '../ids.js';
import { type EntityMessage, senderOf } from '../store/entity-messages.js';
import { type EventRaised, type EventSent, EventType, type HistoryEvent, RELEASE } from '../store/history-events.js';

/**
 * The documents of messages between orchestrations and entities, as clients of the genuine host see them (RequestMessage.cs,
 * ReleaseMessage.cs, ResponseMessage.cs, MessageSorter.cs). The history has shorter ones with the same information.
 */

const NAMESPACE = 'Microsoft.Azure.WebJobs.Extensions.DurableTask';
const NO_TIME = '0001-01-01T00:00:00';

/** The history with the documents of the genuine host. */
export function withEntityDocuments(events: readonly HistoryEvent[]): HistoryEvent[] {
  const clocks = new SendClocks();
  return events.map((event) => {
    if (event.EventType === EventType.EventSent) return sent(event, clocks);
    return event.EventType === EventType.EventRaised && event.Response ? responded(event) : event;
  });
}

interface StoredRequest {
  op: string | null;
  signal?: true;
  input?: string;
  id: string;
  parent: string;
  parentExecution: string;
  lockset?: EntityName[];
}

function sent(event: EventSent, clocks: SendClocks): EventSent {
  const stored = JSON.parse(event.Input) as StoredRequest;
  const { parent, parentExecution, lockset, ...operation } = stored;
  const id = guidOf(stored.id);
  if (event.Name === RELEASE) return { ...event, Input: JSON.stringify({ ...typed('ReleaseMessage'), parent, id }) };
  const request = {
    ...typed('RequestMessage'),
    ...operation,
    id,
    parent,
    parentExecution: guidOf(parentExecution),
    ...clocks.next(event.InstanceId, event.Timestamp.getTime()),
    ...(lockset === undefined
      ? { requestTime: requestTimeOf(event.Timestamp.getTime()) }
      : { lockset: lockset.map((entity) => ({ ...typed('EntityId'), ...entity })) }),
  };
  return { ...event, Input: JSON.stringify(request) };
}

function responded(event: EventRaised): EventRaised {
  const response = JSON.parse(event.Input ?? '{}') as object;
  return { ...event, Name: guidOf(event.Name), Input: JSON.stringify({ ...typed('ResponseMessage'), ...response }) };
}

/** A message that waits for a lock. */
export function queuedDocument(message: EntityMessage): object {
  const from = senderOf(message);
  const sender = from && { parent: from.id, ...(from.execution && { parentExecution: guidOf(from.execution) }) };
  const times = { Timestamp: from === undefined ? NO_TIME : dotnetTime(message.at), Predecessor: NO_TIME };
  if (message.kind === 'operation') {
    const { name: op, signal, input, id } = message;
    const requestTime = from?.execution ? { requestTime: requestTimeOf(message.at) } : {};
    const document = { op, ...(signal && { signal }), ...(input !== null && { input }), id: guidOf(id) };
    return { ...document, ...sender, ...times, ...requestTime };
  }
  if (message.kind !== 'lock') return { ...sender };
  const { id, lockSet, position: pos } = message;
  return { op: null, id: guidOf(id), ...sender, ...times, lockset: lockSet.map(entityName), ...(pos > 0 && { pos }) };
}

function requestTimeOf(ms: number): string {
  return dotnetTime(ms).replace(/Z$/, '+00:00');
}

/** Messages to one entity have increasing times, and each names the one before. */
class SendClocks {
  readonly #last = new Map<string, { ms: number; ticks: number }>();

  next(to: string, ms: number): { Timestamp: string; Predecessor: string } {
    const last = this.#last.get(to);
    const time = last === undefined || ms > last.ms ? { ms, ticks: 0 } : { ms: last.ms, ticks: last.ticks + 1 };
    this.#last.set(to, time);
    return {
      Timestamp: dotnetTime(time.ms, time.ticks),
      Predecessor: last === undefined ? NO_TIME : dotnetTime(last.ms, last.ticks),
    };
  }
}

/**
 * A time as .NET writes it. One that was moved by ticks has no zone, as in MessageSorter.cs.
 *
 * @param ticks of 100 ns, added to the milliseconds
 */
export function dotnetTime(ms: number, ticks = 0): string {
  const digits = `${new Date(ms).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}`;
  return `${digits.replace(/\.?0+$/, '')}${ticks === 0 ? 'Z' : ''}`;
}

/** Ids of this host as GUIDs: a GUID, 32 hexadecimal digits, or an execution and the number of a request. */
export function guidOf(id: string): string {
  const [execution = '', number] = id.split(':');
  const hex = execution.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(hex)) return id;
  const all = number === undefined ? hex : `${hex.slice(0, 24)}${Number(number).toString(16).padStart(8, '0')}`;
  return all.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function typed(name: string): { $type: string } {
  return { $type: `${NAMESPACE}.${name}, ${NAMESPACE}` };
}
