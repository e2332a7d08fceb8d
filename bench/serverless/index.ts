import { quantile, median, type Figure, type Findings } from '../figures.js';
import { cpuOf, rssOf } from './process.js';
import { until, withRig, type Endpoint, type Rig } from './rig.js';

const QUEUED = 100_000;
const FEW = 100;
const CONNECTIONS = 64;
const WARM_UP_S = 2;
const MEASURED_S = 5;
const PASSES = 3;
const END_TO_END = 2_000;
const WORKERS = 64;
const WORK_MS = 100;
/** Ten seconds of work, at the ideal 640 per second. */
const DRAINED = 6_400;
/** The steps of the task hub between two calls of a worker take the rest. */
const DRAINED_PER_SECOND = 420;
const LATENCIES = 200;
/** For filling a queue: as long as needed. */
const FILL_S = 3_600;

/** Measures serverless endpoints. @param queued requests in the long queue */
export function benchServerless({ queued = QUEUED }: { queued?: number }): Promise<Findings> {
  return withRig(async (rig) => ({
    figures: [
      ...(await measureLatency(rig)),
      ...(await measureEndToEnd(rig)),
      ...(await measureDrain(rig)),
      ...(await measureAccepted(rig)), // leaves tens of thousands of requests in queues
      ...(await measureLongQueue(rig, queued)),
    ],
  }));
}

async function measureAccepted(rig: Rig): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const connections of [1, 16, 64]) {
    const endpoint = await rig.endpoint(`accepts-${connections}`, 0);
    await endpoint.load('POST', 'async', { connections, seconds: WARM_UP_S });
    const { perSecond, p50, p99 } = await endpoint.load('POST', 'async', { connections, seconds: MEASURED_S });
    figures.push(
      { name: `accepted, ${connections} at a time`, value: perSecond, unit: '/s' },
      { name: '  p50', value: p50, unit: 'ms' },
      { name: '  p99', value: p99, unit: 'ms' },
    );
  }
  return figures;
}

async function measureEndToEnd(rig: Rig): Promise<Figure[]> {
  const endpoint = await rig.endpoint('instant', WORKERS);
  const run = async (amount: number) => {
    const [began, before] = [performance.now(), rig.receiver.taken];
    await endpoint.load('POST', 'async', { connections: CONNECTIONS, seconds: FILL_S, amount });
    await until(() => rig.receiver.taken >= before + amount);
    return amount / ((performance.now() - began) / 1_000);
  };
  await run(END_TO_END / 4);
  const rate = await run(END_TO_END);
  const load = { connections: CONNECTIONS, seconds: MEASURED_S };
  const sync = await endpoint.load('POST', 'sync', load);
  return [
    { name: `end to end, instant worker, ${CONNECTIONS} clients, webhook and all`, value: rate, unit: '/s' },
    { name: '  synchronous', value: sync.perSecond, unit: '/s' },
  ];
}

/** Drains a filled queue; measured from the moment when the workers may answer. */
async function measureDrain({ endpoint: make, stack, worker, receiver }: Rig): Promise<Figure[]> {
  const endpoint = await make('drains', WORKERS);
  const before = receiver.taken;
  const gate = Promise.withResolvers<unknown>();
  Object.assign(worker, { gate: gate.promise, delayMs: WORK_MS, answeredAt: [] });
  await endpoint.load('POST', 'async', { connections: CONNECTIONS, seconds: FILL_S, amount: DRAINED });
  const [began, cpuBefore] = [performance.now(), await cpuOf(stack.pid('app'))];
  gate.resolve(undefined);
  await until(() => receiver.taken >= before + DRAINED);
  const ended = performance.now();
  const cpu = (await cpuOf(stack.pid('app'))) - cpuBefore;
  const worked = worker.answeredAt.at(-1) ?? NaN;
  Object.assign(worker, { gate: undefined, delayMs: 0, answeredAt: [] });
  return [
    {
      name: `a filled queue of ${DRAINED} drains through ${WORKERS} workers of ${WORK_MS} ms`,
      value: DRAINED / ((worked - began) / 1_000),
      unit: '/s',
      target: { atLeast: DRAINED_PER_SECOND },
    },
    { name: '  webhooks too', value: DRAINED / ((ended - began) / 1_000), unit: '/s' },
    { name: '  the app’s processor time for each', value: cpu / DRAINED, unit: 'ms' },
  ];
}

