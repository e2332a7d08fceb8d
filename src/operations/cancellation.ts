import { operationErrors } from './errors.js';
import { type OperationRecords } from './records.js';

/** Longest wait of an activity for the first check: storage that does not answer must not keep it from beginning. */
const FIRST_CHECK_MS = 1_500;
/** How often a running activity checks for a cancel request; a cancellation takes effect within two seconds. */
const CHECK_EVERY_MS = 1_000;

/** Aborts running activities when their operation is canceled, also when another process took the request. */
export interface CancellationWatch {
  /**
   * Runs `work` with a signal that is aborted on cancellation.
   * @throws OperationError `OperationCanceled` when the operation was canceled before or while it ran
   */
  run<T>(operationId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Watched {
  controller: AbortController;
  users: number;
  /** The first check, which every activity waits for: a queued one must not begin after a cancellation. */
  first: Promise<void>;
  timer: NodeJS.Timeout;
}

/** One check per operation and second in this process, however many of its activities run here. */
export function createCancellationWatch(records: Pick<OperationRecords, 'isCancelRequested'>): CancellationWatch {
  const watched = new Map<string, Watched>();

  const check = async (operationId: string, controller: AbortController) => {
    // Unreachable storage is no reason to stop work that does not need it: the next check reads again.
    const isRequested = await records.isCancelRequested(operationId).catch(() => false);
    if (isRequested) controller.abort(operationErrors.OperationCanceled('The operation was canceled.'));
  };

  /** One check at a time: while storage does not answer, checks must not accumulate. */
  const checkRepeatedly = (operationId: string, controller: AbortController, first: Promise<void>) => {
    let isChecking = true;
    const done = () => void (isChecking = false);
    void first.then(done);
    return setInterval(() => {
      if (isChecking) return;
      isChecking = true;
      void check(operationId, controller).then(done);
    }, CHECK_EVERY_MS);
  };

  const join = (operationId: string): Watched => {
    const existing = watched.get(operationId);
    if (existing) {
      existing.users++;
      return existing;
    }
    const controller = new AbortController();
    const first = check(operationId, controller);
    const timer = checkRepeatedly(operationId, controller, first);
    const entry = { controller, users: 1, first: atMost(FIRST_CHECK_MS, first), timer };
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
        // An aborted call's own error does not say why; the signal's reason does.
        throw signal.aborted ? signal.reason : thrown;
      } finally {
        leave(operationId, entry);
      }
    },
  };
}

/** Ends with the given promise, and after `ms` at the latest. */
function atMost(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
