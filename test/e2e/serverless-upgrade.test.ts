import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startStack, type Stack } from '../support/test-stack.js';
import { createBlobStore, createTableStore } from '../../src/platform/storage.js';
import { PAGE_ENTITY, QUEUE_ENTITY } from '../../src/serverless/earlier/earlier.js';
import { createEndpointStore } from '../../src/serverless/endpoints/endpoint-store.js';
import { RequestHub } from '../../src/serverless/requests/hub.js';
import { deleteOldBlobs } from '../../src/serverless/results/blobs.js';
import { DurableApi } from '../support/durable-api.js';
import { durableClientFor } from '../support/durable-client.js';
import { eventually } from '../support/eventually.js';
import { deleteOld } from '../support/retention.js';
import { EndpointClient } from '../support/serverless-app.js';
import { startServerlessWorker, type ServerlessWorker } from '../support/serverless-worker.js';
import { createTempApp } from '../support/temp-app.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

/** The functions of the version that kept a queue in entities, as far as their stored state goes. */
const EARLIER = `
const df = require('durable-functions');
df.app.orchestration('serverless_request', function* (context) {
  const { status, isOver } = context.df.getInput();
  context.df.setCustomStatus(status);
  if (!isOver) yield context.df.waitForExternalEvent('turn');
});
df.app.orchestration('serverless_tend', function* () {});
for (const name of ['serverless_queue', 'serverless_page'])
  df.app.entity(name, ({ df }) => df.setState(df.getInput()));
`;
const HOUR = 3_600_000;
const PAGE = 100;

let dir: string;
let worker: ServerlessWorker;
let receiver: WebhookReceiver;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'longhaul-'));
  [worker, receiver] = await Promise.all([startServerlessWorker(), startWebhookReceiver()]);
});
afterAll(async () => {
  await Promise.all([worker.close(), receiver.close()]);
  await rm(dir, { recursive: true, force: true });
});

interface Earlier {
  id: string;
  sequence: number;
  status: object;
  isOver?: boolean;
  more?: object;
}

const inputBlobOf = (id: string) => `serverless/old/${id}/input`;

const earlier = (sequence: number, status: object, more: Pick<Earlier, 'isOver' | 'more'> = {}): Earlier => ({
  id: randomUUID(),
  sequence,
  status: { mode: 'async', sequence, ...status },
  ...more,
});

test('requests that an earlier version accepted are finished, in their order and once', async () => {
  const waits = earlier(PAGE, { state: 'queued' });
  const undelivered = earlier(PAGE + 1, {
    ...{ state: 'succeed', endedAt: Date.now() },
    result: { base64: Buffer.from('done').toString('base64'), contentType: 'text/plain' },
    delivery: { state: 'pending', attempts: 1, error: 'no' },
  });
  const running = earlier(PAGE + 2, { state: 'running' });
  const sync = earlier(PAGE + 3, { state: 'queued', mode: 'sync' }, { more: { mode: 'sync' } });
  const last = earlier(PAGE + 4, { state: 'queued' });
  const ended = earlier(PAGE + 5, { state: 'canceled', endedAt: Date.now() }, { isOver: true });
  const all = [waits, undelivered, running, sync, last, ended];
  const key = await storeAsBefore(all);

  const stack = await startStack({ dir });
  try {
    const client = new EndpointClient(stack.url, 'old', key, receiver.webhook());
    for (const { id } of [waits, running, last])
      expect(await client.ended(id)).toMatchObject({ requestID: id, status: 'succeed' });
    expect(worker.calls.map(({ requestID }) => requestID)).toEqual([waits.id, running.id, last.id]);
    for (const { id, sequence } of [waits, running, last])
      expect(await receiver.taken(id)).toMatchObject({ statusCode: 200, body: JSON.stringify({ sequence }) });
    expect(await receiver.taken(undelivered.id)).toMatchObject({ statusCode: 200, body: 'done' });
    expect(await client.status(undelivered.id)).toMatchObject({ status: 'succeed' });
    expect(await client.status(ended.id)).toMatchObject({ status: 'canceled' });
    expect(await client.cancel({ id: waits.id, sequence: String(waits.sequence) })).toMatchObject({ status: 200 });
    const next = await client.queue({});
    expect(next.sequence).toBe(String(PAGE + 6));
    await client.until(next.id, ({ message }) => message.includes('delivered'));

    const blobs = createBlobStore(stack.storage.connectionString, 'longhaul');
    const leftAt = async (hours: number) => {
      await deleteOld(hours, stack);
      await deleteOldBlobs(blobs, { now: Date.now() + hours * HOUR, deadline: Date.now() + HOUR });
      return leftIn(stack);
    };
    const left = [...all.map(({ id }) => `sl:old:${id}`), 'sl-tend:old'].sort();
    const entities = { queue: true, page: true };
    expect(await leftAt(47)).toEqual({ instances: left, ...entities, blobs: ['serverless/old/'] });
    expect(await client.status(ended.id)).toMatchObject({ status: 'canceled' });
    await eventually(async () => {
      const found = await leftAt(49);
      return found.instances.length === 0 && !found.queue ? found : undefined;
    }, 'the end of all that is left');
    expect(await leftIn(stack)).toEqual({ instances: [], queue: false, page: false, blobs: [] });
    expect(await client.status(ended.id)).toMatchObject({ status: 'not found' });
    expect((await client.queue({})).sequence).toBe(String(PAGE + 7));
  } finally {
    await stack.stop();
  }
});

