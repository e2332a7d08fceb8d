import { globSync } from 'node:fs';
import path from 'node:path';
import { type BindingIo, type Clock, type Invoke } from '../contracts.js';
import { type HostLog } from '../log.js';
import { AppRegistry, type RegisteredFunction } from './app-registry.js';
import { type Capabilities } from './core-types.js';
import { attachApp } from './core.js';
import { AppLoadError } from './errors.js';
import { createInvoker, type InputValues, type Invoker } from './invoker.js';
import { loadEntryFiles, readPackage } from './entry-files.js';
import { type ForwardRequest, openStreamServer } from './stream-server.js';

/** The capabilities of the genuine host's Node.js worker (host contract, 2.3 step 6). */
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

const NEEDS_GRPC =
  'This app uses durable functions over gRPC (durable-functions 4), which this host does not support. ' +
  'Install version 3: npm install durable-functions@3';

const MODEL_3 =
  'function.json belongs to the programming model v3 of Node.js, which this host does not run. ' +
  'Move the functions to v4 (@azure/functions 4), where code registers them: https://aka.ms/AzFuncNodeV4Migrate';

const NO_FUNCTIONS =
  'The app has no functions. The files that "main" in package.json names must register them, as with app.http(…).';

/** A loaded app. */
export interface LoadedApp {
  readonly functions: readonly RegisteredFunction[];
  readonly capabilities: Readonly<Capabilities>;
  readonly invoke: Invoke;
  /** Present in stream mode: passes an HTTP request to the library. */
  readonly forward?: ForwardRequest;
  /** Number of running invocations. */
  running(): number;
  /** Resolves when no invocation is running. */
  idle(): Promise<void>;
  /** Runs the `appTerminate` hooks; their errors are logged (host contract, 2.3 step 8). */
  terminate(): Promise<void>;
}

/** What `loadApp` needs. */
interface LoadOptions {
  appDir: string;
  log: HostLog;
  /** Values of non-trigger input bindings, read at each invocation. */
  inputs: InputValues;
  /** Reads and writes storage bindings. */
  io?: BindingIo;
  clock: Clock;
  /** Limit for one invocation, in ms; Infinity for none. */
  functionTimeoutMs: number;
}

/**
 * Loads the app, steps 2 to 7 of the host contract, 2.3. Its settings must be in the environment.
 *
 * @throws AppLoadError when an entry file fails, stream mode is not possible or the app needs gRPC; the error of an `appStart` hook
 */
export async function loadApp({ appDir, log, inputs, io, clock, functionTimeoutMs }: LoadOptions): Promise<LoadedApp> {
  const app = new AppRegistry(log);
  attachApp(app);
  const files = await loadEntryFiles(appDir, await readPackage(appDir, log), (file) => (app.entryFile = file));
  await app.hooks.run('appStart', appHookContext(app, appDir));
  const defaults = Object.fromEntries(WORKER_CAPABILITIES.map((name) => [name, 'true']));
  const stream = await openStreamServer(
    async () => (await app.programmingModel?.getCapabilities(defaults)) ?? defaults,
  );
  app.lock();
  const functions = app.index();
  if (functions.some(needsGrpc)) throw new AppLoadError(NEEDS_GRPC);
  const folders = foldersOfModel3(appDir);
  if (folders.length > 0) log.log('warning', 'Host.Startup', `${folders.join(', ')}: ${MODEL_3}`);
  else if (functions.length === 0 && files.length > 0) log.log('warning', 'Host.Startup', NO_FUNCTIONS);
  const invoker: Invoker = createInvoker({ app, inputs, io, clock, timeoutMs: functionTimeoutMs });
  return { ...invoker, ...stream, functions, terminate: () => terminate(app, appDir, log) };
}

/** The libraries that need gRPC set `durableRequiresGrpc` in their bindings, to tell the extension. */
function needsGrpc({ bindings }: RegisteredFunction): boolean {
  return Object.values(bindings).some(({ durableRequiresGrpc }) => durableRequiresGrpc === true);
}

/** Names of the folders with functions of the programming model v3. */
function foldersOfModel3(appDir: string): string[] {
  return globSync('*/function.json', { cwd: appDir })
    .map((file) => path.dirname(file))
    .sort();
}

async function terminate(app: AppRegistry, appDir: string, log: HostLog): Promise<void> {
  try {
    await app.hooks.run('appTerminate', appHookContext(app, appDir));
  } catch (error) {
    log.log('error', 'Host.Shutdown', `An appTerminate hook failed: ${String(error)}`);
  }
}

function appHookContext(app: AppRegistry, appDir: string) {
  return {
    hookData: app.hooks.appLevelData,
    appHookData: app.hooks.appHookData,
    functionAppDirectory: appDir,
  };
}
