import { setTimeout as pause } from 'node:timers/promises';
import { createTableStore } from '../../src/platform/storage.js';
import { partitionOf } from '../../src/serverless/queue/queues.js';
import { requestKey, requestOfRow, type RequestRecord } from '../../src/serverless/requests/request-row.js';
import { eventually, UNDER_KILLS_MS } from '../support/eventually.js';
import { startServerlessApp, type ServerlessApp } from '../support/serverless-app.js';
import { OperationsLoad } from '../support/operations-load.js';
import { ServerlessLoad } from '../support/serverless-load.js';
import { startServerlessWorker, type ServerlessWorker, type WorkerCall } from '../support/serverless-worker.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';

/** Makes the six attempts at a webhook within seconds. */
const env = { SERVERLESS_WEBHOOK_SPAN_MS: '3000' };
const ATTEMPTS = 6;
/** Moments at which the app is killed, in milliseconds after it serves. */
const KILLS = 5;
const PROCESSES = 3;
const LATEST_KILL_MS = 1_500;
/** The clients wait for the start, then for the end, and the checks afterwards for webhooks. */
const UNDER_LOAD_MS = 3 * UNDER_KILLS_MS;
const STATUS_CODES: Readonly<Record<string, number>> = { succeed: 200, failed: 500, canceled: 409, expired: 408 };

let app: ServerlessApp;
beforeEach(async () => {
  app = await startServerlessApp({ env });
});
afterEach(() => app.stop());

/** The requests of an endpoint as they are stored, by their ids. */
async function requestsOf(endpoint: string): Promise<Map<string, RequestRecord>> {
  const table = createTableStore(app.stack.storage.connectionString, 'serverlessrequests');
  const found = await app.endpoints.find(endpoint);
  const partition = partitionOf(found ?? { id: endpoint, createdAt: '' });
  const rows = await table.query(`PartitionKey eq '${partition}' and RowKey ge '${requestKey(0)}'`, 1_000);
  return new Map(rows.map(requestOfRow).map((request) => [request.requestID, request]));
}

/** Those, once each row has its end: rows of a clean-up that a kill interrupted are marked by the next sweep. */
function allEnded(endpoint: string): Promise<Map<string, RequestRecord>> {
  return eventually(async () => {
    const requests = await requestsOf(endpoint);
    return [...requests.values()].every(({ end }) => end) ? requests : undefined;
  }, `the end of each request of ${endpoint}`);
}

