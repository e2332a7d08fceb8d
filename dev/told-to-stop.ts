const PARENT_CHECK_MS = 500;

/**
 * A signal that aborts, with the reason, when this process is asked to stop: by Ctrl-C, SIGTERM, a closed terminal, or
 * the end of the `npm` that runs it (npm's shell does not pass signals on). Asked a second time, it ends at once.
 */
export function toldToStop(): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: string) => controller.abort(new StoppedError(reason));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop(signal));
  if (process.env.npm_lifecycle_event !== undefined) watchParent(() => stop('npm has ended'));
  return controller.signal;
}

/** The process was asked to stop; not a failure. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function watchParent(ended: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    ended();
  }, PARENT_CHECK_MS).unref();
}
