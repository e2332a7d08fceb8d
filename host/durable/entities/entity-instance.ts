import { type InstanceId, type ExecutionId } from '../ids.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type EntityMessage } from '../store/entity-messages.js';
import { type EntityRecord } from '../store/entity-store.js';
import { type InstanceRecord } from '../store/instance-store.js';

/**
 * An entity as the instance that it is in Azure: an orchestration that runs without end, whose name is its id, whose
 * input is the state of its scheduler (SchedulerState.cs), and whose custom status is EntityStatus.cs. Azure creates it
 * anew at each batch.
 *
 * @param queue the messages that wait for the lock
 */
export function entityInstance(record: EntityRecord, queue: readonly EntityMessage[]): InstanceRecord {
  const { key, id, exists, state, lockedBy, updated } = record;
  const owner = lockedBy === null ? {} : { lockedBy: lockedBy.instanceId };
  const input = {
    ...(exists && { exists }),
    ...(state !== null && { state }),
    ...(queue.length > 0 && { queue: queue.map(queued) }),
    ...owner,
    sorter: {},
  };
  const custom = { ...(exists && { entityExists: true }), ...(queue.length > 0 && { queueSize: queue.length }), ...owner };
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
    input: JSON.stringify(input),
    output: null,
  };
}

function queued(message: EntityMessage): object {
  return message;
}
