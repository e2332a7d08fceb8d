import { setTimeout as pause } from 'node:timers/promises';
import { createTableStore } from '../../src/platform/storage.js';
import { partitionOf } from '../../src/serverless/queue/queues.js';
import { requestKey, requestOfRow, type RequestRecord } from '../../src/serverless/requests/request-row.js';
import { eventually, UNDER_KILLS_MS } from '../support/eventually.js';
import { startFakePlates } from '../support/fake-service.js';
import { startServerlessApp, type ServerlessApp } from '../support/serverless-app.js';
import { OperationsLoad } from '../support/operations-load.js';
import { ServerlessLoad } from '../support/serverless-load.js';
import { startServerlessWorker, type ServerlessWorker, type WorkerCall } from '../support/serverless-worker.js';

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
  let plates: Awaited<ReturnType<typeof startFakePlates>>;
  beforeEach(async () => {
    plates = await startFakePlates();
  });
  afterEach(async () => {
    await app.stop();
    await Promise.all([plates.close(), ...endpoints.splice(0).map(({ worker }) => worker.close())]);
  });

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
      app = await startServerlessApp({ ...options, external: plates.external });
      const operations = new OperationsLoad(app.stack.url);
      const [single, pool] = [await endpoint('single', 1), await endpoint('pool', 4)];
      const loads = [single.load, pool.load];
      const over = [single.load.send(40, 3), pool.load.send(80, 6), ...loads.map((load) => load.watch())];
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
