/**
 * The script of the process that runs the app under `--watch`. It is started in advance, loads the host, and waits for
 * the message that starts the app.
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { type Socket } from 'node:net';
import path from 'node:path';
import { endProcess } from '../process/process-exit.js';
import { logUncaughtErrors } from '../process/uncaught-errors.js';
import { startupErrorOf } from '../lifecycle/startup-errors.js';
import { type RunningHost, startHost } from '../host.js';
import { TransferredConnections } from '../http/transferred-connections.js';
import { endWithParent } from '../process/parent-watch.js';
import { onFileLoaded } from '../app/loaded-files.js';
import { type FromApp, type AppOptions, type ToApp } from './protocol.js';

/** Grace period after the supervisor was killed: time to close the state. */
const ORPHAN_GRACE_MS = 2_000;
/** Time for the first request of a connection that was just transferred: no other process can answer it. */
const FIRST_REQUEST_MS = 100;
const HOST_FOLDER = path.join(__dirname, '..') + path.sep;

const connections = new TransferredConnections();
let host: Promise<RunningHost> | undefined;

function sendToSupervisor(message: FromApp): void {
  if (process.connected) process.send?.(message);
}

/** Reports the files of the app: the supervisor restarts the app when one of them changes. */
function reportFile(file: string): void {
  const isLibrary = file.includes(`${path.sep}node_modules${path.sep}`);
  if (!isLibrary && !file.startsWith(HOST_FOLDER)) sendToSupervisor({ kind: 'file', file });
}

async function start(options: AppOptions): Promise<void> {
  onFileLoaded(reportFile);
  try {
    host = startHost({ ...options, listen: connections.listen, onFileLoaded: reportFile });
    logUncaughtErrors((await host).log);
    sendToSupervisor({ kind: 'ready' });
    flushCompileCache();
  } catch (thrown) {
    sendToSupervisor({ kind: 'failed', ...startupErrorOf(thrown) });
  }
}

async function stop(graceMs: number): Promise<void> {
  await connections.firstRequests(FIRST_REQUEST_MS);
  await host?.then(
    (running) => running.stop(graceMs),
    () => undefined, // the failure was reported
  );
  endProcess(0);
}

process.on('message', (message: ToApp, socket: Socket | undefined) => {
  switch (message.kind) {
    case 'start':
      return void start(message.options);
    case 'connection':
      if (socket !== undefined) connections.adopt(socket); // undefined when the client has disconnected
      return undefined;
    case 'stop':
      return void stop(message.graceMs);
    default:
      return message satisfies never;
  }
});
process.on('SIGINT', () => undefined); // Ctrl-C reaches all processes of the terminal; the supervisor sends `stop`
endWithParent(() => void stop(ORPHAN_GRACE_MS), ORPHAN_GRACE_MS * 2);
enableCompileCache();
