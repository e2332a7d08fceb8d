/** The script of a worker process: loads the app and runs the invocations that the host sends (see pool.ts). */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { endProcess } from '../process/process-exit.js';
import { surviveApp } from '../process/uncaught-errors.js';
import { createSystemClock } from '../clock.js';
import { type HostFunction } from '../contracts.js';
import { openInspector } from '../process/inspector.js';
import { createFilter, type HostLog } from '../log.js';
import { endWithParent } from '../process/parent-watch.js';
import { type LoadedApp, loadApp } from '../app/load-app.js';
import { type FromWorker, type LoadOrder, toWire, type ToWorker } from './protocol.js';

function tellHost(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** Lines go out in the host's log. What the start says of the app, the host has said already. */
function createHostLog(levels: LoadOrder['logLevels']): HostLog {
  const passes = createFilter(levels);
  const enabled: HostLog['enabled'] = (level, category) => category !== 'Host.Startup' && passes(level, category);
  return {
    enabled,
    log: (level, category, message, fields) => {
      if (enabled(level, category)) tellHost({ kind: 'log', level, category, message, fields });
    },
  };
}

async function load({ appDir, logLevels, inspect }: LoadOrder): Promise<LoadedApp> {
  enableCompileCache();
  const log = createHostLog(logLevels);
  surviveApp(log);
  if (inspect !== undefined) openInspector(inspect);
  // Inputs come with each request, and the host, who can end this process, watches the time.
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
  tellHost({ kind: 'begun', id });
  try {
    if (fn === undefined) throw new Error(`The worker process has no function "${name}": was the app built meanwhile?`);
    const { returnValue, outputData } = await app.invoke(fn, request);
    tellHost({ kind: 'done', id, result: { returnValue, outputData } });
  } catch (thrown) {
    tellHost({ kind: 'threw', id, error: toWire(thrown) });
  }
}

process.on('SIGINT', () => undefined); // Ctrl-C reaches every process of the terminal; the host says when to stop
endWithParent(() => endProcess(0), 0);
process.once('message', (order: LoadOrder) => {
  load(order).then(
    (app) => {
      serve(app);
      tellHost({ kind: 'loaded' });
    },
    (thrown: unknown) => tellHost({ kind: 'failed', error: toWire(thrown) }),
  );
});
