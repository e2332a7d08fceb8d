import { setTimeout as sleepRealTime } from 'node:timers/promises';
import { type Clock } from './contracts.js';

interface PollOptions {
  /** Time between two checks, in ms. */
  intervalMs: number;
  /** Longest time to poll, in ms. @default no limit */
  timeoutMs?: number;
  /** Ends the polling early; no further check is made. */
  signal?: AbortSignal;
}

/**
 * Checks a condition immediately and then after every interval, in real time, until it holds.
 *
 * @returns true when the condition held, false after the timeout or when the signal was aborted
 */
export async function pollUntil(
  condition: () => boolean,
  { intervalMs, timeoutMs = Infinity, signal }: PollOptions,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (signal?.aborted !== true) {
    if (condition()) return true;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    await sleepRealTime(Math.min(intervalMs, left));
  }
  return false;
}

/**
 * Resolves after `ms` on the host's clock, or as soon as `signal` is aborted; it never rejects. `Infinity` waits for
 * the signal alone.
 */
export async function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const cancel = ms === Infinity ? undefined : clock.at(clock.now() + ms, end);
    signal?.addEventListener('abort', end);
    function end() {
      cancel?.();
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });
}

/** Resolves when `work` has ended, but after `ms` of real time at the latest. Rejects when `work` rejects before. */
export async function waitAtMost(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const FIRST_RESTART_MS = 100;
const MAX_RESTART_MS = 10_000;

/** The wait before a process that keeps ending is started again, in ms: none at first, then doubled each time. */
export function restartDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(MAX_RESTART_MS, FIRST_RESTART_MS * 2 ** (failures - 1));
}