describe('under load, with kills of the app,', () => {
  interface Endpoint {
    cap: number;
    worker: ServerlessWorker;
    load: ServerlessLoad;
  }
  const endpoints: Endpoint[] = [];
  afterEach(() => Promise.all(endpoints.splice(0).map(({ worker }) => worker.close())));

  async function endpoint(id: string, cap: number): Promise<Endpoint> {
    const worker = await startServerlessWorker();
    const client = await app.endpoint(id, { worker: { url: worker.url }, workers: cap });
    const made = { cap, worker, load: new ServerlessLoad(client, app.receiver) };
    endpoints.push(made);
    return made;
  }

  const killApp = async () => {
    await app.stack.kill('app', 'SIGKILL');
    await app.stack.restart('app');
  };
  const killOne = async () => {
    const { restarted } = await app.stack.killProcess(Math.floor(Math.random() * PROCESSES));
    await restarted;
  };

  test.each([
    ['the app is one process, and is killed', { env }, killApp],
    ['three processes are killed together', { env, processes: PROCESSES }, killApp],
    ['one of three processes is killed', { env, processes: PROCESSES }, killOne],
  ])(
    'each request has one end, its place in order, no more beside it than the cap, and its webhook: %s',
    async (_, options, kill) => {
      await app.stop();
      app = await startServerlessApp(options);
      const operations = new OperationsLoad(app.stack.url);
      const [single, pool] = [await endpoint('single', 1), await endpoint('pool', 4)];
      const loads = [single.load, pool.load];
      const over = [single.load.send(80, 3), pool.load.send(160, 6), ...loads.map((load) => load.watch())];
      over.push(operations.toEnd());
      for (let kills = 0; kills < KILLS; kills++) {
        await pause(Math.random() * LATEST_KILL_MS); // the moment is the input of this test
        if (kills === 2) over.push(...loads.map((load) => load.clean()));
        await kill();
      }
      await Promise.all(over);

      for (const { cap, worker, load } of endpoints) {
        const requests = await allEnded(load.client.id);
        expectOneEndEach(load, worker.calls, requests);
        expect(await load.client.count()).toBe(0);
        await expectWebhooks(load);
        expectCap(worker.calls, cap);
        expectOrder(worker.calls, requests, cap);
        expectFewRepeats(worker.calls, cap);
      }
    },
    UNDER_LOAD_MS,
  );

  function expectOneEndEach(
    { submitted, ends, cleaned }: ServerlessLoad,
    calls: readonly WorkerCall[],
    requests: Map<string, RequestRecord>,
  ): void {
    const called = new Set(calls.map(({ requestID }) => requestID));
    for (const { id, plan, canceled } of submitted) {
      const [end, ...others] = ends.get(id) ?? [];
      expect([id, others]).toEqual([id, []]);
      // The answer of a clean-up may be lost at a kill: what was canceled without a call was dropped.
      const isDropped = cleaned.includes(id) || (requests.get(id)?.end?.state === 'canceled' && !called.has(id));
      expect(isDropped || canceled ? [...plan.ends, 'canceled'] : plan.ends).toContain(end);
    }
    expect(cleaned.filter((id) => called.has(id))).toEqual([]);
    expect(new Set(submitted.map(({ sequence }) => sequence)).size).toBe(submitted.length);
  }

  /** Each webhook has the end of its request, the same in each attempt, and is delivered or given up. */
  async function expectWebhooks({ submitted, ends }: ServerlessLoad): Promise<void> {
    for (const { id, plan } of submitted) {
      const deliveries = await eventually(() => {
        const made = app.receiver.of(id);
        const isOver = plan.hook?.status === 404 ? made.length >= ATTEMPTS : made.some(({ taken }) => taken);
        return Promise.resolve(isOver ? made : undefined); // of what was canceled, the status does not say
      }, `the webhook of ${id}`);
      const [end = ''] = ends.get(id) ?? [];
      expect(new Set(deliveries.map(({ statusCode }) => statusCode))).toEqual(new Set([STATUS_CODES[end]]));
      expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1);
    }
  }

  /** Abandoned calls had left their places, perhaps before the worker knew. */
  const kept = (calls: readonly WorkerCall[]) => calls.filter(({ abandoned }) => !abandoned);

  function expectCap(calls: readonly WorkerCall[], cap: number): void {
    for (const { beganAt: at } of kept(calls)) {
      const underWay = kept(calls).filter(({ beganAt, endedAt }) => beganAt <= at && at < endedAt);
      expect(underWay.length).toBeLessThanOrEqual(cap);
    }
  }

  /** Places are given in order: a call can overtake at most those that have a place at the same time. */
  function expectOrder(calls: readonly WorkerCall[], requests: Map<string, RequestRecord>, cap: number): void {
    const firsts = calls.filter(
      (call, index) => calls.findIndex(({ requestID }) => requestID === call.requestID) === index,
    );
    const sequenceOf = ({ requestID }: WorkerCall) => requests.get(requestID)?.sequence ?? NaN;
    const late = new Set<string>();
    for (const [index, call] of firsts.entries()) {
      const overtaken = kept(firsts.slice(index + 1)).filter((later) => sequenceOf(later) < sequenceOf(call));
      for (const { requestID } of overtaken.slice(0, overtaken.length - cap + 1)) late.add(requestID);
    }
    // The place of a process that is killed is given to others, before its request is begun again.
    expect(late.size).toBeLessThanOrEqual(KILLS * cap);
  }

  /** Only calls that run at a kill are repeated; and hang-ups on a kept connection, which may have been closed before. */
  function expectFewRepeats(calls: readonly WorkerCall[], cap: number): void {
    const steady = calls.filter(({ input }) => input.fault !== 'hangUp').map(({ requestID }) => requestID);
    expect(steady.length - new Set(steady).size).toBeLessThanOrEqual(KILLS * cap);
  }
});

const webhookOf = async (id: string) => {
  const { statusCode, body } = await app.receiver.taken(id);
  return [statusCode, body];
};

test('a worker that is away fails its requests one after another, and gets the next when it is back', async () => {
  const worker = await startServerlessWorker();
  const client = await app.endpoint('away', { worker: { url: worker.url } });
  await worker.close();
  const { id } = await client.queue({});
  const message = `failed to handle message ${id}: the worker cannot be reached, or hung up`;
  expect(await client.ended(id)).toMatchObject({ statusCode: 500, status: 'failed', message });
  expect(await webhookOf(id)).toEqual([500, JSON.stringify({ error: message })]);
  const back = await startServerlessWorker(Number(new URL(worker.url).port));
  try {
    expect(await client.ended((await client.queue({})).id)).toMatchObject({ status: 'succeed' });
  } finally {
    await back.close();
  }
});

