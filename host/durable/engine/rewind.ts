import { type Engine } from './engine.js';
import { decodeEvents, encodeEvents, EventType, type HistoryEvent } from '../store/history-events.js';
import { type TaskId } from '../ids.js';
import { encodeMessage } from '../store/messages.js';
import { rewindHistory } from '../turn/rewind-history.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type InstanceRecord } from '../store/instance-store.js';

/** One instance to be rewound, with what its history becomes: a text for each turn. */
export interface RewindPlan {
  record: InstanceRecord;
  turns: string[];
}

/**
 * The instance and, before it, the children that it needs again, theirs included.
 *
 * @param plans is added to
 * @returns why it cannot be: a child that is to run again is not there as it failed
 */
export function planRewind(engine: Engine, record: InstanceRecord, plans: RewindPlan[]): string | undefined {
  const { turns, children } = rewindHistory(engine.store.history(record.key).map(decodeEvents));
  for (const taskId of children) {
    const child = failedChild(engine, record, taskId, turns);
    if (child === undefined) {
      return `${record.id} cannot be rewound: its sub-orchestration ${taskId} is no failed instance any more.`;
    }
    const problem = planRewind(engine, child, plans);
    if (problem !== undefined) return problem;
  }
  plans.push({ record, turns: turns.map(encodeEvents) });
  return undefined;
}

function failedChild(
  { store }: Engine,
  { id, execution }: InstanceRecord,
  taskId: TaskId,
  turns: readonly HistoryEvent[][],
): InstanceRecord | undefined {
  const created = turns
    .flat()
    .find((event) => event.EventType === EventType.SubOrchestrationInstanceCreated && event.EventId === taskId);
  if (created?.EventType !== EventType.SubOrchestrationInstanceCreated) return undefined;
  const child = store.find(created.InstanceId);
  if (child?.status !== RuntimeStatus.Failed) return undefined;
  const { parent } = child;
  const isOurs = parent?.instanceId === id && parent.executionId === execution && parent.taskId === taskId;
  return isOurs ? child : undefined;
}

/** Inside a transaction. Does nothing to an instance that somebody else has rewound or replaced meanwhile. */
export function writeRewind(engine: Engine, { record, turns }: RewindPlan, reason: string | null): void {
  const now = engine.store.find(record.id);
  if (now?.key !== record.key || now.status !== RuntimeStatus.Failed) return;
  const at = engine.now();
  engine.store.rewindInstance({ ...record, status: RuntimeStatus.Running, output: null, updated: at }, turns);
  engine.insertMessage(record.key, encodeMessage({ kind: 'rewind', at, reason }));
}
