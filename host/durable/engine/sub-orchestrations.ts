import { type Engine } from './engine.js';
import { plainFailure, unknownFunctionFailure } from '../failures.js';
import { type Failure } from '../store/history-events.js';
import { type InstanceId, instanceIdProblem, newExecutionId, type TaskId } from '../ids.js';
import { Instance, newExecution } from '../turn/instance.js';
import { type OpenTask } from '../turn/open-tasks.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type ChildPlan } from './turn-commit-unit.js';

/**
 * The children that a turn starts. Each takes its id at once, so that nobody else gets it before the commit.
 *
 * A child that cannot be started is a failure which the parent sees. The product drops such starts and the parent
 * waits for ever (host contract, 6.8.5).
 */
export function planChildren(engine: Engine, parent: Instance, opened: ReadonlyMap<TaskId, OpenTask>): ChildPlan[] {
  const plans: ChildPlan[] = [];
  try {
    for (const task of opened.values()) if (task.kind === 'child') plans.push(planChild(engine, parent, task));
    return plans;
  } catch (error) {
    for (const plan of plans) if ('child' in plan) engine.forget(plan.child);
    throw error;
  }
}

function planChild(engine: Engine, parent: Instance, task: OpenTask & { kind: 'child' }): ChildPlan {
  const refused = refusal(engine, parent, task);
  if (refused !== undefined) return { taskId: task.id, refused };
  // An id that this host made holds the execution id and the number: nobody had it before.
  const replaces = task.call.fixedId === null ? undefined : engine.store.find(task.instanceId);
  const child = childOf(engine, parent, task);
  engine.adopt(child);
  return { taskId: task.id, child, replaces };
}

function refusal(engine: Engine, parent: Instance, task: OpenTask & { kind: 'child' }): Failure | undefined {
  const { call, instanceId } = task;
  if (engine.functions.orchestrator(call.name) === undefined) return unknownFunctionFailure('orchestrator', call.name);
  if (call.fixedId === null) return undefined;
  const problem = instanceIdProblem(instanceId) ?? idTaken(engine, parent, instanceId);
  return problem === undefined ? undefined : plainFailure(`Sub-orchestration '${call.name}': ${problem}`);
}

function idTaken(engine: Engine, { record }: Instance, id: InstanceId): string | undefined {
  const ancestors = [record.id, record.parent?.instanceId].map((ancestor) => ancestor?.toLowerCase());
  if (ancestors.includes(id.toLowerCase())) return `The instance ID '${id}' is that of its parent or grandparent.`;
  return engine.holds(id)
    ? `An orchestration instance with the ID '${id}' already exists and has not ended.`
    : undefined;
}

function childOf(engine: Engine, { record }: Instance, task: OpenTask & { kind: 'child' }): Instance {
  const now = engine.now();
  const { id: instanceId, execution: executionId, name } = record;
  return new Instance(
    {
      key: engine.nextKey(),
      id: task.instanceId,
      execution: newExecutionId(),
      name: engine.functions.orchestrator(task.call.name)?.name ?? task.call.name,
      version: task.call.version,
      status: RuntimeStatus.Pending,
      created: now,
      updated: now,
      custom: null,
      parent: { instanceId, executionId, name, taskId: task.id },
      input: task.call.input,
      output: null,
    },
    newExecution(),
    [],
    false,
  );
}
