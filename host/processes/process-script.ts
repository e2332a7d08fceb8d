/** The script of a process of the app: loads it and runs the invocations and requests that the host sends. */
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { StorageBindings } from '../bindings/storage-bindings.js';
import { StorageClients } from '../bindings/storage-clients.js';
import { endProcess } from '../process/process-exit.js';
import { logUncaughtErrors } from '../process/uncaught-errors.js';
import { createSystemClock } from '../clock.js';
import { type Binding, type HostFunction } from '../contracts.js';
import { openInspector } from '../process/inspector.js';
import { createFilter, type HostLog } from '../log.js';
import { endWithParent } from '../process/parent-watch.js';
import { type InputValues } from '../app/invoker.js';
import { type LoadedApp, loadApp } from '../app/load-app.js';
import { onFileLoaded } from '../app/loaded-files.js';
import { bodyLimit } from '../http/body.js';
import { FunctionServer } from '../http/function-server.js';
import { type Handler, listen } from '../http/listener.js';
import { readTarget } from '../http/request-target.js';
import { sendEmpty } from '../http/responses.js';
import { routeFunctions } from '../http/route-table.js';
import { decodeTrigger, encodeReply } from './durable-data.js';
import {
  type FromProcess,
  type LoadMessage,
  type SentRequest,
  type SentResult,
  serializeError,
  TOKEN_HEADER,
  type ToProcess,
} from './protocol.js';

/** Only the host connects to the process. */
const ADDRESS = '127.0.0.1';

function sendToHost(message: FromProcess): void {
  if (process.connected) process.send?.(message);
}

/** Sends log entries to the host. Only one process logs entries about the start: the others would repeat them. */
function createHostLog({ logLevels, isFirst }: LoadMessage): HostLog {
  const passes = createFilter(logLevels);
  const enabled: HostLog['enabled'] = (level, category) =>
    (isFirst || category !== 'Host.Startup') && passes(level, category);
  return {
    enabled,
    log: (level, category, message, fields) => {
      if (enabled(level, category)) sendToHost({ kind: 'log', level, category, message, fields });
    },
  };
}

let clientBinding = '';

async function start(message: LoadMessage): Promise<void> {
  const { appDir, inspect, queues, routePrefix, token } = message;
  enableCompileCache();
  const log = createHostLog(message);
  logUncaughtErrors(log);
  if (inspect !== undefined) openInspector(inspect);
  if (message.reportsFiles) onFileLoaded((file) => sendToHost({ kind: 'file', file }));
  const inputs: InputValues = ({ type }) => (type === 'durableClient' ? { json: clientBinding } : undefined);
  const clients = new StorageClients(process.env);
  const onSent = (queueUrl: string) => sendToHost({ kind: 'sentToQueue', queueUrl });
  const io = new StorageBindings({ clients, queues, env: process.env, log, onSent });
  // The host enforces the timeout: it can end this process.
  const app = await loadApp({ appDir, log, inputs, io, clock: createSystemClock(), functionTimeoutMs: Infinity });
  io.prepare(app.functions);
  flushCompileCache();
  const server = new FunctionServer({ ...app, log, bodyLimit: bodyLimit(process.env) });
  // Its routes are those of the host, which has reported the invalid ones.
  const router = routeFunctions(app.functions, routePrefix, { log: () => undefined, enabled: () => false });
  const { port } = await listen(ADDRESS, 0, requestHandler(router, server, token));
  serve(app, server);
  sendToHost({ kind: 'loaded', port, functions: app.functions.map(described) });
}

/** A function without what cannot be sent. As in the original, its trigger is one of its bindings. */
function described({ name, id, trigger, bindings, retryOptions, entryFile }: HostFunction): HostFunction {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  const sent = new Map(Object.entries(bindings).map(([key, binding]) => [key, plain(binding) as Binding]));
  const triggerKey = Object.keys(bindings).find((key) => bindings[key] === trigger) ?? '';
  return {
    ...{ name, id, trigger: sent.get(triggerKey) ?? trigger, bindings: Object.fromEntries(sent) },
    ...(retryOptions && { retryOptions }),
    ...(entryFile !== undefined && { entryFile }),
  };
}

/** Serves the requests that the host forwards; the host has checked keys and limits. */
function requestHandler(router: ReturnType<typeof routeFunctions>, server: FunctionServer, token: string): Handler {
  return (request: IncomingMessage, response: ServerResponse) => {
    const isForwarded = request.headers[TOKEN_HEADER] === token;
    for (const headers of [request.headers, request.headersDistinct]) Reflect.deleteProperty(headers, TOKEN_HEADER); // the app must not see it
    const target = isForwarded ? readTarget(request) : undefined;
    const match = target && router.find(request.method ?? 'GET', target.path);
    if (target === undefined || match === undefined) sendEmpty(response, 403);
    else void server.serve({ request, response, target }, match);
  };
}

function serve(app: LoadedApp, server: FunctionServer): void {
  const functions = new Map(app.functions.map((fn) => [fn.name, fn]));
  process.on('message', (message: ToProcess) => {
    switch (message.kind) {
      case 'invoke':
        return void run(app, functions.get(message.fn), message);
      case 'endEventStreams': {
        server.endEventStreams();
        return;
      }
      case 'stop':
        return void app.terminate().finally(() => endProcess(0));
      case 'client':
      case 'load':
        return undefined; // handled below
      default:
        return message satisfies never;
    }
  });
}

async function run(
  app: LoadedApp,
  fn: HostFunction | undefined,
  { id, fn: name, request }: Extract<ToProcess, { kind: 'invoke' }>,
): Promise<void> {
  sendToHost({ kind: 'started', id });
  try {
    if (fn === undefined) throw new Error(`The process has no function "${name}": has the app been rebuilt?`);
    sendToHost({ kind: 'succeeded', id, result: await invoke(app, fn, request) });
  } catch (thrown) {
    sendToHost({ kind: 'threw', id, error: serializeError(thrown) });
  }
}

async function invoke(app: LoadedApp, fn: HostFunction, { trigger, ...request }: SentRequest): Promise<SentResult> {
  const triggerValue = trigger && { triggerValue: decodeTrigger(trigger) };
  const { result, returnValue, outputData } = await app.invoke(fn, { ...request, ...triggerValue });
  return { returnValue, outputData, ...(trigger && { reply: encodeReply(result) }) };
}

process.on('SIGINT', () => undefined); // Ctrl-C reaches all processes of the terminal; the host sends `stop`
endWithParent(() => endProcess(0), 0);
process.on('message', (message: ToProcess) => {
  if (message.kind === 'client') clientBinding = message.binding;
  if (message.kind !== 'load') return;
  start(message).catch((thrown: unknown) => sendToHost({ kind: 'failed', error: serializeError(thrown) }));
});
