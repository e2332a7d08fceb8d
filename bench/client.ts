import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createClient } from '@longhaul/client';
import { quantile, type Findings } from './figures.js';

const ROUNDS = 40;
const POLLS = 500;
const WARM_UP = 5;
/** The share of rounds that other work on the machine disturbs least. */
const UNDISTURBED = 0.1;

/** A monitor of the usual size. */
const MONITOR = JSON.stringify({
  id: '0123456789abcdef0123456789abcdef',
  kind: 'plates.recognizeBatch',
  status: 'Running',
  runtimeStatus: 'Running',
  createdDateTime: '2026-11-22T04:15:00.000Z',
  lastUpdatedDateTime: '2026-11-22T04:15:01.000Z',
  percentComplete: 40,
  progress: { total: 1_000, completed: 300, failed: 100 },
});

/**
 * What the client costs beside bare `fetch` with the same headers: CPU time of this thread for polls of a monitor, one
 * after the other, of a server in another thread. Rounds of both take turns, so that another load of the machine meets
 * both.
 */
export async function benchClient(): Promise<Findings> {
  const server = new Worker(__filename);
  const [url] = (await once(server, 'message')) as [string];
  try {
    const operation = createClient({ baseUrl: url, key: 'key' }).resume('0123456789abcdef0123456789abcdef');
    const monitor = `${url}/status/${operation.id}`;
    const headers = { 'x-functions-key': 'key' };
    const polls = {
      fetch: async () => (await fetch(monitor, { headers })).json(),
      client: () => operation.get(),
    };
    const times: Record<keyof typeof polls, number[]> = { fetch: [], client: [] };
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const order = round % 2 === 0 ? (['fetch', 'client'] as const) : (['client', 'fetch'] as const);
      for (const name of order) {
        const ms = await cpuOf(polls[name]);
        if (round >= 0) times[name].push(ms);
      }
    }
    const [bare, client] = [quantile(times.fetch, UNDISTURBED), quantile(times.client, UNDISTURBED)];
    return {
      figures: [
        { name: 'CPU time of a poll by bare fetch', value: (1_000 * bare) / POLLS, unit: 'µs' },
        { name: 'CPU time of a poll by the client', value: (1_000 * client) / POLLS, unit: 'µs' },
        { name: 'overhead of the client', value: (100 * (client - bare)) / bare, unit: '%', target: { atMost: 5 } },
      ],
      details: times,
      mustReachTargets: true,
    };
  } finally {
    await server.terminate();
  }
}

/** CPU time of a round, ms. */
async function cpuOf(poll: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  for (let count = 0; count < POLLS; count++) await poll();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

function serve(): void {
  const server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'application/json', ETag: '"a"', 'Retry-After': '1' }).end(MONITOR);
  });
  server.listen(0, '127.0.0.1', () => {
    parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

if (!isMainThread) serve();
