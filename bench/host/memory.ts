import { pollUntil } from '../../dev/poll.js';
import { type Figure, median } from '../figures.js';
import { BenchEngine, withFolder } from './engine.js';
import { type HostUnderLoad, startHost } from './process.js';

const ROUNDS = 60;
const INSTANCES_PER_ROUND = 120;
const IN_FLIGHT = 48;
/** The share of rounds that is ignored, until the caches are full. */
const WARM_UP_SHARE = 0.25;
const MAX_GROWTH = 1.1;
const POLL_INTERVAL_MS = 15;
/** The memory target per waiting instance, so that all can stay in memory. */
const KIB_PER_INSTANCE = { atMost: 4 };

/** Memory of the host process over many rounds of load. @param minutes runs rounds for this time, instead of 60 rounds */
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
      { name: '  last against first', value: after / before, unit: '×', target: { atMost: MAX_GROWTH } },
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

/** One client: starts an operation, raises its event and polls until it has completed. */
async function oneOperation({ url }: HostUnderLoad): Promise<void> {
  const { id } = (await post(`${url}/operations`, {})) as { id: string };
  const instance = `${url}/runtime/webhooks/durabletask/instances/${id}`;
  await post(`${instance}/raiseEvent/go`, 1);
  const completed = async () => {
    const status = (await (await fetch(instance)).json()) as { runtimeStatus: string; output: unknown };
    if (status.runtimeStatus === 'Failed') throw new Error(`An operation under load failed: ${String(status.output)}`);
    return status.runtimeStatus === 'Completed' || undefined;
  };
  await pollUntil(completed, { intervalMs: POLL_INTERVAL_MS });
}

/** @returns the parsed body, or undefined when it is empty. Throws when the status is not 2xx. */
async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Memory and start time per instance that waits for an event, right after the host has started on the state file. */
export async function measureWaiting(counts: readonly number[]): Promise<Figure[]> {
  const empty = await withWaiting(0);
  const figures: Figure[] = [];
  for (const count of counts) {
    const { memory, readyMs } = await withWaiting(count);
    const each = (kind: 'heapUsed' | 'rss') => (memory[kind] - empty.memory[kind]) / count / 1_024;
    figures.push(
      {
        name: `heap for each of ${count} waiting instances`,
        value: each('heapUsed'),
        unit: 'KiB',
        target: KIB_PER_INSTANCE,
      },
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
    await engine.allStarted(POLL_INTERVAL_MS);
    await engine.close();
    const host = await startHost(folder);
    try {
      return { memory: await host.memory(), readyMs: host.readyMs };
    } finally {
      await host.kill();
    }
  });
}
