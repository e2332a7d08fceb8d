import { createBlobStore, type TableStore } from '../../src/platform/storage.js';
import { concurrently, STORAGE_CALLS } from '../../src/platform/concurrently.js';
import { partitionOf } from '../../src/serverless/queue/queues.js';
import { rowOfRequest } from '../../src/serverless/requests/request-row.js';
import { deleteOldBlobs } from '../../src/serverless/results/blobs.js';
import { DurableApi } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { deleteOld as deleteOldIn, requestsTable } from '../support/retention.js';
import { startServerlessApp, type Accepted, type ServerlessApp } from '../support/serverless-app.js';

const HOUR = 3_600_000;
/** Rows that retention deletes at a time. */
const PAGE = 100;

let app: ServerlessApp;
beforeAll(async () => {
  app = await startServerlessApp();
});
afterAll(() => app.stop());

const deleteOld = (hours: number, options?: Parameters<typeof deleteOldIn>[2]) =>
  deleteOldIn(hours, app.stack, options);
const delivered = ({ message }: { message: string }) => message.includes('delivered');

test('a deleted endpoint’s requests end, and are deleted like all others', async () => {
  const short = await app.endpoint('short');
  const running = await short.queue({ hold: 'short' });
  await app.worker.called(running.id);
  const dropped = await short.queue({});
  expect((await short.send('DELETE', 'async')).status).toBe(200);
  await app.receiver.taken(dropped.id);
  const queued = await short.queue({});
  await app.endpoints.delete('short');
  await eventually(async () => ((await short.send('GET', 'status')).status === 401 ? true : undefined), 'a 401');
  expect(await deleteOld(47)).toBe(0);
  expect(await app.endpoints.deleted()).toMatchObject([{ id: 'short' }]);
  app.worker.release('short');
  await Promise.all([running, queued].map(({ id }) => app.receiver.taken(id)));
  const left = async () => (await new DurableApi(app.stack.url).send('GET', 'instances?instanceIdPrefix=sl-')).body;
  expect(await left()).not.toEqual([]);
  expect(await deleteOld(49)).toBe(3);
  expect(await deleteOld(49)).toBe(0);
  expect(await app.endpoints.deleted()).toEqual([]);
  expect(await left()).toEqual([]);
});

test('requests are deleted two days after they were accepted, page by page', async () => {
  const many = await app.endpoint('many', { workers: 20 });
  const accepted: Accepted[] = [];
  await concurrently(Array.from({ length: PAGE + 1 }), STORAGE_CALLS, async () => {
    accepted.push(await many.queue({}));
  });
  await concurrently(accepted, STORAGE_CALLS, async ({ id }) => {
    await many.until(id, delivered);
  });
  expect(await deleteOld(47)).toBe(0);
  expect(await deleteOld(49, { budgetMs: -1 })).toBe(0);
  expect(await deleteOld(49)).toBe(PAGE + 1);
  expect(await many.status(accepted[0]?.id ?? '')).toMatchObject({
    status: 'not found',
    message: 'there is no such request',
  });
  expect(await deleteOld(49)).toBe(0);
  expect((await many.queue({})).sequence).toBe(String(PAGE + 2));
});

test('inputs and results are deleted by their age, also when no request names them', async () => {
  const client = await app.endpoint('large');
  const blobs = createBlobStore(app.stack.storage.connectionString, 'longhaul');
  const stored = async () =>
    (await Promise.all(['inputs', 'results'].map((kind) => blobs.folders(`serverless/${kind}/`)))).map(
      ({ length }) => length,
    );
  const { id } = await client.queue({ bytes: 100_000, padding: 'x'.repeat(100_000) });
  await client.until(id, delivered);
  await blobs.put('serverless/results/2020-01-01T00/large/orphan', Buffer.of(1), 'application/octet-stream');
  const deleteAt = (hours: number) =>
    deleteOldBlobs(blobs, { now: Date.now() + hours * HOUR, deadline: Date.now() + HOUR });
  await deleteAt(0);
  expect(await stored()).toEqual([1, 1]);
  expect((await client.status(id)).result).not.toBeNull();
  await deleteAt(6);
  expect(await stored()).toEqual([1, 0]);
  await deleteAt(27);
  expect(await stored()).toEqual([0, 0]);
});

/** Stores so many requests of an endpoint that ended, and that have no instance in the task hub. */
async function storeRequests(table: TableStore, id: string, count: number): Promise<string> {
  const found = await app.endpoints.find(id);
  if (!found) throw new Error(`There is no endpoint ${id}.`);
  const partition = partitionOf(found);
  const sequences = Array.from({ length: count }, (_, index) => index + 1);
  for (let from = 0; from < count; from += PAGE) {
    const rows = sequences.slice(from, from + PAGE).map((sequence) => ({
      ...rowOfRequest(partition, {
        sequence,
        requestID: `r${sequence}`,
        mode: 'sync',
        acceptedAt: 1,
        deadline: 1,
        owner: '',
      }),
      state: 'succeed',
    }));
    await table.transact(rows.map((insert) => ({ insert })));
  }
  return partition;
}

test('retention takes a page of each endpoint in turn, so that a busy one does not hold up the others', async () => {
  await Promise.all([app.endpoint('busy'), app.endpoint('calm')]);
  const table = requestsTable(app.stack);
  const partitions = [await storeRequests(table, 'busy', 2 * PAGE + 50), await storeRequests(table, 'calm', 1)];
  const order: string[] = [];
  const recorded: TableStore = {
    ...table,
    transact: (writes) => {
      const [first] = writes;
      if (first && 'delete' in first) order.push(first.delete.partitionKey);
      return table.transact(writes);
    },
  };
  expect(await deleteOld(0, { table: recorded })).toBe(2 * PAGE + 51);
  const [busy] = partitions;
  const own = order.filter((partition) => partitions.includes(partition));
  expect(own.slice(0, 2).sort()).toEqual(partitions.sort());
  expect(own.slice(2)).toEqual([busy, busy]);
});

test('no endpoint is always the last one that retention comes to', async () => {
  await Promise.all([app.endpoint('left'), app.endpoint('right')]);
  const table = requestsTable(app.stack);
  const firsts = new Set<string>();
  for (let run = 0; run < 30; run++) {
    const filters: string[] = [];
    const query: TableStore['query'] = (filter, ...more) => {
      filters.push(filter);
      return table.query(filter, ...more);
    };
    await deleteOld(0, { table: { ...table, query } });
    firsts.add(filters[0] ?? '');
  }
  expect(firsts.size).toBeGreaterThan(1);
});

test('the blobs of an earlier version are deleted two days after they were stored', async () => {
  const blobs = createBlobStore(app.stack.storage.connectionString, 'longhaul');
  const names = ['serverless/gone/6e1f/input', 'serverless/inputs/6e1f/result', 'serverless/results/6e1f/input'];
  for (const name of names) await blobs.put(name, Buffer.of(1), 'application/octet-stream');
  const sizesAt = async (hours: number) => {
    await deleteOldBlobs(blobs, { now: Date.now() + hours * HOUR, deadline: Date.now() + HOUR });
    return Promise.all(names.map((name) => blobs.size(name)));
  };
  expect(await sizesAt(47)).toEqual([1, 1, 1]);
  expect(await sizesAt(49)).toEqual([undefined, undefined, undefined]);
});
