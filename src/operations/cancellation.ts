import { setTimeout as delay } from 'node:timers/promises';
import { operationErrors } from './errors.js';
import type { OperationRecords } from './records.js';

/** An activity waits so long for the first look; storage that hangs must not keep it from beginning. */
const FIRST_LOOK_MS = 1_500;
/** How often a running activity looks whether its operation is to stop; cancelling takes effect within two seconds. */
const LOOK_EVERY_MS = 1_000;

/** Tells running activities that their operation was cancelled, also when another process took the request. */
export interface CancellationWatch {
  /**
   * Runs `work` with a signal that is aborted on cancellation.
   * @throws OperationError `OperationCanceled` when the operation was cancelled before or while it ran
   */
  run<T>(operationId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Watched {
  controller: AbortController;
  users: number;
  /** The first look, which every activity waits for: queued ones must not start after a cancellation. */
  first: Promise<void>;
  timer: NodeJS.Timeout;
}

/** One look per operation and second in this process, however many of its activities run here. */
export function createCancellationWatch(records: Pick<OperationRecords, 'isCancelRequested'>): CancellationWatch {
  const watched = new Map<string, Watched>();

  const look = async (operationId: string, controller: AbortController) => {
    // Storage being away is no reason to stop work that goes on without it: the next look asks again.
    const asked = await records.isCancelRequested(operationId).catch(() => false);
    if (asked) controller.abort(operationErrors.OperationCanceled('The operation was cancelled.'));
  };

  /** One look at a time: while storage hangs, looks must not pile up. */
  const lookEvery = (operationId: string, controller: AbortController, first: Promise<void>) => {
    let looking = true;
    const done = () => void (looking = false);
    void first.then(done);
    return setInterval(() => {
      if (looking) return;
      looking = true;
      void look(operationId, controller).then(done);
    }, LOOK_EVERY_MS);
  };

  const join = (operationId: string): Watched => {
    const existing = watched.get(operationId);
    if (existing) {
      existing.users++;
      return existing;
    }
    const controller = new AbortController();
    const first = look(operationId, controller);
    const timer = lookEvery(operationId, controller, first);
    const entry = { controller, users: 1, first: Promise.race([first, delay(FIRST_LOOK_MS)]), timer };
    watched.set(operationId, entry);
    return entry;
  };

  const leave = (operationId: string, entry: Watched) => {
    if (--entry.users > 0) return;
    clearInterval(entry.timer);
    watched.delete(operationId);
  };

  return {
    async run(operationId, work) {
      const entry = join(operationId);
      const { signal } = entry.controller;
      try {
        await entry.first;
        signal.throwIfAborted();
        const value = await work(signal);
        signal.throwIfAborted();
        return value;
      } catch (thrown) {
        // What an aborted call throws says only that it was aborted; the reason says why.
        throw signal.aborted ? signal.reason : thrown;
      } finally {
        leave(operationId, entry);
      }
    },
  };
}
