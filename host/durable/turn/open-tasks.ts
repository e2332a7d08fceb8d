import { type InstanceId, type TaskId } from '../ids.js';
import { type RetryPolicy } from '../store/history-events.js';

/** A call that an orchestrator scheduled, with everything that a retry needs. */
export type TaskCall =
  | { kind: 'activity'; name: string; input: string | null }
  | { kind: 'subOrchestration'; name: string; input: string | null; version: string; fixedId: InstanceId | null };

/** A call with retry options (host contract, 6.8.2). */
export interface RetryChain {
  /** Number of the first attempt. */
  first: TaskId;
  policy: RetryPolicy;
  /** When the first attempt was scheduled, ms since the epoch. */
  startedAt: number;
  call: TaskCall;
}

export interface RetryState {
  chain: RetryChain;
  /** Of a running attempt: its ordinal, from 1. Of a timer: the ordinal of the attempt that its firing starts. */
  attempt: number;
}

/**
 * Work that an instance waits for. A retry chain has exactly one open task at a time: an attempt, or the timer before
 * the next attempt.
 */
export type OpenTask = OpenActivity | OpenSubOrchestration | OpenTimer;

export interface OpenActivity {
  kind: 'activity';
  id: TaskId;
  call: TaskCall & { kind: 'activity' };
  retry: RetryState | null;
}

export interface OpenSubOrchestration {
  kind: 'subOrchestration';
  id: TaskId;
  call: TaskCall & { kind: 'subOrchestration' };
  instanceId: InstanceId;
  retry: RetryState | null;
}

export interface OpenTimer {
  kind: 'timer';
  id: TaskId;
  /** ms since the epoch. */
  fireAt: number;
  /** Path of its action in the action list, to detect its cancellation; null for a timer of the host itself. */
  actionPath: readonly number[] | null;
  retry: RetryState | null;
  /** Input of the HTTP request that its firing starts under the next number; null for all other timers. */
  pollInput: string | null;
}
