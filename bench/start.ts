import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../dev/plan.js';
import { freePorts } from '../dev/ports.js';
import { median, type Findings } from './figures.js';

const RUNS = 5;
/** Characters of stderr kept for the error message. */
const MAX_STDERR = 4_000;

/** Seconds from `npm start` of the built project to its `ready` line, each run with a new state folder. */
export async function benchStart(): Promise<Findings> {
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) seconds.push(await startOnce());
  return {
    figures: [
      { name: 'npm start to ready, median', value: median(seconds), unit: 's', target: { below: 3 } },
      { name: '  slowest', value: Math.max(...seconds), unit: 's' },
    ],
    details: { seconds },
  };
}

async function startOnce(): Promise<number> {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-bench-'));
  const [port = 0] = await freePorts(1);
  const env = { ...process.env, PORT: String(port), LONGHAUL_DIR: dir };
  const began = performance.now();
  const npm = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let errors = '';
  npm.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors = (errors + chunk).slice(-MAX_STDERR)));
  const exited = once(npm, 'exit');
  try {
    for await (const line of createInterface(npm.stdout)) {
      if (line.startsWith('ready ')) return (performance.now() - began) / 1_000;
    }
    throw new Error(`npm start ended without a ready line:\n${errors}`);
  } finally {
    if (npm.pid !== undefined && npm.exitCode === null) process.kill(-npm.pid, 'SIGINT'); // the same as Ctrl-C
    await exited;
    await fs.rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
