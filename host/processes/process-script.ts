/** The script of a worker process: loads the app and runs the invocations that the host sends (see worker-pool.ts). */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { endProcess } from '../process/process-exit.js';
import { logUncaughtErrors } from '../process/uncaught-errors.js';
import { createSystemClock } from '../clock.js';
import { type HostFunction } from '../contracts.js';
import { openInspector } from '../process/inspector.js';
import { createFilter, type HostLog } from '../log.js';
import { endWithParent } from '../process/parent-watch.js';
import { type LoadedApp, loadApp } from '../app/load-app.js';
import { type FromWorker, type LoadMessage, serializeError, type ToWorker } from './protocol.js';

function sendToHost(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** Sends log entries to the host. Entries about start-up are dropped: the host logs the same ones. */
function createHostLog(levels: LoadMessage['logLevels']): HostLog {
  const passes = createFilter(levels);
  const enabled: HostLog['enabled'] = (level, category) => category !== 'Host.Startup' && passes(level, category);
  return {
    enabled,
    log: (level, category, message, fields) => {
      if (enabled(level, category)) sendToHost({ kind: 'log', level, category, message, fields });
    },
  };
}

async function load({ appDir, logLevels, inspect }: LoadMessage): Promise<LoadedApp> {
  enableCompileCache();
  const log = createHostLog(logLevels);
  logUncaughtErrors(log);
  if (inspect !== undefined) openInspector(inspect);
  // Each request has its inputs, and the host enforces the timeout: it can end this process.
  const noInputs = () => undefined;
  const app = await loadApp({ appDir, log, inputs: noInputs, clock: createSystemClock(), functionTimeoutMs: Infinity });
  flushCompileCache();
  return app;
}

function serve(app: LoadedApp): void {
  const functions = new Map(app.functions.map((fn) => [fn.name, fn]));
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'invoke') void run(app, functions.get(message.fn), message);
    if (message.kind === 'stop') void app.terminate().finally(() => endProcess(0));
  });
}

async function run(
  app: LoadedApp,
  fn: HostFunction | undefined,
  { id, fn: name, request }: Extract<ToWorker, { kind: 'invoke' }>,
): Promise<void> {
  sendToHost({ kind: 'started', id });
  try {
    if (fn === undefined) throw new Error(`The worker process has no function "${name}": has the app been rebuilt?`);
    const { returnValue, outputData } = await app.invoke(fn, request);
    sendToHost({ kind: 'succeeded', id, result: { returnValue, outputData } });
  } catch (thrown) {
    sendToHost({ kind: 'threw', id, error: serializeError(thrown) });
  }
}

process.on('SIGINT', () => undefined); // Ctrl-C reaches all processes of the terminal; the host sends `stop`
endWithParent(() => endProcess(0), 0);
process.once('message', (message: LoadMessage) => {
  load(message).then(
    (app) => {
      serve(app);
      sendToHost({ kind: 'loaded' });
    },
    (thrown: unknown) => sendToHost({ kind: 'failed', error: serializeError(thrown) }),
  );
});
