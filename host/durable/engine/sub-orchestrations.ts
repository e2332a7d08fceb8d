import { plainFailure, unknownFunctionFailure } from '../failures.js';
import { type InstanceId, instanceIdProblem, newExecutionId, type TaskId } from '../ids.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type Failure } from '../store/history-events.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { newExecution } from '../turn/execution-state.js';
import { Instance } from '../turn/instance.js';
import { type OpenSubOrchestration, type OpenTask } from '../turn/open-tasks.js';
import { type EngineParts } from './engine-parts.js';

/** A sub-orchestration that a turn starts, or the reason why it cannot start. */
export type SubOrchestrationPlan =
  { taskId: TaskId; instance: Instance; replaces: InstanceRecord | undefined } | { taskId: TaskId; refused: Failure };

/**
 * The sub-orchestrations that a turn starts. Each reserves its id immediately, so that it is still free at the commit.
 *
 * A refused start is a failure that the parent receives. Azure drops such a start, and the parent waits without end
 * (host contract, 6.8.5).
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
    for (const made of plans) if ('instance' in made) parts.registry.remove(made.instance);
    throw error;
  }
}

function plan(parts: EngineParts, parent: Instance, task: OpenSubOrchestration): SubOrchestrationPlan {
  const refused = refusal(parts, parent, task);
  if (refused !== undefined) return { taskId: task.id, refused };
  // A generated id contains the execution id and the task number: no other instance can have it.
  const replaces = task.call.fixedId === null ? undefined : parts.context.store.find(task.instanceId);
  const instance = newSubOrchestration(parts, parent, task);
  parts.registry.add(instance);
  return { taskId: task.id, instance, replaces };
}

function refusal(parts: EngineParts, parent: Instance, task: OpenSubOrchestration): Failure | undefined {
  const { call, instanceId } = task;
  const { functions } = parts.context;
  if (functions.orchestrator(call.name) === undefined) return unknownFunctionFailure('orchestrator', call.name);
  if (call.fixedId === null) return undefined;
  const problem = instanceIdProblem(instanceId) ?? idConflict(parts, parent, instanceId);
  return problem === undefined ? undefined : plainFailure(`Sub-orchestration '${call.name}': ${problem}`);
}

function idConflict({ registry }: EngineParts, { record }: Instance, id: InstanceId): string | undefined {
  const ancestors = [record.id, record.parent?.instanceId].map((ancestor) => ancestor?.toLowerCase());
  if (ancestors.includes(id.toLowerCase())) return `The instance ID '${id}' is that of its parent or grandparent.`;
  return registry.isIdInUse(id)
    ? `An orchestration instance with the ID '${id}' already exists and has not ended.`
    : undefined;
}

function newSubOrchestration({ context }: EngineParts, { record }: Instance, task: OpenSubOrchestration): Instance {
  const now = context.now();
  const { id: instanceId, execution: executionId, name } = record;
  return new Instance(
    {
      key: context.nextKey(),
      id: task.instanceId,
      execution: newExecutionId(),
      name: context.functions.orchestrator(task.call.name)?.name ?? task.call.name,
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
