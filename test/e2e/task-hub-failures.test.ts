import type http from 'node:http';
import { type DurableClient, EntityId } from 'durable-functions';
import { z } from 'zod';
import { defineOperation } from '../../src/operations/define.js';
import { findInstance, onTaskHub } from '../../src/operations/durable.js';
import { health } from '../../src/operations/health.js';
import { createEndNotifications } from '../../src/operations/end-notifications.js';
import { Operations } from '../../src/operations/operations.js';
import { createOperationRecords } from '../../src/operations/records.js';
import { configureClient } from '../../src/operations/task-hub-http.js';
import { type BlobStore } from '../../src/platform/storage.js';
import { durableClientFor } from '../support/durable-client.js';
import { MemoryTable } from '../support/memory-table.js';
import { listen, type ScriptedServer } from '../support/scripted-server.js';

const ID = 'operation-under-test';
const kind = defineOperation({
  kind: 'test.kind',
  input: z.object({}),
  result: z.null(),
  run: () => {
    throw new Error('No orchestrator runs here.');
  },
});
/** So that a test need not wait as long as a client. */
const TIMEOUTS = { callMs: 100, purgeMs: 200 };
const unavailable = { data: { code: 'ServiceUnavailable', status: 503 } };

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

/** The operations of an app whose task hub is this server. */
async function operationsOn(serve: http.RequestListener, { isDirect = true } = {}) {
  server = await listen(serve);
  const client = configureClient(durableClientFor(server.url), isDirect ? server.url : undefined, TIMEOUTS);
  const operations = new Operations({
    client,
    kinds: [kind],
    records: createOperationRecords(new MemoryTable()),
    blobs: {} as BlobStore,
    ends: createEndNotifications(),
    retry: { attempts: 1, firstWaitMs: 1 },
    retentionMs: 1,
  });
  return { client, operations };
}

const entity = new EntityId('queue', 'e');
const calls: ((client: DurableClient) => Promise<unknown>)[] = [
  (client) => findInstance(client, ID),
  (client) => onTaskHub(() => client.startNew('kind', { instanceId: ID })),
  (client) => onTaskHub(() => client.raiseEvent(ID, 'cancel', true)),
  (client) => onTaskHub(() => client.terminate(ID, 'why')),
  (client) => onTaskHub(() => client.purgeInstanceHistory(ID)),
  (client) => onTaskHub(() => client.readEntityState(entity)),
  (client) => onTaskHub(() => client.signalEntity(entity, 'op')),
];

describe('a task hub that accepts connections and never answers', () => {
  test.each([
    ['on this machine', true],
    ['elsewhere', false],
  ])('%s: every call fails with 503', async (_, isDirect) => {
    const { client } = await operationsOn(() => undefined, { isDirect });
    await Promise.all(calls.map((call) => expect(call(client)).rejects.toMatchObject(unavailable)));
  });

  test('every call of an operation fails with 503, and the health check says so', async () => {
    const { operations } = await operationsOn(() => undefined);
    const pending = [
      operations.start({ kind, input: () => ({}) }),
      operations.start({ kind, input: () => ({}), operationId: ID }),
      operations.monitor('another-operation-id'),
      operations.waitForEnd('another-operation-id', 1_000),
      operations.cancel('another-operation-id'),
      operations.delete('another-operation-id'),
    ];
    const checks = health({ taskHub: () => operations.ping() });
    await Promise.all(pending.map((call) => expect(call).rejects.toMatchObject(unavailable)));
    expect(await checks).toEqual({ taskHub: 'unavailable' });
    await expect(operations.list({ top: 10 })).rejects.toMatchObject(unavailable);
  });
});

test('a task hub that fails some times, with 500 and with closed connections: the start succeeds, with one id', async () => {
  const starts: string[] = [];
  let requests = 0;
  const { operations } = await operationsOn((request, response) => {
    requests++;
    if (requests % 3 === 1) response.destroy();
    else if (requests <= 6) response.writeHead(500).end('"The partition is on another instance."');
    else if (request.method === 'GET') response.writeHead(404).end();
    else {
      starts.push(request.url ?? '');
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ id: ID }));
    }
  });
  expect(await operations.start({ kind, input: () => ({}), operationId: ID })).toMatchObject({ id: ID, isNew: true });
  expect(starts).toEqual([expect.stringContaining(`/orchestrators/test_kind/${ID}`)]);
});
