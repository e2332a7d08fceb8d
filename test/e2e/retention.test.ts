import { randomUUID } from 'node:crypto';
import { OrchestrationRuntimeStatus } from 'durable-functions';
import { startStack, type Stack } from '../support/test-stack.js';
import { monitorOf } from '../../src/operations/monitor.js';
import { inputBlobName } from '../../src/operations/names.js';
import { createOperationRecords, positionOf } from '../../src/operations/records.js';
import { recognize } from '../../src/plates/recognize.orchestrator.js';
import { createBlobStore, createTableStore, type BlobStore } from '../../src/platform/storage.js';
import { Client } from '../support/client.js';
import { durableClientFor } from '../support/durable-client.js';
import { eventually } from '../support/eventually.js';
import { operationsIn, retain as retainIn } from '../support/retention.js';

const HOUR = 3_600_000;

let stack: Stack;
let app: Client;
let blobs: BlobStore;
beforeAll(async () => {
  stack = await startStack({ services: ['imageProvider', 'plateReader'] });
  app = new Client(stack.url);
  blobs = createBlobStore(stack.storage.connectionString, 'longhaul');
});
afterAll(() => stack.stop());

const retain = (hours: number, budgetMs?: number) => retainIn(hours, stack, budgetMs);

async function upload(headers: Record<string, string> = {}): Promise<string> {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const init = { headers: { 'Content-Type': 'image/png', ...headers }, body: Buffer.from(png, 'base64') };
  const { body } = await app.send('POST', '/plates/recognize', init);
  await app.finished(body.id);
  return body.id;
}

test('an operation is kept for the retention time, then deleted with all its data', async () => {
  const key = randomUUID();
  const id = await upload({ 'Idempotency-Key': key });
  expect(await retain(71)).toEqual({ expired: 0, forgotten: 0, failed: 0, more: false });
  expect((await app.get(`/status/${id}`)).status).toBe(200);
  expect(await blobs.size(inputBlobName(id))).toBeGreaterThan(0);

  expect(await retain(73)).toEqual({ expired: 1, forgotten: 0, failed: 0, more: false });
  const gone = await app.get(`/status/${id}`);
  expect(gone).toMatchObject({ status: 410, body: { error: { code: 'OperationExpired' } } });
  expect((await app.send('DELETE', `/status/${id}`)).status).toBe(410);
  expect(await blobs.size(inputBlobName(id))).toBeUndefined();
  expect((await app.get('/status')).body.value).toEqual([]);
  const again = await app.post('/plates/recognize', { imageId: 9965 }, { 'Idempotency-Key': key });
  expect(again.body.id).not.toBe(id);
  await app.finished(again);

  expect(await retain(73 + 29 * 24)).toMatchObject({ forgotten: 0 });
  expect((await app.get(`/status/${id}`)).status).toBe(410);
  expect(await retain(74 + 30 * 24)).toMatchObject({ forgotten: 1 });
  expect((await app.get(`/status/${id}`)).status).toBe(404);
});

test('an interrupted purge is finished by the next run', async () => {
  const { id } = await app.finished(await app.post('/plates/recognize', { imageId: 9965 }));
  const api = '/runtime/webhooks/durabletask';
  const parts = async () => {
    const { body } = await app.get(`${api}/instances?instanceIdPrefix=${id}:`);
    return (body as unknown as { instanceId: string; runtimeStatus: string }[]).sort((a, b) =>
      a.instanceId < b.instanceId ? -1 : 1,
    );
  };
  // Batches of an earlier version have sub-orchestrations. That these fail, without an input, does not matter.
  for (let n = 0; n < 4; n++) await app.post(`${api}/orchestrators/plates_recognizeChunk/${id}:${n}`, {});
  const all = await eventually(async () => {
    const found = await parts();
    return found.length === 4 && found.every(({ runtimeStatus }) => runtimeStatus === 'Failed') ? found : undefined;
  }, 'four sub-orchestrations');
  await durableClientFor(stack.url).purgeInstanceHistory(all[3]?.instanceId ?? '');
  expect(await parts()).toHaveLength(3);
  await retain(73);
  expect(await parts()).toEqual([]);
});

