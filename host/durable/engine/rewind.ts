import { type EngineContext } from '../context.js';
import { type TaskId } from '../ids.js';
import { RuntimeStatus } from '../runtime-status.js';
import { decodeEvents, encodeEvents, EventType, type HistoryEvent } from '../store/history-events.js';
import { type InstanceRecord, type InstanceStore } from '../store/instance-store.js';
import { encodeMessage } from '../store/messages.js';
import { rewindHistory } from '../turn/rewind-history.js';

/** One instance to rewind, and its new history: one text for each turn. */
export interface RewindPlan {
  record: InstanceRecord;
  turns: string[];
  /** It has no failed sub-orchestration. Only such an instance gets the message, as in Azure. */
  isLeaf: boolean;
}

/**
 * Plans the rewind of an instance and, before it, of its failed sub-orchestrations, recursively.
 *
 * @param plans the function adds to it
 * @returns why the instance cannot be rewound (a trap, or a failed sub-orchestration that no longer exists in that
 *   state); undefined when it can
 */
export function planRewind(store: InstanceStore, record: InstanceRecord, plans: RewindPlan[]): string | undefined {
  const rewound = rewindHistory(store.history(record.key).map(decodeEvents));
  if (typeof rewound === 'string') return rewound;
  const { turns, subOrchestrations } = rewound;
  for (const taskId of subOrchestrations) {
    const failed = failedSubOrchestration(store, record, taskId, turns);
    if (failed === undefined) {
      return `${record.id} cannot be rewound: its sub-orchestration ${taskId} is no longer a failed instance.`;
    }
    const problem = planRewind(store, failed, plans);
    if (problem !== undefined) return problem;
  }
  plans.push({ record, turns: turns.map(encodeEvents), isLeaf: subOrchestrations.length === 0 });
  return undefined;
}

function failedSubOrchestration(
  store: InstanceStore,
  { id, execution }: InstanceRecord,
  taskId: TaskId,
  turns: readonly HistoryEvent[][],
): InstanceRecord | undefined {
  const created = turns
    .flat()
    .find((event) => event.EventType === EventType.SubOrchestrationInstanceCreated && event.EventId === taskId);
  if (created?.EventType !== EventType.SubOrchestrationInstanceCreated) return undefined;
  const found = store.find(created.InstanceId);
  if (found?.status !== RuntimeStatus.Failed) return undefined;
  const { parent } = found;
  const isOfThisTask = parent?.instanceId === id && parent.executionId === execution && parent.taskId === taskId;
  return isOfThisTask ? found : undefined;
}

/** Runs inside a transaction. Does nothing if the instance was rewound or replaced in the meantime. */
export function writeRewind(
  context: EngineContext,
  { record, turns, isLeaf }: RewindPlan,
  reason: string | null,
): void {
  const { store } = context;
  const current = store.find(record.id);
  if (current?.key !== record.key || current.status !== RuntimeStatus.Failed) return;
  const at = context.now();
  store.rewindInstance({ ...record, status: RuntimeStatus.Running, output: null, updated: at }, turns);
  if (isLeaf) store.insertMessage(record.key, encodeMessage({ kind: 'rewind', at, reason }));
}
