import { atMost } from '../platform/at-most.js';
import { operationErrors } from './errors.js';
import { type OperationRecords } from './records.js';

/** Longest wait of an activity for the first check: storage that does not answer must not keep it from beginning. */
const FIRST_CHECK_MS = 1_500;
/** How often a running activity checks for a cancel request; a cancellation takes effect within two seconds. */
const CHECK_EVERY_MS = 1_000;
/** An activity that begins so soon after it was scheduled needs no first check, ms; a poll of an idle queue takes 1 s. */
const JUST_SCHEDULED_MS = 3_000;

/** Aborts running activities when their operation is canceled, also when another process took the request. */
export interface CancellationWatch {
  /**
   * Runs `work` with a signal that is aborted on cancellation.
   * @param scheduledAt when the orchestrator scheduled it, ms since the epoch; default: long ago
   * @throws OperationError `OperationCanceled` when the operation was canceled before or while it ran
   */
  run<T>(operationId: string, work: (signal: AbortSignal) => Promise<T>, scheduledAt?: number): Promise<T>;
}

interface Watched {
  controller: AbortController;
  users: number;
  /** The check that runs now. One at a time: while storage does not answer, checks must not accumulate. */
  check?: Promise<void>;
  /** The first check: a queued activity must not begin after a cancellation, so it waits for one. */
  first?: Promise<void>;
  timer: NodeJS.Timeout;
}

/** One check per operation and second in this process, however many of its activities run here. */
export function createCancellationWatch(records: Pick<OperationRecords, 'isCancelRequested'>): CancellationWatch {
  const watched = new Map<string, Watched>();

  const readOnce = async (operationId: string, entry: Watched) => {
    // Unreachable storage is no reason to stop work that does not need it: the next check reads again.
    const isRequested = await records.isCancelRequested(operationId).catch(() => false);
    delete entry.check;
    if (isRequested) entry.controller.abort(operationErrors.OperationCanceled('The operation was canceled.'));
  };

  const check = (operationId: string, entry: Watched) => (entry.check ??= readOnce(operationId, entry));

  const join = (operationId: string): Watched => {
    const existing = watched.get(operationId);
    if (existing) {
      existing.users++;
      return existing;
    }
    const timer = setInterval(() => void check(operationId, entry), CHECK_EVERY_MS);
    const entry: Watched = { controller: new AbortController(), users: 1, timer };
    watched.set(operationId, entry);
    return entry;
  };

  const leave = (operationId: string, entry: Watched) => {
    if (--entry.users > 0) return;
    clearInterval(entry.timer);
    watched.delete(operationId);
  };

  return {
    async run(operationId, work, scheduledAt) {
      const entry = join(operationId);
      const { signal } = entry.controller;
      try {
        if (!isJustScheduled(scheduledAt)) await (entry.first ??= atMost(FIRST_CHECK_MS, check(operationId, entry)));
        signal.throwIfAborted();
        const value = await work(signal);
        signal.throwIfAborted();
        return value;
      } catch (thrown) {
        // An aborted call's own error does not say why; the signal's reason does.
        throw signal.aborted ? signal.reason : thrown;
      } finally {
        leave(operationId, entry);
      }
    },
  };
}

/** A cancellation of just now need not keep an activity from beginning: the check a second later aborts it. */
function isJustScheduled(scheduledAt: number | undefined): boolean {
  return scheduledAt !== undefined && Date.now() - scheduledAt < JUST_SCHEDULED_MS;
}
