import { jsonTime } from '../../dotnet-text.js';
import { type ExecutionId, type InstanceId } from '../ids.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type EntityMessage, senderOf } from '../store/entity-messages.js';
import { type Clock, type EntityRecord, REORDER_WINDOW_MS } from '../store/entity-store.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { queuedDocument } from './entity-documents.js';

/**
 * An entity as the instance that it is in Azure: an orchestration that runs without end, whose name is its id, whose
 * input is the state of its scheduler (SchedulerState.cs), and whose custom status is that of EntityStatus.cs. Azure
 * creates it anew at each batch.
 *
 * @param queue the messages that wait for the lock
 */
export function entityInstance(
  record: EntityRecord,
  queue: readonly EntityMessage[],
  clocks: readonly Clock[],
): InstanceRecord {
  const { key, id, exists, state, lockedBy, updated } = record;
  const owner = lockedBy === null ? {} : { lockedBy: lockedBy.instanceId };
  const input = {
    ...(exists && { exists }),
    ...(state !== null && { state }),
    ...(queue.length > 0 && { queue: queue.map(queuedDocument) }),
    ...owner,
    sorter: sorter([...clocks, ...queue.flatMap(clockOf)]),
  };
  const custom = {
    ...(exists && { entityExists: exists }),
    ...(queue.length > 0 && { queueSize: queue.length }),
    ...owner,
  };
  return {
    key,
    id: id as string as InstanceId,
    execution: '' as ExecutionId,
    name: id,
    version: '',
    status: RuntimeStatus.Running,
    created: updated,
    updated,
    custom: JSON.stringify(custom),
    parent: null,
    generation: null,
    input: JSON.stringify(input),
    output: null,
  };
}

/** The time of a message. Those of clients, forwarded lock requests and scheduled signals are not sorted. */
export function clockOf(message: EntityMessage): Clock[] {
  const sender = senderOf(message);
  const isSorted =
    message.kind === 'operation' ? message.due === undefined : message.kind === 'lock' && message.position === 0;
  return sender !== undefined && isSorted ? [{ sent: false, last: message.at, ...sender }] : [];
}

/** MessageSorter.cs; a horizon is half an hour before a message. */
function sorter(clocks: readonly Clock[]): object {
  const sent = clocks.filter((clock) => clock.sent);
  const received = clocks.filter((clock) => !clock.sent);
  return {
    ...(sent.length > 0 && { LastSentToInstance: byId(sent, ({ last }) => jsonTime(last)) }),
    ...(received.length > 0 && { ReceivedFromInstance: byId(received, buffer), ReceiveHorizon: horizon(received) }),
    ...(sent.length > 0 && { SendHorizon: horizon(sent) }),
  };
}

function byId(clocks: readonly Clock[], value: (clock: Clock) => unknown): object {
  return Object.fromEntries(clocks.map((clock) => [clock.id, value(clock)]));
}

function buffer({ last, execution }: Clock): object {
  return { Last: jsonTime(last), ...(execution !== null && { ExecutionId: execution }) };
}

function horizon(clocks: readonly Clock[]): string {
  return jsonTime(Math.min(...clocks.map(({ last }) => last)) - REORDER_WINDOW_MS);
}
