import { refuseExit } from './process/process-exit.js';
import { StorageBindings } from './bindings/storage-bindings.js';
import { StorageClients } from './bindings/storage-clients.js';
import { createSystemClock } from './clock.js';
import { type HostSettings, loadHostJson } from './config/host-json.js';
import { type Environment, loadLocalSettings } from './config/app-settings.js';
import { isSameStorage } from './bindings/connection.js';
import { type BindingIo, type Clock, type DurableExtension, type HostFunction, type Invoke } from './contracts.js';
import { createDurableExtension, type Engine } from './durable/index.js';
import { keyAccess, openAccess } from './http/access.js';
import { Admin } from './http/admin.js';
import { Cors } from './http/cors.js';
import { Dispatcher } from './http/dispatcher.js';
import { bodyLimit } from './http/body.js';
import { FunctionServer, type RequestServer } from './http/function-server.js';
import { DURABLE_SYSTEM_KEY, KeyStore } from './http/key-store.js';
import { listen } from './http/listener.js';
import { routeFunctions } from './http/route-table.js';
import { RPC_BASE, rpcHandler } from './http/rpc.js';
import { Throttle } from './http/throttle.js';
import { GracePeriod } from './lifecycle/grace-period.js';
import { openInspector } from './process/inspector.js';
import { createLog, type HostLog } from './log.js';
import { type HostOptions, type ResolvedOptions, resolveOptions, urlHost } from './options.js';
import { lockState } from './lifecycle/state-lock.js';
import { Teardown } from './lifecycle/teardown.js';
import { manualStart } from './triggers/manual-start.js';
import { reportMissingSettings } from './triggers/missing-settings.js';
import { reportUnsupported } from './triggers/unsupported.js';
import { BlobTriggers } from './triggers/blob/blob-triggers.js';
import { QueueListeners } from './triggers/queue/queue-listeners.js';
import { startTimers } from './triggers/timer/timers.js';
import { type InputValues, type Invoker } from './app/invoker.js';
import { loadApp } from './app/load-app.js';
import { ProcessPool } from './processes/process-pool.js';
import { RequestForwarder } from './processes/request-forwarder.js';
import { startStorageProxy } from './weather/storage-proxy.js';
import { Weather } from './weather/weather.js';

/** A started host. */
export interface RunningHost {
  /** Such as `http://127.0.0.1:7071`. */
  readonly url: string;
  readonly log: HostLog;
  readonly functions: readonly HostFunction[];
  /** Stops listening, waits for running work (at most `graceMs`), runs the terminate hooks, closes the state. */
  stop(graceMs?: number): Promise<void>;
}

const DEFAULT_GRACE_MS = 10_000;
const RPC_HOST = '127.0.0.1';

/** What the test kit replaces (testing/test-host.ts). */
export interface HostParts {
  /** The clock of orchestrations and entities. @default the wall clock */
  durableClock?: Clock;
  /** The durable extension keeps its state in memory. @default false */
  isStateInMemory?: boolean;
  /** Runs each invocation of a function of the durable extension. */
  invoke?: (invoke: Invoke) => Invoke;
  /** Called with the durable engine before it starts. */
  onEngine?: (engine: Engine) => void;
}

/** What the parts of one host share. */
interface Shared {
  parts: HostParts;
  options: ResolvedOptions;
  settings: HostSettings;
  levels: HostSettings['logLevels'];
  log: HostLog;
  clock: Clock;
  teardown: Teardown;
  grace: GracePeriod;
}

/** The app, in this process or in processes of its own. */
interface StartedApp {
  functions: readonly HostFunction[];
  invoke: Invoker['invoke'];
  server: RequestServer;
  /** Sets the value of the durable client's binding, which must be known before the first invocation. */
  setClient(binding: string): void;
}

/**
 * Starts a host for one app, in the order of the host contract, 2.3. It listens first and answers 503, because the app
 * may read its own address while it loads.
 *
 * @throws OptionError, ConfigError, StateInUseError, ListenError, InspectError, AppLoadError: the message says what to do
 */
export async function startHost(given: HostOptions, parts: HostParts = {}): Promise<RunningHost> {
  const options = resolveOptions(given);
  loadLocalSettings(options.appDir, process.env);
  const settings = loadHostJson(options.appDir, process.env);
  const { logLevel } = options;
  const levels = { ...settings.logLevels, ...(logLevel && { default: logLevel }) };
  const log = createLog({ levels, format: options.logFormat, fd: process.stderr.fd });
  const teardown = new Teardown(log);
  const clock = createSystemClock();
  const shared = { options, settings, levels, log, clock, teardown, grace: new GracePeriod(), parts };
  try {
    return await start(shared);
  } catch (error) {
    shared.grace.begin(0);
    await teardown.run();
    throw error;
  }
}