describe('interrupted work', () => {
  const records = () => createOperationRecords(createTableStore(stack.storage.connectionString, 'operations'));
  const listed = async (id: string) =>
    (await app.get('/status?top=100')).body.value.some((monitor) => monitor.id === id);
  async function finishedRecord(id: string) {
    await app.finished(await app.post('/plates/recognize', { imageId: 9965 }, { 'Operation-Id': id }));
    const record = await records().find(id);
    if (!record) throw new Error(`No record of ${id}.`);
    return record;
  }

  test('a start between its record and the list is finished by the client’s retry, listed, and deleted later', async () => {
    const id = randomUUID();
    await records().unlist(positionOf(await finishedRecord(id)));
    await durableClientFor(stack.url).purgeInstanceHistory(id);
    const again = await app.post('/plates/recognize', { imageId: 9965 }, { 'Operation-Id': id });
    expect(again).toMatchObject({ status: 202, body: { id } });
    await app.finished(id);
    expect(await listed(id)).toBe(true);
    await retain(73);
    expect((await app.get(`/status/${id}`)).status).toBe(410);
  });

  test('a deletion is finished by the next one, by a new start, or by retention', async () => {
    for (const finish of ['DELETE', 'POST', 'retention']) {
      const id = randomUUID();
      await finishedRecord(id);
      await records().claim({ id }, { deletedAt: new Date().toISOString() });
      await durableClientFor(stack.url).purgeInstanceHistory(id);
      expect((await app.get(`/status/${id}`)).status).toBe(404);
      if (finish === 'DELETE') expect((await app.send('DELETE', `/status/${id}`)).status).toBe(204);
      if (finish === 'retention') await retain(73);
      const next = await app.post('/plates/recognize', { imageId: 10022 }, { 'Operation-Id': id });
      expect(next).toMatchObject({ status: 202, body: { id } });
      expect((await app.finished(id)).result).toMatchObject({ imageId: 10022 });
      expect(await listed(id)).toBe(true);
    }
  });

  test('a key of another request’s id can be used again', async () => {
    const id = randomUUID();
    await finishedRecord(id);
    const key = { 'Idempotency-Key': randomUUID() };
    const refused = await app.post('/plates/recognize', { imageId: 10022 }, { 'Operation-Id': id, ...key });
    expect(refused.body.error?.code).toBe('OperationIdReused');
    const { status, body } = await app.post('/plates/recognize', { imageId: 10022 }, key);
    expect(status).toBe(202);
    await app.finished(body.id);
  });
});

test('an expired id is not used again', async () => {
  const id = randomUUID();
  await upload({ 'Operation-Id': id });
  await retain(73);
  const again = await app.post('/plates/recognize', { imageId: 9965 }, { 'Operation-Id': id });
  expect(again).toMatchObject({ status: 410, body: { error: { code: 'OperationExpired' } } });
});

test('an expired operation is gone for clients before it is purged', async () => {
  const id = await upload();
  const late = operationsIn(73, stack);
  await expect(late.monitor(id)).rejects.toMatchObject({
    data: { code: 'OperationExpired' },
  });
  expect((await late.list({ top: 10 })).value).toEqual([]);
});

test('a run stops at its time limit, and the next one continues', async () => {
  await upload();
  expect(await retain(73, 0)).toEqual({ expired: 0, forgotten: 0, failed: 0, more: true });
  expect((await retain(73)).expired).toBeGreaterThan(0);
});

test('a result over 64 KiB is in the response, one over 4 MiB is a URL', async () => {
  const instance = (bytes: number) => ({
    name: recognize.functionName,
    instanceId: randomUUID(),
    createdTime: new Date(),
    lastUpdatedTime: new Date(),
    input: null,
    output: { end: 'succeeded', resultBlob: 'operations/x/result.json', bytes },
    runtimeStatus: OrchestrationRuntimeStatus.Completed,
  });
  const options = { retentionMs: HOUR, blobs };
  const result = { text: 'x'.repeat(4 * 1024 * 1024) };
  const bytes = Buffer.from(JSON.stringify(result));
  await blobs.put('operations/x/result.json', bytes, 'application/json');
  expect((await monitorOf(instance(4 * 1024 * 1024), recognize.kind, options)).result).toEqual(result);
  const { result: none, resultLocation = '' } = await monitorOf(instance(bytes.length), recognize.kind, options);
  expect(none).toBeUndefined();
  expect(await (await fetch(resultLocation)).json()).toEqual(result);
  expect((await fetch(resultLocation.replace(/\?.*/, ''))).ok).toBe(false);
});
