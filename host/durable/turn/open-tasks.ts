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
  /** The time that the orchestrator asked for, ms since the epoch. */
  fireAt: number;
  /** When it fires (`timerDue`), ms since the epoch. */
  due: number;
  /** Path of its action in the action list, to detect its cancellation; null for a timer of the host itself. */
  actionPath: readonly number[] | null;
  retry: RetryState | null;
  /** Input of the HTTP request that its firing starts under the next number; null for all other timers. */
  pollInput: string | null;
}

const SECOND_MS = 1_000;
/** What the message of a timer takes at least in Azure. With less, a loop of short timers is much faster than there. */
const TIMER_MESSAGE_MS = 50;

/**
 * When a timer fires. Azure delays its message by whole seconds and rounds down (TaskHubQueue.cs; the unit of a queue's
 * visibility timeout), a moment after the turn: a timer fires up to a second early.
 *
 * @param at time of the turn that creates it, ms since the epoch
 * @param fireAt ms since the epoch
 */
export function timerDue(at: number, fireAt: number): number {
  const left = fireAt - at - 1; // the moment: an exact number of seconds becomes one less
  return at + Math.max(Math.floor(left / SECOND_MS) * SECOND_MS, Math.min(left, TIMER_MESSAGE_MS), 0);
}
