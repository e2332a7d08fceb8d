import { refuseExit } from './process/process-exit.js';
import { StorageBindings } from './bindings/storage-bindings.js';
import { StorageClients } from './bindings/storage-clients.js';
import { createSystemClock } from './clock.js';
import { type HostSettings, loadHostJson } from './config/host-json.js';
import { type Environment, loadLocalSettings } from './config/app-settings.js';
import { type BindingIo, type Clock, type DurableExtension, type HostFunction, type Invoke } from './contracts.js';
import { createDurableExtension } from './durable/index.js';
import { keyAccess, openAccess } from './http/access.js';
import { Admin } from './http/admin.js';
import { Front } from './http/dispatcher.js';
import { DURABLE_SYSTEM_KEY, KeyStore } from './http/key-store.js';
import { listen } from './http/listener.js';
import { routeFunctions } from './http/route-table.js';
import { RPC_BASE, rpcHandler } from './http/rpc.js';
import { Streams } from './http/stream/stream-mode.js';
import { Throttle } from './http/throttle.js';
import { Grace } from './lifecycle/grace-period.js';
import { openInspector } from './process/inspector.js';
import { createLog, type HostLog } from './log.js';
import { type HostOptions, type ResolvedOptions, resolveOptions, urlHost } from './options.js';
import { lockState } from './lifecycle/state-lock.js';
import { Teardown } from './lifecycle/teardown.js';
import { adminStart, reportUnserved } from './triggers/manual-start.js';
import { reportMissingSettings } from './triggers/missing-settings.js';
import { QueueListeners } from './triggers/queue/queue-listeners.js';
import { startTimers } from './triggers/timer/timers.js';
import { type InputValues } from './app/invoker.js';
import { type LoadedApp, loadApp } from './app/load-app.js';
import { WorkerPool } from './worker-pool/worker-pool.js';

export interface RunningHost {
  /** Such as `http://127.0.0.1:7071`. */
  readonly url: string;
  readonly log: HostLog;
  readonly functions: readonly HostFunction[];
  /** Stops listening, lets work under way end (at most `graceMs`), runs the terminate hooks, closes the state. */
  stop(graceMs?: number): Promise<void>;
}

const DEFAULT_GRACE_MS = 10_000;
const RPC_HOST = '127.0.0.1';

/** Everything that the parts of one host share. */
interface Parts {
  options: ResolvedOptions;
  settings: HostSettings;
  levels: HostSettings['logLevels'];
  log: HostLog;
  clock: Clock;
  teardown: Teardown;
  grace: Grace;
}

/**
 * Starts a host for one app, in the order of the host contract, 2.3. It listens first, answering 503, because the app
 * may read its own address while it loads.
 *
 * @throws ConfigError, StateInUseError, ListenError, AppLoadError: their messages say what to do
 */
export async function startHost(given: HostOptions): Promise<RunningHost> {
  const options = resolveOptions(given);
  loadLocalSettings(options.appDir, process.env);
  const settings = loadHostJson(options.appDir, process.env);
  const { logLevel } = options;
  const levels = { ...settings.logLevels, ...(logLevel && { default: logLevel }) };
  const log = createLog({ levels, format: options.logFormat, fd: process.stderr.fd });
  const teardown = new Teardown(log);
  const parts = { options, settings, levels, log, clock: createSystemClock(), teardown, grace: new Grace() };
  try {
    return await start(parts);
  } catch (error) {
    parts.grace.begin(0);
    await teardown.run();
    throw error;
  }
}

async function start(parts: Parts): Promise<RunningHost> {
  const { options, log, teardown, grace } = parts;
  const lock = lockState(options.stateDir);
  teardown.add('state lock', () => lock.release());
  const keys = options.auth ? KeyStore.open(options.stateDir) : undefined;

  const front = new Front(log);
  const listener = await options.listen(options.host, options.port, front.handle);
  teardown.add('HTTP listener', () => listener.close(0));
  process.env.WEBSITE_HOSTNAME = `localhost:${listener.port}`;

  const extension: { current?: DurableExtension } = {}; // it needs the app, which may call the RPC port while it loads
  const rpcBase = await openRpc(parts, () => extension.current);

  let clientBinding = '';
  const inputs: InputValues = ({ type }) => (type === 'durableClient' ? { json: clientBinding } : undefined);
  const { queues } = parts.settings;
  const clients = new StorageClients(process.env);
  const listeners = new QueueListeners();
  const io = new StorageBindings({ clients, queues, env: process.env, log, sent: listeners.sent });
  const app = await startApp(parts, inputs, io);

  const durable = createDurable(parts, app);
  clientBinding = durable.clientBinding({
    webhookBase: `http://localhost:${listener.port}/runtime/webhooks/durabletask`,
    rpcBase,
    systemKey: keys?.get({ kind: 'system' }, DURABLE_SYSTEM_KEY) ?? null,
  });
  await durable.start();
  teardown.add('durable extension', () => durable.stop(grace.leftMs()));
  extension.current = durable;

  teardown.add('messages not done with', () => listeners.giveBack());
  teardown.add('messages under way', () => grace.wait(listeners.stop()));
  const isDisabled = disabledFunctions(app.functions, process.env);
  serveHttp(parts, { app, front, durable, keys, isDisabled });
  teardown.add('requests under way', () => listener.close(grace.leftMs()));
  teardown.add('front', () => front.stop());
  const { stateDir } = options;
  const timers = startTimers({ ...parts, ...app, stateDir, env: process.env, isDisabled });
  teardown.add('timers', () => grace.wait(timers.stop()));
  io.prepare(app.functions);
  listeners.start({ ...parts, ...app, settings: queues, clients, env: process.env, isDisabled });
  teardown.add('queues', () => void listeners.stop()); // begin nothing more; what runs is waited for below the requests
  reportUnserved(app.functions, log);
  reportMissingSettings(app.functions, process.env, log);
  return running(parts, `http://${urlHost(options.host)}:${listener.port}`, app);
}