async function start(shared: Shared): Promise<RunningHost> {
  const { options, log, teardown, grace } = shared;
  const lock = lockState(options.stateDir);
  teardown.add('state lock', () => lock.release());
  const keys = options.auth ? KeyStore.open(options.stateDir) : undefined;

  const dispatcher = new Dispatcher(log);
  const listener = await options.listen(options.host, options.port, dispatcher.handle);
  teardown.add('HTTP listener', () => listener.close(0));
  process.env.WEBSITE_HOSTNAME = `localhost:${listener.port}`;

  const extension: { current?: DurableExtension } = {}; // set later: it needs the app, which may call the RPC port while it loads
  const rpcBase = await openRpc(shared, () => extension.current);

  const weather = options.weather === undefined ? undefined : await startWeather(shared, options.weather);
  const { queues, blobs } = shared.settings;
  const clients = new StorageClients(process.env);
  const listeners = new QueueListeners();
  const io = new StorageBindings({ clients, queues, env: process.env, log, onSent: listeners.onSent });
  if (options.processes > 0) shared.settings = perProcess(shared.settings, options.processes);
  const app = await (options.processes === 0 ? loadHere(shared, io) : startProcesses(shared, listeners.onSent));

  const isDisabled = disabledFunctions(app.functions, process.env);
  const durable = createDurable(shared, { ...app, functions: app.functions.filter((fn) => !isDisabled(fn)) }, weather);
  app.setClient(
    durable.clientBinding({
      webhookBase: `http://localhost:${listener.port}/runtime/webhooks/durabletask`,
      rpcBase,
      systemKey: keys?.get({ kind: 'system' }, DURABLE_SYSTEM_KEY) ?? null,
    }),
  );
  await durable.start();
  teardown.add('durable extension', () => durable.stop(grace.leftMs()));
  extension.current = durable;

  teardown.add('unfinished messages', () => listeners.release());
  teardown.add('running messages', () => grace.wait(listeners.stop()));
  const { stateDir, appDir } = options;
  const common = { ...shared, ...app, env: process.env, isDisabled };
  const blobTriggers = new BlobTriggers({ ...common, appDir, blobs, queues, clients, listeners });
  serveHttp(shared, { app, dispatcher, durable, keys, isDisabled, blobTriggers });
  teardown.add('running requests', () => listener.close(grace.leftMs()));
  teardown.add('dispatcher', () => dispatcher.stop());
  const timers = startTimers({ ...common, stateDir });
  teardown.add('timers', () => grace.wait(timers.stop()));
  io.prepare(app.functions);
  listeners.start({ ...common, settings: queues, clients });
  blobTriggers.start();
  teardown.add('queues', () => void listeners.stop()); // receive no more; running messages are awaited after the requests
  teardown.add('blobs', () => blobTriggers.stop());
  reportUnsupported(app.functions, log);
  reportMissingSettings(app.functions, process.env, log);
  return running(shared, `http://${urlHost(options.host)}:${listener.port}`, app);
}

/** Opens the durable client's own port. Returns its base URL, or null when host.json turns it off. */
async function openRpc(
  { settings, log, teardown }: Shared,
  extension: () => DurableExtension | undefined,
): Promise<string | null> {
  if (!settings.durableTask.localRpcEndpointEnabled) return null;
  const rpc = await listen(RPC_HOST, 0, rpcHandler(extension, log));
  teardown.add('RPC listener', () => rpc.close(0));
  return `http://${RPC_HOST}:${rpc.port}/${RPC_BASE}`;
}

/** Loads the app in this process. */
async function loadHere({ options, settings, log, clock, teardown }: Shared, io: BindingIo): Promise<StartedApp> {
  const { appDir, inspect } = options;
  let clientBinding = '';
  const inputs: InputValues = ({ type }) => (type === 'durableClient' ? { json: clientBinding } : undefined);
  teardown.add('process.exit', refuseExit(log));
  if (inspect !== undefined) openInspector(inspect);
  const app = await loadApp({ appDir, log, inputs, io, clock, functionTimeoutMs: settings.functionTimeoutMs });
  teardown.add('app', () => app.terminate());
  const setClient = (binding: string) => {
    clientBinding = binding;
  };
  return {
    functions: app.functions,
    invoke: app.invoke,
    server: new FunctionServer({ ...app, log, bodyLimit: bodyLimit(process.env) }),
    setClient,
  };
}

