import { randomBytes } from 'node:crypto';
import { deleteOldRequests } from '../../../../src/serverless/cleanup/retention.js';
import { type Endpoint } from '../../../../src/serverless/endpoints/endpoint-store.js';
import { deliveryInstanceOf } from '../../../../src/serverless/names.js';
import { partitionOf } from '../../../../src/serverless/queue/queues.js';
import { RANDOM_BYTES, requestIDOf } from '../../../../src/serverless/requests/request-id.js';
import { endColumns, rowOfRequest } from '../../../../src/serverless/requests/request-row.js';
import { deliver } from '../../../../src/serverless/results/deliver.js';
import { type DeliverInput, type EndState, type Mode } from '../../../../src/serverless/schemas.js';
import { startFakeService, type FakeService } from '../../../support/fake-service.js';
import { memoryServerlessHub } from '../../../support/memory-serverless-hub.js';
import { MemoryTable } from '../../../support/memory-table.js';
import { MemoryTaskHub } from '../../../support/memory-task-hub.js';

const MINUTE = 60_000;
const endpoint: Endpoint = {
  id: 'e',
  createdAt: '2026-11-22T00:00:00.000Z',
  worker: null,
  workers: 1,
  maxSyncWaiting: 1,
  maxQueued: 1,
};

let receiver: FakeService;
beforeEach(async () => {
  receiver = await startFakeService([{ status: 500 }, {}]);
});
afterEach(() => receiver.close());

interface Ended {
  endedMs?: number;
  mode?: Mode;
  /** Null: it has not ended. */
  state?: EndState | null;
}

/** A request whose webhook failed at its only attempt, so long after its end. */
async function givenUp({ endedMs = 0, mode = 'async', state = 'succeed' }: Ended = {}) {
  const [table, taskHub] = [new MemoryTable(), new MemoryTaskHub()];
  const services = memoryServerlessHub({ table, hub: taskHub, endpoint });
  const at = Date.now() - endedMs;
  const requestID = requestIDOf(7, randomBytes(RANDOM_BYTES));
  const request = { sequence: 7, requestID, mode, acceptedAt: at, deadline: at + MINUTE, owner: '' };
  const webhook = mode === 'async' ? { webhook: `${receiver.url}/hook` } : {};
  const result = { base64: Buffer.from('a result').toString('base64'), contentType: 'text/plain' };
  await table.insert({
    ...rowOfRequest(partitionOf(endpoint), { ...request, ...webhook }),
    ...(state && endColumns({ state, at, result })),
  });
  const first: DeliverInput = {
    endpoint: endpoint.id,
    createdAt: endpoint.createdAt,
    sequence: 7,
    requestID,
    delivery: { webhook: `${receiver.url}/hook`, statusCode: 200, result },
    attempt: 1,
  };
  if (webhook.webhook !== undefined) await deliver(services, first, {});
  return { table, taskHub, services, first, requestID, requests: services.requests };
}

test('sends the result again, and is a round of its own', async () => {
  const { requests, requestID, services, taskHub } = await givenUp();
  expect(await requests.webhookDeliveries(endpoint, requestID)).toMatchObject({
    state: 'givenUp',
    value: [{ attempt: 1 }],
  });
  await requests.redeliver(endpoint, requestID);
  expect((await requests.webhookDeliveries(endpoint, requestID)).state).toBe('pending');
  const [delivery] = taskHub.instances;
  expect(delivery).toMatchObject({ instanceId: deliveryInstanceOf('e', requestID, 2), name: 'serverless_delivery' });
  const {
    attempts: _,
    gapsMs: __,
    ...input
  } = delivery?.input as DeliverInput & { attempts: number; gapsMs: number[] };
  expect(await deliver(services, { ...input, attempt: 1 }, {})).toEqual({ state: 'delivered', attempts: 1 });
  expect(await deliver(services, { ...input, attempt: 1 }, {})).toEqual({ state: 'delivered', attempts: 1 });
  expect(await requests.webhookDeliveries(endpoint, requestID)).toMatchObject({
    state: 'delivered',
    value: [
      { attempt: 1, statusCode: 500 },
      { attempt: 2, statusCode: 200 },
    ],
  });
  expect(receiver.bodies).toEqual(['a result', 'a result']);
  expect((await requests.statuses(endpoint, [requestID]))[0]?.message).toBe('webhook delivered after 2 attempts');
});

test('a first attempt that runs again, because its orchestration was started twice, sends nothing', async () => {
  const { first, services } = await givenUp();
  expect(await deliver(services, first, {})).toMatchObject({ state: 'given up', attempts: 1 });
  expect(receiver.bodies).toEqual(['a result']);
});

test.each<[string, Ended, string]>([
  ['has not ended', { state: null }, 'RequestNotFinished'],
  ['ended over 30 minutes ago', { endedMs: 31 * MINUTE }, 'RequestNotFound'],
  ['has no webhook', { mode: 'sync' }, 'RequestHasNoWebhook'],
])('of a request that %s is refused', async (_, options, code) => {
  const { requests, requestID } = await givenUp(options);
  await expect(requests.redeliver(endpoint, requestID)).rejects.toMatchObject({ data: { code } });
});

test('the attempts are shown for a day, and deleted with the request', async () => {
  const { requests, requestID, services, table, taskHub } = await givenUp({ endedMs: 29 * MINUTE });
  await requests.redeliver(endpoint, requestID);
  const retain = (hours: number) =>
    deleteOldRequests({
      ...services,
      endpoints: {
        list: () => Promise.resolve([endpoint]),
        deleted: () => Promise.resolve([]),
        forget: () => Promise.resolve(),
      },
      leftovers: { deletePage: () => Promise.resolve({ more: false, isAll: true }) },
      now: Date.now() + hours * 60 * MINUTE,
      deadline: Date.now() + MINUTE,
      onFailure: (_endpoint, thrown) => {
        throw thrown;
      },
    });
  expect(await retain(47)).toBe(0);
  expect(table.rows).toHaveLength(3);
  expect(await retain(49)).toBe(1);
  expect(table.rows).toEqual([]);
  expect(taskHub.instances).toEqual([]);

  const old = await givenUp({ endedMs: 23 * 60 * MINUTE });
  expect((await old.requests.webhookDeliveries(endpoint, old.requestID)).value).toHaveLength(1);
  const older = await givenUp({ endedMs: 25 * 60 * MINUTE });
  await expect(older.requests.webhookDeliveries(endpoint, older.requestID)).rejects.toMatchObject({
    data: { code: 'RequestNotFound', status: 404 },
  });
});