/** The durable client's own port: where it is, or null when host.json wants none. */
async function openRpc(
  { settings, log, teardown }: Parts,
  extension: () => DurableExtension | undefined,
): Promise<string | null> {
  if (!settings.durableTask.localRpcEndpointEnabled) return null;
  const rpc = await listen(RPC_HOST, 0, rpcHandler(extension, log));
  teardown.add('RPC listener', () => rpc.close(0));
  return `http://${RPC_HOST}:${rpc.port}/${RPC_BASE}`;
}

/** The app, here and in the workers, which load it meanwhile. */
async function startApp(
  { options, settings, levels, log, clock, teardown }: Parts,
  inputs: InputValues,
  io: BindingIo,
): Promise<LoadedApp> {
  const { appDir, workers: count, inspect } = options;
  const common = { appDir, log, inputs, io, clock, functionTimeoutMs: settings.functionTimeoutMs };
  const workers = new WorkerPool({ ...common, count, logLevels: levels, inspect });
  teardown.add('workers', () => workers.stop());
  teardown.add('process.exit', refuseExit(log));
  if (inspect !== undefined) openInspector(inspect);
  const app = await loadApp(common);
  teardown.add('app', () => app.terminate());
  await workers.loaded;
  return count === 0 ? app : { ...app, invoke: activitiesIn(workers, app.invoke) };
}

/** Activities go to the workers, everything else stays in this process. */
function activitiesIn(workers: WorkerPool, here: Invoke): Invoke {
  return (fn, request) => (fn.trigger.type.toLowerCase() === 'activitytrigger' ? workers.invoke : here)(fn, request);
}

function createDurable({ options, settings, log, clock }: Parts, app: LoadedApp): DurableExtension {
  return createDurableExtension({
    functions: app.functions,
    invoke: app.invoke,
    stateDir: options.stateDir,
    settings: settings.durableTask,
    logger: log,
    clock,
  });
}

interface FrontParts {
  app: LoadedApp;
  front: Front;
  durable: DurableExtension;
  keys: KeyStore | undefined;
  isDisabled: (fn: HostFunction) => boolean;
}

function serveHttp({ settings, log }: Parts, { app, front, durable, keys, isDisabled }: FrontParts): void {
  const { functions, invoke, handOver } = app;
  const access = keys ? keyAccess(keys) : openAccess;
  const { routePrefix } = settings.http;
  const admin = new Admin({ functions, access, keys, log, routePrefix, isDisabled, start: adminStart(invoke) });
  const router = routeFunctions(functions, routePrefix, log);
  const streams = handOver && new Streams({ invoke, handOver, log });
  front.serve({ router, isDisabled, invoke, durable, access, admin, throttle: new Throttle(settings.http), streams });
}

function running({ log, teardown, grace }: Parts, url: string, app: LoadedApp): RunningHost {
  let stopped: Promise<void> | undefined;
  const stop = (graceMs = DEFAULT_GRACE_MS) => {
    if (stopped === undefined) grace.begin(graceMs);
    return (stopped ??= teardown.run());
  };
  return { url, log, functions: app.functions, stop };
}

/** Settings do not change while a host runs, and reading the environment costs more than a request's routing. */
function disabledFunctions(functions: readonly HostFunction[], env: Environment): (fn: HostFunction) => boolean {
  const disabled = new Set(functions.filter(({ name }) => isDisabled(name, env)));
  return (fn) => disabled.has(fn);
}

/** `AzureWebJobs.<name>.Disabled`, also with the double underscore that shells can set (host contract, 3.2). */
function isDisabled(name: string, env: Environment): boolean {
  return ['.', '__'].some((dot) => /^(?:true|1)$/i.test(env[`AzureWebJobs${dot}${name}${dot}Disabled`] ?? ''));
}
