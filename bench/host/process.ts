import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../../dev/plan.js';
import { LOAD_APP } from './engine.js';

/** The load app on the real host, in a separate process. */
export interface HostUnderLoad {
  readonly url: string;
  /** Milliseconds from the start of the process to its `ready` line. */
  readonly readyMs: number;
  /** Memory usage of the process after a garbage collection. */
  memory(): Promise<NodeJS.MemoryUsage>;
  /** Ends the process with SIGKILL. */
  kill(): Promise<void>;
}

const CLI = path.join(ROOT, 'dist/host/cli.js');

/** @throws Error when the host ends before it is ready; its message is on stderr */
export async function startHost(stateDir: string): Promise<HostUnderLoad> {
  const began = performance.now();
  const argv = [CLI, 'start', '--app', LOAD_APP, '--state', stateDir, '--port', '0'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await ready(child);
  const readyMs = performance.now() - began;
  return { url, readyMs, memory: () => memoryOf(url), kill: () => kill(child) };
}

async function ready(child: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<string> {
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('ready ')) return line.slice('ready '.length);
  }
  throw new Error('The host ended before it was ready.');
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function memoryOf(url: string): Promise<NodeJS.MemoryUsage> {
  const response = await fetch(`${url}/memory`);
  return (await response.json()) as NodeJS.MemoryUsage;
}
