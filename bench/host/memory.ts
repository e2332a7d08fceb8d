import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Figure, median } from '../figures.js';
import { BenchEngine, withEngine, withFolder } from './engine.js';
import { type HostUnderLoad, startHost } from './process.js';

const ROUNDS = 60;
/** Rounds of `--minutes` go on until the time is over. */
const INSTANCES_PER_ROUND = 120;
const IN_FLIGHT = 48;
/** Rounds before a process is as large as its caches are meant to be. */
const WARM_UP_SHARE = 0.25;
const LARGEST_GROWTH = 1.1;
const POLL_EVERY_MS = 15;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory of the host process over many rounds of load; an hour's worth of rounds in about a minute. */
export async function measureMemory(minutes?: number): Promise<Figure[]> {
  const samples = await withFolder((folder) => underLoad(folder, minutes));
  const counted = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const third = Math.floor(counted.length / 3);
  const [first, last] = [counted.slice(0, third), counted.slice(-third)];
  return (['heapUsed', 'rss'] as const).flatMap((kind) => {
    const [before, after] = [first, last].map((part) => median(part.map((sample) => sample[kind])) / 2 ** 20) as [
      number,
      number,
    ];
    return [
      { name: `${kind} after warm-up, first third of ${counted.length} rounds`, value: before, unit: 'MiB' },
      { name: '  last third', value: after, unit: 'MiB' },
      { name: '  last against first', value: after / before, unit: '×', target: { atMost: LARGEST_GROWTH } },
    ];
  });
}

async function underLoad(folder: string, minutes: number | undefined): Promise<NodeJS.MemoryUsage[]> {
  const host = await startHost(folder);
  const end = Date.now() + (minutes ?? 0) * 60_000;
  const samples: NodeJS.MemoryUsage[] = [];
  try {
    while (minutes === undefined ? samples.length < ROUNDS : Date.now() < end) {
      await BenchEngine.many(INSTANCES_PER_ROUND, IN_FLIGHT, () => oneOperation(host));
      samples.push(await host.memory());
    }
  } finally {
    await host.kill();
  }
  return samples;
}

/** A client: starts an operation, watches it, raises its event and fetches its result. */
async function oneOperation({ url }: HostUnderLoad): Promise<void> {
  const { id } = (await post(`${url}/operations`, {})) as { id: string };
  const instance = `${url}/runtime/webhooks/durabletask/instances/${id}`;
  await post(`${instance}/raiseEvent/go`, 1);
  for (;;) {
    const status = (await (await fetch(instance)).json()) as { runtimeStatus: string; output: unknown };
    if (status.runtimeStatus === 'Failed') throw new Error(`An operation under load failed: ${String(status.output)}`);
    if (status.runtimeStatus === 'Completed') return;
    await pause(POLL_EVERY_MS);
  }
}

/** @returns what the answer holds, or undefined when it is empty */
async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** What an instance costs while it waits for an event. */
export async function measureWaiting(counts: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of counts) {
    const bytes = await withEngine((engine) => perWaiting(engine, count));
    figures.push({ name: `heap for each of ${count} waiting instances`, value: bytes / 1_024, unit: 'KiB' });
  }
  return figures;
}

async function perWaiting(engine: BenchEngine, count: number): Promise<number> {
  const before = heapUsed();
  await BenchEngine.many(count, 256, () => engine.start('waits'));
  while (!(await engine.isSettled('Pending'))) await pause(POLL_EVERY_MS);
  return (heapUsed() - before) / count;
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
