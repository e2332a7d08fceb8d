import { type RetryPolicy } from '../store/history-events.js';
import { type InstanceId, type TaskId } from '../ids.js';

/** What an orchestrator asked for, enough to do it again. */
export type Call =
  | { kind: 'activity'; name: string; input: string | null }
  | { kind: 'child'; name: string; input: string | null; version: string; fixedId: InstanceId | null };

/** A call with retry options (host contract, 6.8.2). */
export interface Chain {
  first: TaskId;
  policy: RetryPolicy;
  /** When the first attempt was scheduled, ms since the epoch. */
  startedAt: number;
  call: Call;
}

export interface Retry {
  chain: Chain;
  /** Of a running attempt: its ordinal, from 1. Of a timer: that of the attempt which its firing begins. */
  attempt: number;
}

/**
 * Work that an instance waits for. Of a chain of retries exactly one member is open at a time: an attempt or the
 * timer before the next one.
 */
export type OpenTask =
  | { kind: 'activity'; id: TaskId; call: Call & { kind: 'activity' }; retry: Retry | null }
  | { kind: 'child'; id: TaskId; call: Call & { kind: 'child' }; instanceId: InstanceId; retry: Retry | null }
  | OpenTimer;

export interface OpenTimer {
  kind: 'timer';
  id: TaskId;
  /** ms since the epoch. */
  fireAt: number;
  /** Place of its action, to see it cancelled; null for one of the host's own, which nobody can cancel. */
  at: readonly number[] | null;
  retry: Retry | null;
  /** Input of the HTTP call that its firing begins under the next number; null for all other timers. */
  poll: string | null;
}
