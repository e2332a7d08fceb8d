import { type InstanceId, newExecutionId, type TaskId } from '../ids.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { newExecution } from '../turn/execution-state.js';
import { Instance } from '../turn/instance.js';
import { type OpenSubOrchestration, type OpenTask } from '../turn/open-tasks.js';
import { type EngineParts } from './engine-parts.js';

/** A sub-orchestration that a turn starts. */
export interface SubOrchestrationPlan {
  instance: Instance;
  /** An ended instance that had its id. */
  replaces: InstanceRecord | undefined;
}

/**
 * The sub-orchestrations that a turn starts. Each reserves its id immediately, so that it is still free at the commit.
 *
 * @throws Error when another turn has taken an id since the turn checked it
 */
export function planSubOrchestrations(
  parts: EngineParts,
  parent: Instance,
  opened: ReadonlyMap<TaskId, OpenTask>,
): SubOrchestrationPlan[] {
  const plans: SubOrchestrationPlan[] = [];
  try {
    for (const task of opened.values()) if (task.kind === 'subOrchestration') plans.push(plan(parts, parent, task));
    return plans;
  } catch (error) {
    for (const { instance } of plans) parts.registry.remove(instance);
    throw error;
  }
}

function plan(parts: EngineParts, parent: Instance, task: OpenSubOrchestration): SubOrchestrationPlan {
  const { instanceId } = task;
  const isFixed = task.call.fixedId !== null;
  // A generated id contains the execution id and the task number: no other instance can have it.
  if (isFixed && parts.registry.isIdInUse(instanceId)) throw new Error(`The instance ID '${instanceId}' is in use.`);
  const replaces = isFixed ? parts.context.store.find(instanceId) : undefined;
  const instance = newSubOrchestration(parts, parent, task);
  parts.registry.add(instance);
  return { instance, replaces };
}

/** Why a sub-orchestration with an id that the app chose cannot start (host contract, 6.8.5); undefined when it can. */
export function childIdProblem({ registry }: EngineParts, { record }: Instance, id: InstanceId): string | undefined {
  if (id.startsWith('@')) return `'${id}' is the ID of an entity`;
  const ancestors = [record.id, record.parent?.instanceId].map((ancestor) => ancestor?.toLowerCase());
  if (ancestors.includes(id.toLowerCase())) return `'${id}' is the ID of its parent or grandparent`;
  return registry.isIdInUse(id) ? `an instance with the ID '${id}' exists and has not ended` : undefined;
}

function newSubOrchestration({ context }: EngineParts, { record }: Instance, task: OpenSubOrchestration): Instance {
  const now = context.now();
  const { id: instanceId, execution: executionId, name } = record;
  return new Instance(
    {
      key: context.nextKey(),
      id: task.instanceId,
      execution: newExecutionId(),
      name: task.call.name,
      version: task.call.version,
      status: RuntimeStatus.Pending,
      created: now,
      updated: now,
      custom: null,
      parent: { instanceId, executionId, name, taskId: task.id },
      input: task.call.input,
      output: null,
      generation: null,
    },
    newExecution(),
    [],
    false,
  );
}
