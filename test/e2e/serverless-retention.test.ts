import { forEachConcurrently } from '../../src/serverless/concurrently.js';
import { RequestHub } from '../../src/serverless/hub.js';
import { PAGE_SIZE } from '../../src/serverless/queue.js';
import { createRequestIndex } from '../../src/serverless/request-index.js';
import { deleteOldRequests } from '../../src/serverless/retention.js';
import { createBlobStore } from '../../src/platform/storage.js';
import { durableClientFor } from '../support/durable-client.js';
import { eventually } from '../support/eventually.js';
import {
  startServerlessApp,
  type Accepted,
  type EndpointClient,
  type ServerlessApp,
} from '../support/serverless-app.js';

const HOUR = 3_600_000;

let app: ServerlessApp;
beforeAll(async () => {
  app = await startServerlessApp();
});
afterAll(() => app.stop());

const hubOf = () => new RequestHub(durableClientFor(app.stack.url));

/** Runs retention as if so many hours later. @returns the number of deleted requests */
async function deleteOld(hours: number, budgetMs = HOUR): Promise<number> {
  const failures: unknown[] = [];
  const hub = hubOf();
  const deleted = await deleteOldRequests({
    endpoints: app.endpoints,
    hub,
    index: createRequestIndex(hub),
    blobs: createBlobStore(app.stack.storage.connectionString, 'longhaul'),
    now: Date.now() + hours * HOUR,
    deadline: Date.now() + budgetMs,
    onFailure: (endpoint, thrown) => failures.push({ endpoint, thrown }),
  });
  expect(failures).toEqual([]);
  return deleted;
}

const queueOf = ({ id }: EndpointClient) => hubOf().readQueue(id);
const pages = async (endpoint: EndpointClient, page: number) => {
  const url = `${app.stack.url}/runtime/webhooks/durabletask/entities/serverless_page/${endpoint.id}!${page}`;
  return (await fetch(url)).status;
};

test('a deleted endpoint’s requests end, and are deleted like all others', async () => {
  const short = await app.endpoint('short');
  const running = await short.queue({ hold: 'short' });
  await app.worker.called(running.id);
  await short.queue({});
  await app.endpoints.delete('short');
  await eventually(async () => ((await short.send('GET', 'status')).status === 401 ? true : undefined), 'a 401');
  expect(await deleteOld(25)).toBe(0);
  expect(await app.endpoints.deleted()).toEqual(['short']);
  app.worker.release('short');
  await eventually(async () => ((await queueOf(short)).running.length === 0 ? true : undefined), 'the queue to end');
  await eventually(async () => {
    await deleteOld(25);
    return (await app.endpoints.deleted()).length === 0 ? true : undefined;
  }, 'all to be deleted');
});

test('requests are deleted a day after their end, page by page, and those that live are kept', async () => {
  const many = await app.endpoint('many', { workers: 20 });
  const accepted: Accepted[] = [];
  await forEachConcurrently(Array.from({ length: PAGE_SIZE + 1 }), async () => {
    accepted.push(await many.queue({}));
  });
  const delivered = ({ message }: { message: string }) => message.includes('delivered');
  await forEachConcurrently(accepted, async ({ id }) => {
    await many.until(id, delivered);
  });
  const running = await many.queue({ hold: 'the last' });
  await app.worker.called(running.id);

  expect(await deleteOld(23)).toBe(0);
  expect(await pages(many, 0)).toBe(200);
  expect(await deleteOld(25, -1)).toBe(0);
  expect(await deleteOld(25)).toBe(PAGE_SIZE + 1);
  expect(await many.status(accepted[0]?.id ?? '')).toMatchObject({
    status: 'not found',
    message: 'there is no such request',
  });
  expect(await many.status(running.id)).toMatchObject({ status: 'running' });
  await eventually(async () => ((await pages(many, 0)) === 404 ? true : undefined), 'the page to go');
  expect(await queueOf(many)).toMatchObject({ firstPage: 1, last: PAGE_SIZE + 2, running: [PAGE_SIZE + 2] });
  expect(await deleteOld(25)).toBe(0);

  app.worker.release('the last');
  await many.until(running.id, delivered);
  expect(await deleteOld(25)).toBe(1);
  expect((await many.queue({})).sequence).toBe(String(PAGE_SIZE + 3));
});
