import { type BindingIo, type Clock, type Invoke } from '../contracts.js';
import { type HostLog } from '../log.js';
import { App, type RegisteredFunction } from './app-registry.js';
import { type Capabilities } from './core-types.js';
import { attachApp } from './core.js';
import { createInvoker, type InputValues, type Invoker } from './invoker.js';
import { loadEntryFiles, readPackage } from './entry-files.js';
import { type HandOver, openStreamServer } from './stream-server.js';

/** What the product's worker tells the library that it can do (host contract, 2.3 step 6). */
const WORKER_CAPABILITIES = [
  'RawHttpBodyBytes',
  'RpcHttpTriggerMetadataRemoved',
  'RpcHttpBodyOnly',
  'IgnoreEmptyValuedRpcHttpHeaders',
  'UseNullableValueDictionaryForHttp',
  'WorkerStatus',
  'TypedDataCollection',
  'HandlesWorkerTerminateMessage',
];

const NO_FUNCTIONS =
  'The app has no functions. The files that "main" in package.json names must register them, as with app.http(…).';

export interface LoadedApp {
  readonly functions: readonly RegisteredFunction[];
  readonly capabilities: Readonly<Capabilities>;
  readonly invoke: Invoke;
  /** Present in stream mode: where HTTP requests go instead of into the invocation's data. */
  readonly handOver?: HandOver;
  /** Invocations under way. */
  running(): number;
  /** Resolves when no invocation is under way. */
  idle(): Promise<void>;
  /** Runs the `appTerminate` hooks; an error of one is logged (host contract, 2.3 step 8). */
  terminate(): Promise<void>;
}

export interface LoadOptions {
  appDir: string;
  log: HostLog;
  /** Values of input bindings other than triggers, asked for at each invocation. */
  inputs: InputValues;
  /** Bindings that are read and written around an invocation. */
  io?: BindingIo;
  clock: Clock;
  functionTimeoutMs: number;
}

/**
 * Starts the app in the order of the host contract, 2.3, steps 2 to 7. Settings are in the environment already.
 *
 * @throws AppLoadError when an entry file fails or stream mode cannot be had; any error of an `appStart` hook
 */
export async function loadApp({ appDir, log, inputs, io, clock, functionTimeoutMs }: LoadOptions): Promise<LoadedApp> {
  const app = new App(log);
  attachApp(app);
  const files = await loadEntryFiles(appDir, await readPackage(appDir, log));
  await app.hooks.run('appStart', appHookContext(app, appDir));
  const defaults = Object.fromEntries(WORKER_CAPABILITIES.map((name) => [name, 'true']));
  const stream = await openStreamServer(
    async () => (await app.programmingModel?.getCapabilities(defaults)) ?? defaults,
  );
  app.lock();
  const functions = app.index();
  if (functions.length === 0 && files.length > 0) log.log('warning', 'Host.Startup', NO_FUNCTIONS);
  const invoker: Invoker = createInvoker({ app, inputs, io, clock, timeoutMs: functionTimeoutMs });
  return { ...invoker, ...stream, functions, terminate: () => terminate(app, appDir, log) };
}

async function terminate(app: App, appDir: string, log: HostLog): Promise<void> {
  try {
    await app.hooks.run('appTerminate', appHookContext(app, appDir));
  } catch (error) {
    log.log('error', 'Host.Shutdown', `An appTerminate hook failed: ${String(error)}`);
  }
}

function appHookContext(app: App, appDir: string) {
  return {
    hookData: app.hooks.appLevelData,
    appHookData: app.hooks.appHookData,
    functionAppDirectory: appDir,
  };
}
