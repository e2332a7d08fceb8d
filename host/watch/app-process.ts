/**
 * The script of the process that runs the app under `--watch`. It is started ahead of time, loads the host, and waits
 * for the order to load the app.
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { type Socket } from 'node:net';
import path from 'node:path';
import { endProcess } from '../process/process-exit.js';
import { surviveApp } from '../process/uncaught-errors.js';
import { FOR_USERS } from '../lifecycle/startup-errors.js';
import { type RunningHost, startHost } from '../host.js';
import { HandedOver } from '../http/transferred-connections.js';
import { endWithParent } from '../process/parent-watch.js';
import { onFileLoaded } from '../app/loaded-files.js';
import { type FromApp, type StartOrder, type ToApp } from './protocol.js';

/** When the supervisor was killed, nobody watches any more: a short time to close the state is enough. */
const ORPHAN_GRACE_MS = 2_000;
/** For the first request of a connection that has just been handed over: nobody else can answer it any more. */
const SETTLE_MS = 100;
const HOST_FOLDER = path.join(__dirname, '..') + path.sep;

const connections = new HandedOver();
let host: Promise<RunningHost> | undefined;

function tellSupervisor(message: FromApp): void {
  if (process.connected) process.send?.(message);
}

/** Tells which files make up the app: a change of one of them is a change of the build. */
function reportFile(file: string): void {
  const isLibrary = file.includes(`${path.sep}node_modules${path.sep}`);
  if (!isLibrary && !file.startsWith(HOST_FOLDER)) tellSupervisor({ kind: 'file', file });
}

async function start(options: StartOrder): Promise<void> {
  onFileLoaded(reportFile);
  try {
    host = startHost({ ...options, listen: connections.listen });
    surviveApp((await host).log);
    tellSupervisor({ kind: 'ready' });
    flushCompileCache();
  } catch (thrown) {
    const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
    tellSupervisor({ kind: 'failed', name, message: FOR_USERS.has(name) ? message : (stack ?? message) });
  }
}

async function stop(graceMs: number): Promise<void> {
  await connections.settle(SETTLE_MS);
  await host?.then(
    (running) => running.stop(graceMs),
    () => undefined, // the failure was told
  );
  endProcess(0);
}

process.on('message', (message: ToApp, socket: Socket | undefined) => {
  switch (message.kind) {
    case 'start':
      return void start(message.options);
    case 'connection':
      if (socket !== undefined) connections.adopt(socket); // it is not there when the client has left meanwhile
      return undefined;
    case 'stop':
      return void stop(message.graceMs);
    default:
      return message satisfies never;
  }
});
process.on('SIGINT', () => undefined); // Ctrl-C reaches every process of the terminal; the supervisor says when to stop
endWithParent(() => void stop(ORPHAN_GRACE_MS), ORPHAN_GRACE_MS * 2);
enableCompileCache();
