import { setTimeout as pause } from 'node:timers/promises';
import { createBlobStore } from '../../src/platform/storage.js';
import { requestKey } from '../../src/serverless/requests/request-row.js';
import { deleteOldBlobs } from '../../src/serverless/results/blobs.js';
import { Client } from '../support/client.js';
import { DurableApi, type InstanceStatus } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { deleteOld, operationsIn, requestsTable, retain } from '../support/retention.js';
import {
  startServerlessApp,
  type Accepted,
  type EndpointClient,
  type ServerlessApp,
} from '../support/serverless-app.js';

/** The timers of the app in three processes at the same moment: Azure may run one twice while it moves to another instance. */

const PROCESSES = 3;
const HOUR = 3_600_000;
const TIMERS = [
  'books_cleanup',
  'files_clean_up',
  'files_tend_analyses',
  'files_violations',
  'operations_retention',
  'operations_tend_webhooks',
  'serverless_retention',
  'serverless_tend_queues',
  'upstreams_tend',
];

let app: ServerlessApp;
let plates: Client;
let durable: DurableApi;
beforeAll(async () => {
  app = await startServerlessApp({ services: ['imageProvider', 'plateReader'], processes: PROCESSES });
  plates = new Client(app.stack.url);
  durable = new DurableApi(app.stack.url);
});
afterAll(() => app.stop());

const inAllProcesses = <T>(run: () => Promise<T>) => Promise.all(Array.from({ length: PROCESSES }, run));
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Runs a timer in all processes: each call goes to the one with the least work. */
async function runTimer(name: string): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"input":""}' };
  const answers = await inAllProcesses(() => fetch(`${app.stack.url}/admin/functions/${name}`, init));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
}

/** Runs all timers, several times, while work goes on. */
async function runTimers(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await Promise.all(TIMERS.map(runTimer));
    await pause(50); // the moments are the input of this test
  }
}

/** Resolves when no orchestration runs: all that the timers could start has ended. */
function idle(): Promise<unknown> {
  return eventually(async () => {
    const { body } = await durable.send('GET', 'instances?runtimeStatus=Running,Pending&showInput=false');
    return (body as InstanceStatus[]).length === 0 || undefined;
  }, 'the end of all orchestrations');
}

async function queued(client: EndpointClient, count: number, input: object): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  for (let n = 0; n < count; n++) accepted.push(await client.queue(input));
  return accepted;
}

function expectOneWebhookEach(requests: readonly Accepted[]): void {
  for (const { id } of requests) expect([id, app.receiver.of(id).length]).toEqual([id, 1]);
}

const callsOf = ({ id }: Accepted) => app.worker.calls.filter(({ requestID }) => requestID === id).length;