/** One request at a time, from its POST to its webhook, compared with a direct call of the worker. */
async function measureLatency({ endpoint: make, worker, receiver }: Rig): Promise<Figure[]> {
  const endpoint = await make('latency', 1);
  const [direct, added]: [number[], number[]] = [[], []];
  for (let index = -LATENCIES / 4; index < LATENCIES; index++) {
    const began = performance.now();
    await (await fetch(worker.url, { method: 'POST', body: '{}' })).text();
    const called = performance.now();
    const { promise: taken, resolve } = Promise.withResolvers<unknown>();
    receiver.onTaken = () => resolve(undefined);
    await endpoint.send('POST', 'async', endpoint.body);
    await taken;
    if (index < 0) continue;
    direct.push(called - began);
    added.push(performance.now() - called);
  }
  delete receiver.onTaken;
  const middle = median(direct);
  return [
    { name: 'a direct call of the worker, p50', value: middle, unit: 'ms' },
    { name: '  added by the queue, from the POST to the webhook, p50', value: median(added) - middle, unit: 'ms' },
    { name: '  p99', value: quantile(added, 0.99) - quantile(direct, 0.99), unit: 'ms' },
  ];
}

async function measureLongQueue({ endpoint: make, stack, receiver }: Rig, queued: number): Promise<Figure[]> {
  const few = await make('few', 0);
  const many = await make('many', 0);
  const fill = (endpoint: Endpoint, amount: number) =>
    endpoint.load('POST', 'async', { connections: CONNECTIONS, seconds: FILL_S, amount });
  await fill(few, FEW);
  await stack.restart('app');
  const empty = await rssOf(stack.pid('app'));
  const { perSecond } = await fill(many, queued);
  const full = await rssOf(stack.pid('app'));
  const statuses = await measureStatus(few, many, queued);
  const began = performance.now();
  await stack.restart('app');
  const restarted = performance.now();
  const fresh = await rssOf(stack.pid('app'));
  const before = receiver.taken;
  const cleaning = performance.now();
  const { cleaned } = await many.send<{ cleaned: string[] }>('DELETE', 'async');
  const cleanedAt = performance.now();
  if (cleaned.length !== queued) throw new Error(`A clean-up of ${queued} dropped ${cleaned.length}.`);
  await until(() => receiver.taken >= before + queued);
  return [
    { name: `filling a queue with ${queued}`, value: perSecond, unit: '/s' },
    ...statuses,
    { name: `memory (rss) for each of ${queued} queued, right after`, value: (full - empty) / queued, unit: 'KiB' },
    { name: '  after a restart', value: (fresh - empty) / queued, unit: 'KiB' },
    { name: '  restart', value: (restarted - began) / 1_000, unit: 's' },
    { name: `clean-up of ${queued}, to the answer`, value: (cleanedAt - cleaning) / 1_000, unit: 's' },
    { name: '  to the last webhook', value: (performance.now() - cleaning) / 1_000, unit: 's' },
  ];
}

async function measureStatus(few: Endpoint, many: Endpoint, queued: number): Promise<Figure[]> {
  const rates: [number[], number[]] = [[], []];
  const run = { connections: CONNECTIONS, seconds: WARM_UP_S };
  await few.load('GET', 'status', run);
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [index, endpoint] of [few, many].entries()) {
      rates[index]?.push((await endpoint.load('GET', 'status', run)).perSecond);
    }
  }
  const [short, long] = rates.map(median) as [number, number];
  return [
    { name: `GET /status with ${FEW} in the queue`, value: short, unit: '/s' },
    { name: `  with ${queued}`, value: long, unit: '/s' },
    { name: '  ratio', value: long / short, unit: '×', target: { atLeast: 0.9 } },
  ];
}
