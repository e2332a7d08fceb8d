import { EXIT } from './exit.js';

const PARENT_CHECK_MS = 500;
/** Ctrl-C reaches this process twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 500;

/**
 * A signal that aborts with a StoppedError on SIGINT, SIGTERM or SIGHUP, and when the `npm` that runs this process ends.
 * A second signal, half a second later or more, ends the process immediately.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: string) => controller.abort(new StoppedError(reason));
  let first: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      first ??= performance.now();
      stop(signal);
      if (performance.now() - first >= SAME_SIGNAL_MS) process.exit(EXIT.interrupted);
    });
  }
  if (process.env.npm_lifecycle_event !== undefined) watchParent(() => stop('npm has ended'));
  return controller.signal;
}

/** The process was asked to stop; this is not a failure. */
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
