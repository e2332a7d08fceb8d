import { type TaskId } from '../ids.js';
import { isFinished, RuntimeStatus } from '../runtime-status.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { type Envelope } from '../store/messages.js';
import { type ExecutionState } from './execution-state.js';

/**
 * An unfinished instance in memory.
 *
 * N1 `record` and `state` are those of the last committed turn; only the commit of a turn changes them. The one
 *    exception is `state.replay`: a running turn appends to it, and the commit or the rollback removes what it appended.
 * N2 One turn at a time: only the turn scheduler moves `phase` away from `idle`.
 * N3 A disposed instance commits nothing and starts nothing, even if work for it is still running.
 */
export class Instance {
  readonly record: InstanceRecord;
  state: ExecutionState;
  inbox: Envelope[];
  phase: 'idle' | 'queued' | 'running' | 'committing' = 'idle';
  disposed = false;
  /** Its row is in the file, so clients may see it. */
  committed: boolean;
  /** Cancels the timers that are set for it. */
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

  /** Whether a turn has anything to do. A suspended instance reacts to resume and terminate only (host contract, 9.2). */
  get hasWork(): boolean {
    if (this.disposed || isFinished(this.record.status)) return false;
    if (this.suspended)
      return this.inbox.some(({ message }) => message.kind === 'resume' || message.kind === 'terminate');
    return !this.state.started || this.inbox.length > 0;
  }

  /** Undoes what a turn did before its commit (N1). Messages that wait for a row continue to wait. */
  rollBack(replayLength: number): void {
    this.state.replay.length = replayLength;
    for (const envelope of this.inbox) if (envelope.state !== 'consumed') envelope.state = 'waiting';
    this.phase = 'idle';
  }

  cancelTimer(id: TaskId): void {
    this.timers.get(id)?.();
    this.timers.delete(id);
  }

  cancelAllTimers(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  dispose(): void {
    this.disposed = true;
    this.cancelAllTimers();
  }
}
