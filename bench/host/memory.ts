import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, median } from '../figures.js';
import { BenchEngine, withFolder } from './engine.js';
import { type HostUnderLoad, startHost } from './process.js';

const ROUNDS = 60;
/** Rounds of `--minutes` go on until the time is over. */
const INSTANCES_PER_ROUND = 120;
const IN_FLIGHT = 48;
/** Rounds before a process is as large as its caches are meant to be. */
const WARM_UP_SHARE = 0.25;
const LARGEST_GROWTH = 1.1;
const POLL_EVERY_MS = 15;
/** That a waiting instance may take, so that all may stay in memory. */
const FEW_KIB = { atMost: 4 };

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

/** What each instance that waits for an event costs the host process, which has just been started on the state file. */
export async function measureWaiting(counts: readonly number[]): Promise<Figure[]> {
  const empty = await withWaiting(0);
  const figures: Figure[] = [];
  for (const count of counts) {
    const { memory, readyMs } = await withWaiting(count);
    const each = (kind: 'heapUsed' | 'rss') => (memory[kind] - empty.memory[kind]) / count / 1_024;
    figures.push(
      { name: `heap for each of ${count} waiting instances`, value: each('heapUsed'), unit: 'KiB', target: FEW_KIB },
      { name: '  rss', value: each('rss'), unit: 'KiB' },
      { name: '  start with them', value: readyMs / 1_000, unit: 's' },
    );
  }
  return figures;
}

function withWaiting(count: number): Promise<{ memory: NodeJS.MemoryUsage; readyMs: number }> {
  return withFolder(async (folder) => {
    const engine = await BenchEngine.open(folder);
    await BenchEngine.many(count, 256, () => engine.start('waits'));
    while (!(await engine.isSettled('Pending'))) await pause(POLL_EVERY_MS);
    await engine.close();
    const host = await startHost(folder);
    try {
      return { memory: await host.memory(), readyMs: host.readyMs };
    } finally {
      await host.kill();
    }
  });
}
