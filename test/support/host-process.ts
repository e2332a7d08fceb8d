import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** The embedded host as its users run it: a process of its own, spoken to over HTTP. */
export interface HostProcess {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly pid: number;
  /** Sends a signal and waits for the end; resolves with the exit code, null when a signal ended the process. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Stops in order. Rejects when the host does not end with code 0. */
  stop(): Promise<void>;
  /** Everything that it has logged so far. */
  stderr(): string;
  /** Resolves when the log holds `text`; rejects when the host ends without having said it. */
  logged(text: string): Promise<void>;
}

export interface HostProcessOptions {
  /** Folder of the app. */
  app: string;
  stateDir: string;
  /** @default a free one */
  port?: number;
  /** Added to the test's own environment; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Further arguments of the command line. */
  args?: readonly string[];
}

const ROOT = path.resolve(__dirname, '../../..');
const NODE = path.join(ROOT, 'node_modules/.bin/node');
const CLI = path.join(ROOT, 'dist/host/cli.js');

/** Hosts that have not ended, with how to stop them. */
const running = new Map<ChildProcess, () => Promise<void>>();

/**
 * No host outlives its test file: what is left is stopped in order here, and one that does not stop with code 0 fails
 * the file. (Jest runs this before the file's own `afterAll`, so a host may still be about to be stopped there.)
 */
afterAll(async () => {
  for (const stop of [...running.values()]) await stop();
});

/** @throws Error with what the host said when it ends before it is ready */
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

/** Starts a host that is expected to refuse: its exit code and what it said. */
export async function refusedStart(options: HostProcessOptions): Promise<{ code: number | null; stderr: string }> {
  const { child, stderr } = launch(options);
  child.stdout.once('data', () => child.kill('SIGKILL')); // it became ready after all: code null fails the test
  return { code: await ended(child), stderr: stderr() };
}

function launch({ app, stateDir, port = 0, env, args = [] }: HostProcessOptions) {
  const argv = [CLI, 'start', '--app', app, '--state', stateDir, '--port', String(port), ...args];
  const child = spawn(NODE, argv, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.set(child, async () => {
    child.kill('SIGKILL'); // it never became ready
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