test('storage that hangs loses no request, and every client gets an answer', async () => {
  const client = await app.endpoint('hangs');
  const running = await client.queue({ hold: 'a while' });
  await app.worker.called(running.id);
  const queued = await client.queue({});
  const storage = app.stack.pid('storage') ?? 0;
  process.kill(storage, 'SIGSTOP');
  try {
    // The app caches the endpoint for a moment.
    const refused = await eventually(async () => {
      const answer = await client.send('POST', 'async', JSON.stringify({ input: {}, webhook: app.receiver.webhook() }));
      return answer.status === 200 ? undefined : answer;
    });
    expect([refused.status, refused.json]).toEqual([500, { error: 'failed to publish message' }]);
    const others = await Promise.all([client.send('GET', 'status'), client.send('DELETE', 'async')]);
    expect(others.map(({ status }) => status)).toEqual([500, 500]);
    expect(others.map(({ json }) => json)).toEqual([
      { error: 'failed to get status' },
      { error: 'failed to cancel message(s)' },
    ]);
    app.worker.release('a while');
  } finally {
    process.kill(storage, 'SIGCONT');
  }
  expect(await webhookOf(running.id)).toEqual([200, '{"hold":"a while"}']);
  expect(await webhookOf(queued.id)).toEqual([200, '{}']);
});

test('while storage is away no attempt at a webhook counts, and the webhook is delivered afterwards', async () => {
  const client = await app.endpoint('outage');
  // The receiver holds its answer to the first attempt until storage is away, so that its outcome is not stored.
  const webhook = app.receiver.webhook({ status: 500, delayMs: 8_000, times: 1 });
  const [short, long] = [await client.queue({}, { webhook }), await client.queue({ bytes: 20_000 }, { webhook })];
  for (const { id } of [short, long])
    await eventually(() => Promise.resolve(app.receiver.of(id)[0]), `the first attempt of ${id}`);
  const isFailure = (line: string) => /Function\.serverless_deliver\.User: .*Storage cannot be reached/.test(line);
  await app.stack.kill('storage', 'SIGTERM');
  await eventually(() => {
    const failures = app.stack.log('app').filter(isFailure);
    return Promise.resolve(failures.length >= 2 * ATTEMPTS || undefined);
  }, 'more failures than a webhook has attempts');
  for (const { id } of [short, long]) expect(app.receiver.of(id)).toHaveLength(1);
  await app.stack.restart('storage');
  expect(await webhookOf(short.id)).toEqual([200, '{}']);
  expect(await webhookOf(long.id)).toEqual([200, 'x'.repeat(20_000)]);
  for (const { id } of [short, long]) {
    const { message } = await client.until(id, (status) => status.message.includes('delivered'));
    expect(message).toBe('webhook delivered after 1 attempt');
    expect(app.receiver.of(id)).toHaveLength(2);
  }
});

test('a receiver that is away gets its webhook when it is back, although the app was killed meanwhile', async () => {
  const client = await app.endpoint('unheard');
  const away = await startWebhookReceiver();
  await away.close();
  const { id } = await client.queue({}, { webhook: away.webhook() });
  await client.until(id, ({ message }) => message.startsWith('webhook pending after'));
  await app.stack.kill('app', 'SIGKILL');
  const back = await startWebhookReceiver(Number(new URL(away.url).port));
  try {
    await app.stack.restart('app');
    expect(await back.taken(id)).toMatchObject({ statusCode: 200, body: '{}' });
    await client.until(id, ({ message }) => message.startsWith('webhook delivered after'));
  } finally {
    await back.close();
  }
});

test('when an endpoint is deleted, running requests end, queued ones fail, and all webhooks are delivered', async () => {
  const client = await app.endpoint('deleted');
  const running = await client.queue({ hold: 'the end' });
  await app.worker.called(running.id);
  const queued = [await client.queue({}), await client.queue({})];
  await app.endpoints.delete('deleted');
  await eventually(async () => ((await client.send('GET', 'status')).status === 401 ? true : undefined));
  app.worker.release('the end');
  expect(await webhookOf(running.id)).toEqual([200, '{"hold":"the end"}']);
  for (const { id } of queued) {
    const error = `failed to handle message ${id}: the endpoint has no worker any more`;
    expect(await webhookOf(id)).toEqual([500, JSON.stringify({ error })]);
  }
});
