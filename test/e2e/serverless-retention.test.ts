import { createBlobStore, createTableStore } from '../../src/platform/storage.js';
import { deleteOldRequests } from '../../src/serverless/cleanup/retention.js';
import { forEachConcurrently } from '../../src/serverless/concurrently.js';
import { deleteOldBlobs } from '../../src/serverless/results/blobs.js';
import { RequestHub } from '../../src/serverless/requests/hub.js';
import { durableClientFor } from '../support/durable-client.js';
import { eventually } from '../support/eventually.js';
import { startServerlessApp, type Accepted, type ServerlessApp } from '../support/serverless-app.js';

const HOUR = 3_600_000;
/** Rows that retention deletes at a time. */
const PAGE = 100;

let app: ServerlessApp;
beforeAll(async () => {
  app = await startServerlessApp();
});
afterAll(() => app.stop());

/** Runs retention as if so many hours later. @returns the number of deleted requests */
async function deleteOld(hours: number, budgetMs = HOUR): Promise<number> {
  const failures: unknown[] = [];
  const deleted = await deleteOldRequests({
    endpoints: app.endpoints,
    hub: new RequestHub(durableClientFor(app.stack.url)),
    table: createTableStore(app.stack.storage.connectionString, 'serverlessrequests'),
    now: Date.now() + hours * HOUR,
    deadline: Date.now() + budgetMs,
    onFailure: (endpoint, thrown) => failures.push({ endpoint, thrown }),
  });
  expect(failures).toEqual([]);
  return deleted;
}

const delivered = ({ message }: { message: string }) => message.includes('delivered');

test('a deleted endpoint’s requests end, and are deleted like all others', async () => {
  const short = await app.endpoint('short');
  const running = await short.queue({ hold: 'short' });
  await app.worker.called(running.id);
  const queued = await short.queue({});
  await app.endpoints.delete('short');
  await eventually(async () => ((await short.send('GET', 'status')).status === 401 ? true : undefined), 'a 401');
  expect(await deleteOld(47)).toBe(0);
  expect(await app.endpoints.deleted()).toMatchObject([{ id: 'short' }]);
  app.worker.release('short');
  await Promise.all([running, queued].map(({ id }) => app.receiver.taken(id)));
  expect(await deleteOld(49)).toBe(2);
  expect(await deleteOld(49)).toBe(0);
  expect(await app.endpoints.deleted()).toEqual([]);
});

test('requests are deleted two days after they were accepted, page by page', async () => {
  const many = await app.endpoint('many', { workers: 20 });
  const accepted: Accepted[] = [];
  await forEachConcurrently(Array.from({ length: PAGE + 1 }), async () => {
    accepted.push(await many.queue({}));
  });
  await forEachConcurrently(accepted, async ({ id }) => {
    await many.until(id, delivered);
  });
  expect(await deleteOld(47)).toBe(0);
  expect(await deleteOld(49, -1)).toBe(0);
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
