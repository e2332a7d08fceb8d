import path from 'node:path';
import { ROOT } from '../dev/plan.js';
import { type Findings } from './figures.js';
import { putLoad, type LoadResult } from './load.js';
import { withStack } from './with-stack.js';

const IN_FLIGHT = [1, 16, 64];
const WARM_UP_S = 3;
const MEASURED_S = 6;
/** External parts for an app that uses no storage and no services, so that none are started. */
export const NO_SERVICES = {
  storage: 'UseDevelopmentStorage=true',
  imageProvider: 'http://127.0.0.1:9',
  plateReader: 'http://127.0.0.1:9',
  bankMapMl: 'http://127.0.0.1:9',
  analyzer: 'http://127.0.0.1:9',
};

/** Three activities in sequence, started with `timeout`, so that the response comes when the sequence has ended. */
export function benchSequence(): Promise<Findings> {
  return withStack({ app: path.join(ROOT, 'bench/apps/sequence'), external: NO_SERVICES }, async (stack) => {
    const url = `${stack.url}/runtime/webhooks/durabletask/orchestrators/threeSteps?timeout=30&pollingInterval=1`;
    await checkResult(url);
    const load = { url, method: 'POST', body: '0', expect: 200 } as const;
    await putLoad({ ...load, connections: 16, seconds: WARM_UP_S });
    const runs: { inFlight: number; result: LoadResult }[] = [];
    for (const inFlight of IN_FLIGHT) {
      runs.push({ inFlight, result: await putLoad({ ...load, connections: inFlight, seconds: MEASURED_S }) });
    }
    return { figures: runs.flatMap(({ inFlight, result }) => figuresOf(inFlight, result)), details: runs };
  });
}

function figuresOf(inFlight: number, { perSecond, p50, p99 }: LoadResult) {
  return [
    {
      name: `sequences, ${inFlight} in flight`,
      value: perSecond,
      unit: '/s',
      ...(inFlight === 64 && { target: { atLeast: 2_000 } }),
    },
    { name: `  median`, value: p50, unit: 'ms', ...(inFlight === 1 && { target: { atMost: 4 } }) },
    { name: `  p99`, value: p99, unit: 'ms' },
  ];
}

async function checkResult(url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: '0', headers: { 'content-type': 'application/json' } });
  const text = await response.text();
  if (response.status !== 200 || text !== '3') throw new Error(`The sequence answered ${response.status}: ${text}`);
}
