import { createClient } from '@longhaul/client';
import { SILENT_FROM } from './fakes.js';
import { type Figure, type Findings } from './figures.js';
import { putLoad } from './load.js';
import { withFakeServices } from './with-stack.js';

const WARM_UP_S = 2;
const MEASURED_S = 5;
const POLLERS = 64;

/** Latency of accepted starts and rate of status polls, with services that answer immediately. */
export function benchHttp(): Promise<Findings> {
  return withFakeServices(async (url) => ({ figures: [...(await measurePolls(url)), ...(await measureStarts(url))] }));
}

async function measureStarts(url: string): Promise<Figure[]> {
  const load = { url: `${url}/plates/recognize`, method: 'POST', body: '{"imageId":1}', expect: 202 } as const;
  await putLoad({ ...load, connections: 1, seconds: WARM_UP_S });
  const one = await putLoad({ ...load, connections: 1, seconds: MEASURED_S });
  const fifty = await putLoad({ ...load, connections: 50, seconds: MEASURED_S });
  return [
    { name: 'accepted start, 1 connection, p50', value: one.p50, unit: 'ms', target: { atMost: 10 } },
    { name: '  p99', value: one.p99, unit: 'ms' },
    { name: 'accepted start, 50 connections, p50', value: fifty.p50, unit: 'ms' },
    { name: '  p99', value: fifty.p99, unit: 'ms' },
    { name: '  starts', value: fifty.perSecond, unit: '/s' },
  ];
}

async function measurePolls(url: string): Promise<Figure[]> {
  const finished = await startFinished(url);
  const running = await createClient({ baseUrl: url }).plates.recognize({ imageId: SILENT_FROM });
  const many = await Promise.all(Array.from({ length: POLLERS }, () => startFinished(url)));
  const figures: Figure[] = [];
  for (const [name, ids, target] of [
    ['a running operation', [running.id], { atLeast: 3_000 }],
    ['a finished operation', [finished], { atLeast: 3_000 }],
    // Nothing is shared here: each poll reads the task hub.
    [`${POLLERS} operations, one each`, many, undefined],
  ] as const) {
    const paths = ids.map((id) => `/status/${id}`);
    const load = { url, paths, method: 'GET', connections: POLLERS, expect: 200 } as const;
    await putLoad({ ...load, seconds: WARM_UP_S });
    const { perSecond, p50, p99 } = await putLoad({ ...load, seconds: MEASURED_S });
    figures.push(
      { name: `polls of ${name}, ${POLLERS} connections`, value: perSecond, unit: '/s', ...(target && { target }) },
      { name: '  p50', value: p50, unit: 'ms' },
      { name: '  p99', value: p99, unit: 'ms' },
    );
  }
  return figures;
}

/** Runs an operation to its end and returns its id. */
async function startFinished(url: string): Promise<string> {
  const operation = await createClient({ baseUrl: url }).plates.recognize({ imageId: 1 });
  await operation.result();
  return operation.id;
}