/** Starts the processes of the app (`--processes`); this process does not load it. */
async function startProcesses(shared: Shared, onSent: (queueUrl: string) => void): Promise<StartedApp> {
  const { options, settings, levels, log, clock, teardown } = shared;
  const { appDir, stateDir, inspect, processes: count, onFileLoaded } = options;
  const { queues, functionTimeoutMs, http } = settings;
  if (inspect !== undefined) openInspector({ ...inspect, brk: false }); // the app's first process waits
  const common = { log, clock, functionTimeoutMs };
  const files = { appDir, stateDir, queues, routePrefix: http.routePrefix };
  const pool = new ProcessPool({ ...common, ...files, count, logLevels: levels, inspect, onSent, onFileLoaded });
  teardown.add('processes', () => pool.stop());
  const functions = await pool.loaded;
  const server = new RequestForwarder({ ...common, pool });
  return { functions, invoke: pool.invoke, server, setClient: (binding) => pool.setClient(binding) };
}

/** The limits of host.json are those of one process, as they are those of one instance on Azure. */
function perProcess(settings: HostSettings, count: number): HostSettings {
  const { http, durableTask } = settings;
  return {
    ...settings,
    http: {
      ...http,
      maxOutstandingRequests: http.maxOutstandingRequests * count,
      maxConcurrentRequests: http.maxConcurrentRequests * count,
    },
    durableTask: {
      ...durableTask,
      maxConcurrentActivityFunctions: durableTask.maxConcurrentActivityFunctions * count,
      maxConcurrentOrchestratorFunctions: durableTask.maxConcurrentOrchestratorFunctions * count,
      maxConcurrentEntityFunctions: durableTask.maxConcurrentEntityFunctions * count,
    },
  };
}

/** `--weather`: decides how badly the host behaves, and opens the proxy before the app's storage. */
async function startWeather({ log, teardown }: Shared, seed: number): Promise<Weather> {
  const repeat = `--weather ${seed} makes the same decisions again`;
  log.log('warning', 'Host.Weather', `Weather is on: the host behaves as badly as Azure may. Seed ${seed}; ${repeat}.`);
  const weather = new Weather(seed, log);
  const { AzureWebJobsStorage: storage } = process.env;
  if (storage === undefined || storage === '') return weather;
  const proxy = await startStorageProxy(storage, weather);
  teardown.add('storage proxy', () => proxy.close());
  process.env.AzureWebJobsStorage = proxy.connectionString;
  return weather;
}

function createDurable(
  { options, settings, log, clock, parts }: Shared,
  app: StartedApp,
  weather?: Weather,
): DurableExtension {
  const { durableClock, isStateInMemory = false, invoke, onEngine } = parts;
  return createDurableExtension({
    functions: app.functions,
    invoke: invoke ? invoke(app.invoke) : app.invoke,
    stateDir: isStateInMemory ? undefined : options.stateDir,
    onEngine,
    settings: settings.durableTask,
    logger: log,
    clock: durableClock ?? clock,
    isOwnStorage: (connection) => isSameStorage(connection, settings.durableTask.connectionName, process.env),
    weather,
  });
}

interface HttpParts {
  app: StartedApp;
  dispatcher: Dispatcher;
  durable: DurableExtension;
  keys: KeyStore | undefined;
  isDisabled: (fn: HostFunction) => boolean;
  blobTriggers: BlobTriggers;
}

function serveHttp(
  { options, settings, log }: Shared,
  { app, dispatcher, durable, keys, isDisabled, blobTriggers }: HttpParts,
): void {
  const { functions, invoke, server } = app;
  const access = keys ? keyAccess(keys) : openAccess;
  const limit = bodyLimit(process.env);
  const start = manualStart(invoke, blobTriggers);
  const admin = new Admin({ functions, access, keys, log, settings, bodyLimit: limit, isDisabled, start });
  const router = routeFunctions(functions, settings.http.routePrefix, log);
  const throttle = new Throttle(settings.http);
  const cors = options.cors && new Cors(options.cors);
  dispatcher.serve({ router, isDisabled, server, durable, access, admin, throttle, cors, bodyLimit: limit });
}

function running({ log, teardown, grace }: Shared, url: string, app: StartedApp): RunningHost {
  let stopped: Promise<void> | undefined;
  const stop = (graceMs = DEFAULT_GRACE_MS) => {
    if (stopped === undefined) grace.begin(graceMs);
    return (stopped ??= teardown.run());
  };
  return { url, log, functions: app.functions, stop };
}

/** Read once: settings do not change while a host runs, and reading the environment is slower than routing. */
function disabledFunctions(functions: readonly HostFunction[], env: Environment): (fn: HostFunction) => boolean {
  const disabled = new Set(functions.filter(({ name }) => isDisabled(name, env)));
  return (fn) => disabled.has(fn);
}

/** `AzureWebJobs.<name>.Disabled`, also with double underscores, which shells can set (host contract, 3.2). */
function isDisabled(name: string, env: Environment): boolean {
  return ['.', '__'].some((separator) =>
    /^(?:true|1)$/i.test(env[`AzureWebJobs${separator}${name}${separator}Disabled`] ?? ''),
  );
}
