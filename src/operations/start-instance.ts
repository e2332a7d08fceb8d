import { setTimeout as sleep } from 'node:timers/promises';
import { findInstance, onTaskHub, type DurableClient } from './durable.js';
import { TASK_HUB_TIMEOUT_MS } from './task-hub-http.js';

/** Longest time that a start may take, ms; a client has an answer by then. */
export const START_MS = 10_000;
/** Waits between attempts at the task hub, ms. */
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 1_000;

interface InstanceStart {
  functionName: string;
  instanceId: string;
  input: unknown;
  /** When it gives up, in milliseconds since the epoch. */
  deadline: number;
  /** Whether the caller may still start it; asked before each attempt. */
  mayStart?: () => boolean | Promise<boolean>;
}

/**
 * Starts an instance. While the task hub fails, the start is repeated with the same id. The task hub replaces an instance
 * that has ended, so a second attempt is made only after the task hub said that there is none.
 *
 * @returns false when the caller may not start it any more
 * @throws OperationError 503 at the deadline
 */
export async function startInstance(
  client: DurableClient,
  { functionName, instanceId, input, deadline, mayStart = () => true }: InstanceStart,
): Promise<boolean> {
  for (let wait = FIRST_RETRY_MS; await mayStart(); wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
    try {
      await onTaskHub(() => client.startNew(functionName, { instanceId, input }));
      return true;
    } catch (thrown) {
      // The answer may be lost, or another process was faster.
      if (await untilAnswered(() => findInstance(client, instanceId), deadline)) return true;
      if (!isTimeFor(deadline, wait)) throw thrown;
      await sleep(wait);
    }
  }
  return false;
}

/** Repeats a call to the task hub until it is answered. @throws OperationError 503 at the deadline */
export async function untilAnswered<T>(call: () => Promise<T>, deadline: number): Promise<T> {
  for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
    try {
      return await call();
    } catch (thrown) {
      if (!isTimeFor(deadline, wait)) throw thrown;
      await sleep(wait);
    }
  }
}

/** Whether a call after a wait is answered before the deadline, or has timed out by then. */
function isTimeFor(deadline: number, waitMs: number): boolean {
  return Date.now() + waitMs + TASK_HUB_TIMEOUT_MS <= deadline;
}
