import { type ReplayEvent } from '../store/history-events.js';
import { type EntityId, type TaskId } from '../ids.js';
import { type Envelope } from '../store/messages.js';
import { type OpenTask } from './open-tasks.js';
import { isFinished, RuntimeStatus } from '../runtime-status.js';
import { type InstanceRecord } from '../store/instance-store.js';

/** What is known of one execution from its history alone (rebuild.ts makes it from the file). */
export interface ExecutionState {
  /** The history as the library reads it. */
  replay: ReplayEvent[];
  open: Map<TaskId, OpenTask>;
  /** Entries of the action list that have their numbers. */
  walked: number;
  nextTaskId: number;
  /** Turns committed. */
  turn: number;
  /** Of the last OrchestratorStarted, ms since the epoch: the orchestrator's clock never goes back. */
  lastTurnAt: number;
  /** ExecutionStarted is in the history. */
  started: boolean;
  /** The entities of the critical section that the orchestrator entered, or wants to enter, last; null outside. */
  locked: readonly EntityId[] | null;
  /** The function has returned or thrown; the instance waits for what it left open (host contract, 6.9). */
  functionEnded: boolean;
}

export function newExecution(): ExecutionState {
  const numbers = { walked: 0, nextTaskId: 0, turn: 0, lastTurnAt: 0 };
  return { replay: [], open: new Map(), ...numbers, started: false, locked: null, functionEnded: false };
}

/**
 * An unfinished instance in memory.
 *
 * N1 `record` and `state` are those of the last committed turn; only the commit of a turn changes them. The one
 *    exception is `state.replay`, which a running turn lengthens and an abandoned turn shortens again.
 * N2 One turn at a time: `phase` leaves `idle` through the dispatcher alone.
 * N3 A disposed instance commits nothing and dispatches nothing, whatever is still under way for it.
 */
export class Instance {
  readonly record: InstanceRecord;
  state: ExecutionState;
  inbox: Envelope[];
  phase: 'idle' | 'queued' | 'running' | 'committing' = 'idle';
  disposed = false;
  /** Its row is in the file, so clients may see it. */
  committed: boolean;
  /** How to disarm the timers armed for it. */
  readonly timers = new Map<TaskId, () => void>();

  constructor(record: InstanceRecord, state: ExecutionState, inbox: Envelope[], committed: boolean) {
    this.record = record;
    this.state = state;
    this.inbox = inbox;
    this.committed = committed;
  }

  get suspended(): boolean {
    return this.record.status === RuntimeStatus.Suspended;
  }

  /** Whether a turn would have anything to do (host contract, 9.2: a suspended instance only listens to its keeper). */
  get hasWork(): boolean {
    if (this.disposed || isFinished(this.record.status)) return false;
    if (this.suspended)
      return this.inbox.some(({ message }) => message.kind === 'resume' || message.kind === 'terminate');
    return !this.state.started || this.inbox.length > 0;
  }

  /** Undoes what a turn has done before its commit (N1); messages that wait for a row keep waiting. */
  rollBack(replayMark: number): void {
    this.state.replay.length = replayMark;
    for (const envelope of this.inbox) if (envelope.state !== 'consumed') envelope.state = 'waiting';
    this.phase = 'idle';
  }

  disarm(id: TaskId): void {
    this.timers.get(id)?.();
    this.timers.delete(id);
  }

  dropTimers(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  dispose(): void {
    this.disposed = true;
    this.dropTimers();
  }
}
