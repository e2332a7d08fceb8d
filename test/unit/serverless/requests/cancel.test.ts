import { type TableStore } from '../../../../src/platform/storage.js';
import { type Endpoint } from '../../../../src/serverless/endpoints/endpoint-store.js';
import { canceling, entering, started } from '../../../../src/serverless/queue/changes.js';
import { EndpointQueue, MAX_UNDELIVERED } from '../../../../src/serverless/queue/endpoint-queue.js';
import { emptyQueue } from '../../../../src/serverless/queue/queue.js';
import { type Queues } from '../../../../src/serverless/queue/queues.js';
import { Requests } from '../../../../src/serverless/requests/requests.js';
import { eventually } from '../../../support/eventually.js';
import { MemoryTable } from '../../../support/memory-table.js';

const LIMITS = { workers: 0, maxQueued: 1_000, maxSyncWaiting: 1, asOf: 1 };
const endpoint = { id: 'endpoint', createdAt: '2026-11-22T04:15:00.250Z' } as Endpoint;

/** A queue as a process has it, whose events are left to others. */
function processOf(table: TableStore): EndpointQueue {
  const ignore = () => Promise.resolve();
  const first = () => Promise.resolve(emptyQueue);
  return new EndpointQueue({ table, partition: 'endpoint@1', first, onGranted: ignore, onDropped: ignore });
}

async function enter(queue: EndpointQueue) {
  const ids = { mode: 'async' as const, owner: '', input: { text: '{}' }, webhook: 'https://receiver.test/' };
  const entered = await queue.change(entering({ ...ids, acceptedAt: 0, deadline: Date.now() + 60_000 }, LIMITS));
  if (entered.refused) throw new Error(`refused: ${entered.refused}`);
  return entered.request;
}

test('a cancellation that waits for deliveries of another process reads the queue at intervals', async () => {
  const table = new MemoryTable();
  const other = processOf(table);
  const canceled = await Promise.all(Array.from({ length: MAX_UNDELIVERED }, () => enter(other)));
  await Promise.all(canceled.map(({ sequence, requestID }) => other.change(canceling(sequence, requestID))));
  const { sequence, requestID } = await enter(other);

  const reads = jest.spyOn(table, 'read');
  const queue = processOf(table);
  const queues = { of: () => queue } as unknown as Queues;
  const requests = new Requests({ queues } as unknown as ConstructorParameters<typeof Requests>[0]);
  const answer = requests.cancel(endpoint, requestID, sequence);
  await eventually(() => Promise.resolve(reads.mock.calls.length >= 4 || undefined), 'some reads');
  expect(reads.mock.calls.length).toBeLessThan(10);
  await other.change(started(canceled.map((request) => request.sequence)));
  await answer;
  expect((await other.request(sequence))?.end).toMatchObject({ state: 'canceled' });
});