/** What is left of the earlier version. */
async function leftIn({ url, storage }: Stack) {
  const { body } = await new DurableApi(url).send('GET', 'instances?instanceIdPrefix=sl');
  const ids = (body as { instanceId: string }[]).map(({ instanceId }) => instanceId);
  const hub = new RequestHub(durableClientFor(url));
  const blobs = createBlobStore(storage.connectionString, 'longhaul');
  return {
    instances: ids.filter((id) => /^sl(-tend)?:/.test(id)).sort(),
    queue: (await hub.readEntity(QUEUE_ENTITY, 'old')) !== undefined,
    page: (await hub.readEntity(PAGE_ENTITY, 'old!0')) !== undefined,
    blobs: (await blobs.folders('serverless/')).filter((folder) => folder === 'serverless/old/'),
  };
}

/** Stores the state of a queue as the version before did. @returns the endpoint's key */
async function storeAsBefore(requests: readonly Earlier[]): Promise<string> {
  const app = await createTempApp({
    main: 'functions.js',
    hostJson: { version: '2.0', extensions: { durableTask: { hubName: 'Longhaul' } } },
    files: { 'functions.js': EARLIER },
  });
  const stack = await startStack({ dir, app: app.dir });
  try {
    const endpoints = createEndpointStore(createTableStore(stack.storage.connectionString, 'serverless'));
    const limits = { workers: 1, maxSyncWaiting: 1, maxQueued: 100 };
    const { key } = await endpoints.create('old', { worker: { url: worker.url }, ...limits });
    const blobs = createBlobStore(stack.storage.connectionString, 'longhaul');
    for (const { id, sequence } of requests)
      await blobs.put(inputBlobOf(id), Buffer.from(JSON.stringify({ sequence })), 'application/json');
    const api = `${stack.url}/runtime/webhooks/durabletask`;
    const post = async (url: string, body: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${api}/${url}`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect([url, answer.status]).toEqual([url, 202]);
    };
    for (const { id, sequence: _, more, ...state } of requests) {
      const input = {
        ...{ endpoint: 'old', requestID: id, mode: 'async', input: { blob: inputBlobOf(id) } },
        ...{ webhook: receiver.webhook(), deadline: Date.now() + HOUR, asOf: Date.now(), gapsMs: [1, 1, 1, 1, 1] },
        ...{ workers: 1, maxSyncWaiting: 1, ...more, ...state },
      };
      await post(`orchestrators/serverless_request/${encodeURIComponent(`sl:old:${id}`)}`, input);
    }
    await post(`orchestrators/serverless_tend/${encodeURIComponent('sl-tend:old')}`, {});
    const ids = [...Array.from({ length: PAGE - 1 }, () => randomUUID()), ...requests.map(({ id }) => id)];
    await post('entities/serverless_page/old!0?op=write', ids.slice(0, PAGE));
    const queue = { last: ids.length, head: PAGE - 1, tail: ids.slice(PAGE), firstPage: 0, running: [PAGE + 2] };
    await post('entities/serverless_queue/old?op=set', queue);
    return key;
  } finally {
    await stack.stop();
  }
}
