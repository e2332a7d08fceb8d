import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../dev/plan.js';
import { median, type Figure, type Findings } from './figures.js';
import { NO_SERVICES } from './sequence.js';

const RUNS = 10;
/** The wait between a start and the next change, in which the next process is prepared. */
const CHANGE_INTERVAL_MS = 1_500;

/** Seconds from a change of the build until the app serves it, for a small app and for this project. */
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
  const env = { AzureWebJobsStorage: NO_SERVICES.storage, IMAGE_PROVIDER_URL: NO_SERVICES.imageProvider };
  const host = spawn(process.execPath, [cli, 'start', '--app', dir, '--port', '0', '--watch'], {
    env: { ...process.env, ...env, PLATE_READER_URL: NO_SERVICES.plateReader, BANK_MAP_ML_URL: NO_SERVICES.bankMapMl },
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
      await new Promise((resolve) => setTimeout(resolve, CHANGE_INTERVAL_MS));
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
