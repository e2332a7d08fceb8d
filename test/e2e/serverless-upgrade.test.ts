import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startStack } from '../../dev/stack.js';
import { createTableStore } from '../../src/platform/storage.js';
import { createEndpointStore } from '../../src/serverless/endpoints/endpoint-store.js';
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
    expect((await client.queue({})).sequence).toBe(String(PAGE + 6));
  } finally {
    await stack.stop();
  }
});

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
    const api = `${stack.url}/runtime/webhooks/durabletask`;
    const post = async (url: string, body: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${api}/${url}`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect([url, answer.status]).toEqual([url, 202]);
    };
    for (const { id, sequence, more, ...state } of requests) {
      const input = {
        ...{ endpoint: 'old', requestID: id, mode: 'async', input: { text: JSON.stringify({ sequence }) } },
        ...{ webhook: receiver.webhook(), deadline: Date.now() + HOUR, asOf: Date.now(), gapsMs: [1, 1, 1, 1, 1] },
        ...{ workers: 1, maxSyncWaiting: 1, ...more, ...state },
      };
      await post(`orchestrators/serverless_request/${encodeURIComponent(`sl:old:${id}`)}`, input);
    }
    const ids = [...Array.from({ length: PAGE - 1 }, () => randomUUID()), ...requests.map(({ id }) => id)];
    await post('entities/serverless_page/old!0?op=write', ids.slice(0, PAGE));
    const queue = { last: ids.length, head: PAGE - 1, tail: ids.slice(PAGE), firstPage: 0, running: [PAGE + 2] };
    await post('entities/serverless_queue/old?op=set', queue);
    return key;
  } finally {
    await stack.stop();
  }
}
