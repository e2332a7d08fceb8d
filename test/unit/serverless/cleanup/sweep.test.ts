import { Deliveries } from '../../../../src/serverless/cleanup/dropped.js';
import { sweepQueues } from '../../../../src/serverless/cleanup/sweep.js';
import { type Endpoint } from '../../../../src/serverless/endpoints/endpoint-store.js';
import { claiming, entering, type Entered } from '../../../../src/serverless/queue/changes.js';
import { createLeases, type Leases } from '../../../../src/serverless/queue/leases.js';
import { emptyQueue } from '../../../../src/serverless/queue/queue.js';
import { Queues } from '../../../../src/serverless/queue/queues.js';
import { RequestHub } from '../../../../src/serverless/requests/hub.js';
import { limitsOf } from '../../../../src/serverless/requests/requests.js';
import { MemoryTable } from '../../../support/memory-table.js';
import { MemoryTaskHub } from '../../../support/memory-task-hub.js';

const HOUR = 3_600_000;
const SWEEP_MS = 30_000;
const START = Date.parse('2026-01-01T00:00:00Z');

const endpoint: Endpoint = {
  id: 'gpu',
  createdAt: new Date(START).toISOString(),
  worker: { url: 'https://worker.test/' },
  workers: 2,
  maxSyncWaiting: 10,
  maxQueued: 10,
};

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A request that got a place from a process which ended before it started the request's orchestration. */
async function setUp() {
  const table = new MemoryTable();
  const taskHub = new MemoryTaskHub();
  const hub = new RequestHub(taskHub.client);
  const events = { onGranted: () => Promise.resolve(), onDropped: () => Promise.resolve() };
  const queues = new Queues({ table, first: () => Promise.resolve(emptyQueue), ...events });
  const leases = createLeases(table);
  const request = { mode: 'async' as const, acceptedAt: START, deadline: START + HOUR, owner: '' };
  const entered: Entered = await queues.of(endpoint).change(entering(request, limitsOf(endpoint, START + 1)));
  if (entered.refused !== undefined) throw new Error('The queue is full.');
  const sweep = (alive: Leases = leases) =>
    sweepQueues({
      endpoints: { list: () => Promise.resolve([endpoint]), deleted: () => Promise.resolve([]) },
      operations: { cancel: () => Promise.reject(new Error('There is no operation.')) },
      hub,
      queues,
      leases: alive,
      deliveries: new Deliveries({ hub, queues, webhookGapsMs: [] }),
      onFailure: (_, thrown) => {
        throw thrown;
      },
    });
  return { taskHub, queues, request: entered.request, sweep };
}

const SWEEPS = Array.from({ length: 10 }, (_, index) => 4 + index);

test.each(SWEEPS)(
  'a request that was never started is started by the first sweep, also after %i missed ones',
  async (missed) => {
    const { taskHub, request, sweep } = await setUp();
    jest.setSystemTime(START + missed * SWEEP_MS);
    await sweep();
    expect(taskHub.starts).toEqual([`sl-run:gpu:${request.requestID}`]);
  },
);

test('a place on which a process works is checked in one of ten sweeps', async () => {
  const { taskHub, queues, request, sweep } = await setUp();
  await queues.of(endpoint).change(claiming(request, 'alive'));
  const alive = { ...createLeases(new MemoryTable()), alive: () => Promise.resolve(new Set(['alive'])) };
  const looks = jest.spyOn(taskHub, 'getStatus');
  for (const missed of SWEEPS) {
    jest.setSystemTime(START + missed * SWEEP_MS);
    await sweep(alive);
  }
  expect(looks).toHaveBeenCalledTimes(1);
});