test('these are all timers of the app', async () => {
  interface Described {
    name: string;
    config: { bindings: { type: string }[] };
  }
  const functions = (await (await fetch(`${app.stack.url}/admin/functions`)).json()) as Described[];
  const isTimer = ({ config }: Described) => config.bindings.some(({ type }) => type === 'timerTrigger');
  expect(
    functions
      .filter(isTimer)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(TIMERS);
});

test('beside work of all kinds, each request is called once, each webhook is sent once, and nothing is deleted', async () => {
  const client = await app.endpoint('care', { workers: 1, maxSyncWaiting: 5 });
  const held = await client.queue({ hold: 'care', bytes: 20_000 });
  await app.worker.called(held.id);
  const served = [held, ...(await queued(client, 12, { bytes: 10_000 }))];
  const canceled = await client.queue({});
  const sync = client.run({ waited: true });
  await eventually(async () => ((await client.count()) === 14 ? true : undefined), 'all that wait');
  const { id } = (await plates.post('/plates/recognize', { imageId: 9965 })).body;

  const timers = runTimers(10);
  const expiring = await client.queue({}, { policy: { ttl: 50 } });
  expect((await client.cancel(canceled)).status).toBe(200);
  await client.ended(expiring.id);
  await app.endpoints.update('care', { workers: 4 });
  await timers;
  app.worker.release('care');
  expect((await sync).json).toEqual({ waited: true });
  await runTimers(3);
  for (const request of served) await client.ended(request.id);
  await Promise.all([...served, canceled, expiring].map((request) => app.receiver.taken(request.id)));
  await idle();
  await runTimers(1);
  await idle();

  for (const request of served) {
    const { statusCode, result } = await client.status(request.id);
    expect([statusCode, result !== null, callsOf(request)]).toEqual([200, true, 1]);
  }
  expect(await client.status(canceled.id)).toMatchObject({ status: 'canceled' });
  expect(await client.status(expiring.id)).toMatchObject({ status: 'expired' });
  expectOneWebhookEach([...served, canceled, expiring]);
  expect(await client.count()).toBe(0);
  expect((await client.queue({})).sequence).toBe(String(served.length + 4));
  expect(await plates.finished(id)).toMatchObject({ status: 'Succeeded' });
});

test('beside a clean-up, each webhook of a dropped request is sent once', async () => {
  const client = await app.endpoint('dropped', { workers: 0 });
  const accepted = await queued(client, 100, {});
  const timers = runTimers(10);
  const { json } = await client.send('DELETE', 'async');
  expect((json as { cleaned: string[] }).cleaned).toEqual(accepted.map(({ id }) => id));
  await timers;
  await Promise.all(accepted.map(({ id }) => app.receiver.taken(id)));
  await runTimers(1);
  await idle();
  expectOneWebhookEach(accepted);
  expect(await client.count()).toBe(0);
});

test('a place of a process that is gone is given back once, and its request is called again once', async () => {
  const client = await app.endpoint('lost', { workers: 1 });
  const held = await client.queue({ hold: 'lost' });
  await app.worker.called(held.id);
  const next = await client.queue({});
  for (const index of app.stack.processes().keys()) await (await app.stack.killProcess(index)).restarted;
  app.worker.release('lost');
  await eventually(
    async () => {
      await runTimer('serverless_tend_queues');
      await pause(500);
      return (await client.status(held.id)).status === 'succeed' || undefined;
    },
    'the end of the request',
    90_000,
  );
  await client.ended(next.id);
  await Promise.all([held, next].map(({ id }) => app.receiver.taken(id)));
  await idle();
  expectOneWebhookEach([held, next]);
  expect([callsOf(held), callsOf(next)]).toEqual([2, 1]);
});

test('retention deletes nothing too early, and everything once', async () => {
  const client = await app.endpoint('old', { workers: 8 });
  const accepted = await Promise.all(Array.from({ length: 120 }, () => client.queue({ bytes: 9_000 })));
  await Promise.all(accepted.map(({ id }) => client.until(id, ({ message }) => message.includes('delivered'))));
  const ended = await plates.finished(await plates.post('/plates/recognize', { imageId: 9965 }));
  const blobs = createBlobStore(app.stack.storage.connectionString, 'longhaul');
  const deleteBlobs = (hours: number) =>
    inAllProcesses(() => deleteOldBlobs(blobs, { now: Date.now() + hours * HOUR, deadline: Date.now() + HOUR }));
  const folders = () => blobs.folders('serverless/results/');
  const deleteRequests = (hours: number) => inAllProcesses(() => deleteOld(hours, app.stack));
  const retainOperations = (hours: number) => inAllProcesses(() => retain(hours, app.stack));

  await deleteBlobs(3);
  expect(await deleteRequests(47)).toEqual([0, 0, 0]);
  for (const { expired, failed } of await retainOperations(71)) expect([expired, failed]).toEqual([0, 0]);
  for (const { id } of accepted) expect((await client.status(id)).result).not.toBeNull();
  expect(await plates.get(`/status/${ended.id}`)).toMatchObject({ status: 200, body: { status: 'Succeeded' } });

  const before = await operationsIn(0, app.stack).list({ top: 100 });
  expect(before.value.map(({ id }) => id)).toContain(ended.id);
  await deleteBlobs(6);
  expect(await folders()).toEqual([]);
  const [first] = accepted;
  const stored = await requestsTable(app.stack).query(`RowKey ge '${requestKey(0)}'`, 1_000);
  expect(stored.length).toBeGreaterThanOrEqual(accepted.length);
  expect(sum(await deleteRequests(49))).toBe(stored.length);
  expect(await client.status(first?.id ?? '')).toMatchObject({ message: 'there is no such request' });
  for (const { failed } of await retainOperations(73)) expect(failed).toBe(0);
  expect((await plates.get(`/status/${ended.id}`)).status).toBe(410);
  expect((await plates.get('/status')).body.value).toEqual([]);
  expect(await client.count()).toBe(0);
  expect((await client.queue({})).sequence).toBe(String(accepted.length + 1));
});
