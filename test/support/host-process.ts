import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** The embedded host in a child process, used over HTTP. */
export interface HostProcess {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly pid: number;
  /** Sends a signal and waits for the exit; resolves with the exit code, null when a signal ended the process. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Stops gracefully. Rejects when the host does not end with code 0. */
  stop(): Promise<void>;
  /** The log so far. */
  stderr(): string;
  /** Resolves when the log holds `text`; rejects when the host ends without logging it. */
  logged(text: string): Promise<void>;
}

export interface HostProcessOptions {
  /** Folder of the app. */
  app: string;
  stateDir: string;
  /** @default a free port */
  port?: number;
  /** Added to the test's environment; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** Additional command-line arguments. */
  args?: readonly string[];
  /** The host's script. @default that of this build */
  cli?: string;
}

const ROOT = path.resolve(__dirname, '../../..');
const NODE = path.join(ROOT, 'node_modules/.bin/node');
const CLI = path.join(ROOT, 'dist/host/cli.js');

/** Running hosts, each with the function that stops it. */
const running = new Map<ChildProcess, () => Promise<void>>();

/**
 * No host outlives its test file: the remaining ones are stopped gracefully here, and one that does not stop with code 0
 * fails the file. (Jest runs this before the file's own `afterAll`, which may stop a host too.)
 */
afterAll(async () => {
  for (const stop of [...running.values()]) await stop();
});

/** @throws Error with the host's output when it ends before it is ready */
export async function startHost(options: HostProcessOptions): Promise<HostProcess> {
  const { child, stderr } = launch(options);
  const url = await readyUrl(child, stderr);
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended(child);
  };
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopInOrder(child, stderr));
  running.set(child, stop);
  return { url, pid: child.pid ?? 0, kill, stop, stderr, logged: (text) => logged(child, stderr, text) };
}

async function stopInOrder(child: ChildProcess, stderr: () => string): Promise<void> {
  child.kill('SIGTERM');
  const code = (await ended(child)) ?? child.signalCode;
  if (code !== 0) throw new Error(`The host ended with ${String(code)}:\n${stderr()}`);
}

/** Starts a host that must fail to start; resolves with its exit code and output. */
export async function refusedStart(options: HostProcessOptions): Promise<{ code: number | null; stderr: string }> {
  const { child, stderr } = launch(options);
  child.stdout.once('data', () => child.kill('SIGKILL')); // it became ready: code null fails the test
  return { code: await ended(child), stderr: stderr() };
}

function launch({ app, stateDir, port = 0, env, args = [], cli = CLI }: HostProcessOptions) {
  const argv = [cli, 'start', '--app', app, '--state', stateDir, '--port', String(port), ...args];
  const child = spawn(NODE, argv, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.set(child, async () => {
    child.kill('SIGKILL'); // it did not become ready
    await ended(child);
  });
  child.once('exit', () => running.delete(child));
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { child, stderr: () => text };
}

function readyUrl(child: ChildProcess, stderr: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [, url] = /^ready (\S+)\n/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('close', (code) => reject(new Error(`The host ended with ${String(code)}:\n${stderr()}`)));
  });
}

function logged(child: ChildProcess, stderr: () => string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      look();
      reject(new Error(`The host ended and never logged "${text}":\n${stderr()}`));
    };
    const look = () => {
      if (!stderr().includes(text)) return;
      child.stderr?.off('data', look);
      child.off('close', ended);
      resolve();
    };
    child.stderr?.on('data', look);
    child.once('close', ended);
    look();
  });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return child.exitCode;
}
