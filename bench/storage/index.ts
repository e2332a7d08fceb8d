import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@longhaul/client';
import { storedPorts } from '../../dev/ports.js';
import { startFakeServices } from '../fakes.js';
import { median, type Figure, type Findings } from '../figures.js';
import { until, withRig, type Endpoint, type Rig } from '../serverless/rig.js';
import { startStorageCounter, type StorageCounter } from './counter.js';

const RUNS = 15;
/** The app is idle when it has made no call for this long, ms. */
const QUIET_MS = 300;
/** A period with at least two runs of each frequent timer. */
const IDLE_S = 65;

interface Measured {
  calls: number;
  taskHubReads: number;
  /** Calls of the median run, by operation and table. */
  byKind: Record<string, number>;
}

/**
 * Counts the storage calls of the app itself (tables and blobs) by operation and table, and its status reads of the
 * task hub, each of which is a storage call in Azure. Each figure is the median of runs one after the other, so that the
 * calls of timers do not matter; an idle minute shows them.
 */
export async function benchStorage(): Promise<Findings> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-storage-'));
  const ports = await storedPorts(path.join(dir, 'storage-ports.json'), 3);
  const [counter, services] = await Promise.all([startStorageCounter(ports), startFakeServices()]);
  const readsFile = path.join(dir, 'task-hub-reads');
  fs.writeFileSync(readsFile, '');
  const env = {
    AzureWebJobsStorage: counter.connectionString,
    NODE_OPTIONS: `--require ${path.join(__dirname, 'task-hub-reads.js')}`,
    TASK_HUB_READS_FILE: readsFile,
  };
  const external = { imageProvider: services.imageProviderUrl, plateReader: services.plateReaderUrl };
  try {
    return await withRig((rig) => measureAll(rig, counter, () => fs.statSync(readsFile).size), { dir, external, env });
  } finally {
    await Promise.all([counter.stop(), services.stop()]);
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function measureAll(rig: Rig, counter: StorageCounter, readsSoFar: () => number): Promise<Findings> {
  const { url } = rig.stack;
  const measure = async (run: () => Promise<unknown>): Promise<Measured> => {
    await run(); // creates tables, opens connections
    const runs: Measured[] = [];
    for (let index = 0; index < RUNS; index++) {
      await untilQuiet(counter);
      const [from, readsBefore] = [counter.calls.length, readsSoFar()];
      await run();
      await untilQuiet(counter);
      const calls = counter.calls.slice(from);
      runs.push({ calls: calls.length, taskHubReads: readsSoFar() - readsBefore, byKind: countByKind(calls) });
    }
    return medianOf(runs);
  };
  const endpoint = await rig.endpoint('storage', 8);
  const imageIds = Array.from({ length: 100 }, (_, index) => index);
  const details = {
    recognition: await measure(() => recognize(url)),
    waiting: await measure(() => recognize(url, { Prefer: 'wait=30' })),
    batch: await measure(async () => {
      const operation = await createClient({ baseUrl: url }).plates.recognizeBatch({ imageIds });
      return operation.result();
    }),
    asynchronous: await measure(() => request(endpoint, rig)),
    idlePerMinute: await idlePerMinute(counter),
  };
  const { recognition, waiting, batch, asynchronous } = details;
  return {
    figures: [
      figure('recognition, storage calls', recognition.calls, 2),
      figure('  with Prefer: wait, also reads of the task hub', waiting.calls + waiting.taskHubReads, 4),
      figure('batch of 100 images', batch.calls, 15),
      figure('asynchronous serverless request with its webhook', asynchronous.calls, 6),
      { name: 'idle', value: sum(Object.values(details.idlePerMinute)), unit: 'calls/min' },
    ],
    notes: Object.entries(details)
      .map(([name, measured]) => `${name}: ${describe('byKind' in measured ? (measured as Measured) : measured)}`)
      .join('\n'),
    details,
    mustReachTargets: true,
  };
}

/** Ends when the operation has; its end is not asked for where the request itself does not wait. */
async function recognize(url: string, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(`${url}/plates/recognize`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: '{"imageId":1}',
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`A recognition was answered ${response.status}.`);
}

async function request(endpoint: Endpoint, { receiver }: Rig): Promise<void> {
  const before = receiver.taken;
  await endpoint.send('POST', 'async', endpoint.body);
  await until(() => receiver.taken > before);
}

async function untilQuiet(counter: StorageCounter): Promise<void> {
  const since = performance.now();
  const quietFor = () => performance.now() - Math.max(since, counter.lastAt);
  while (quietFor() < QUIET_MS) await pause(QUIET_MS - quietFor() + 1);
}

async function idlePerMinute(counter: StorageCounter): Promise<Record<string, number>> {
  const from = counter.calls.length;
  await pause(IDLE_S * 1_000);
  const counts = countByKind(counter.calls.slice(from));
  return Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, (count * 60) / IDLE_S]));
}

function countByKind(calls: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of calls) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
}

/** The run with the median number of calls, with the median number of reads. */
function medianOf(runs: readonly Measured[]): Measured {
  const calls = median(runs.map((run) => run.calls));
  const { byKind = {} } = runs.find((run) => run.calls === calls) ?? {};
  return { calls, taskHubReads: median(runs.map((run) => run.taskHubReads)), byKind };
}

function figure(name: string, value: number, atMost: number): Figure {
  return { name, value, unit: 'calls', target: { atMost } };
}

function describe(measured: Measured | Record<string, number>): string {
  const counts = 'byKind' in measured ? (measured as Measured).byKind : measured;
  const reads = 'taskHubReads' in measured ? ` (and ${String(measured.taskHubReads)} reads of the task hub)` : '';
  const parts = Object.entries(counts).map(([kind, count]) => `${kind} ${Number(count.toFixed(1))}`);
  return `${parts.join(', ') || 'none'}${reads}`;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
