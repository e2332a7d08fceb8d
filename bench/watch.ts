import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../dev/plan.js';
import { median, type Figure, type Findings } from './figures.js';
import { NOWHERE } from './sequence.js';

const RUNS = 10;
/** Between a start and the next change: the developer reads, and the next process warms up. */
const REST_MS = 1_500;

/** Seconds from a change of the build to the app that serves it, with a small app and with the project's own. */
export async function benchWatch(): Promise<Findings> {
  const figures: Figure[] = [];
  const details: Record<string, number[]> = {};
  for (const [name, main] of [
    ['a small app', path.join(ROOT, 'dist/bench/apps/sequence.js')],
    ['this app', path.join(ROOT, 'dist/functions/*.js')],
  ] as const) {
    const seconds = (details[name] = await measure(main));
    figures.push(
      { name: `${name}: change to ready, median`, value: median(seconds), unit: 's', target: { below: 1 } },
      { name: '  slowest', value: Math.max(...seconds), unit: 's' },
    );
  }
  return { figures, details };
}

async function measure(main: string): Promise<number[]> {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-bench-'));
  const hostJson = path.join(dir, 'host.json');
  const touch = () => fs.writeFile(hostJson, JSON.stringify({ version: '2.0' }));
  await Promise.all([touch(), fs.writeFile(path.join(dir, 'package.json'), JSON.stringify({ main }))]);
  const cli = path.join(ROOT, 'dist/host/cli.js');
  const env = { AzureWebJobsStorage: NOWHERE.storage, IMAGE_PROVIDER_URL: NOWHERE.imageProvider };
  const host = spawn(process.execPath, [cli, 'start', '--app', dir, '--port', '0', '--watch'], {
    env: { ...process.env, ...env, PLATE_READER_URL: NOWHERE.plateReader, BANK_MAP_ML_URL: NOWHERE.bankMapMl },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface(host.stdout)[Symbol.asyncIterator]();
  const ready = async () => {
    if ((await lines.next()).done === true) throw new Error('The host ended.');
  };
  try {
    await ready();
    const seconds: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      const began = performance.now();
      await touch();
      await ready();
      seconds.push((performance.now() - began) / 1_000);
    }
    return seconds;
  } finally {
    host.kill('SIGTERM');
    if (host.exitCode === null) await once(host, 'exit');
    await fs.rm(dir, { recursive: true, force: true });
  }
}
