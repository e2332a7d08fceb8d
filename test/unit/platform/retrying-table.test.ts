import '../../support/no-waits.js';
import { createOperationRecords, hashKey } from '../../../src/operations/records.js';
import { startOperation } from '../../../src/operations/starter.js';
import { retryingTable } from '../../../src/platform/retrying-table.js';
import { type TableStore } from '../../../src/platform/storage.js';
import { createEndpointStore } from '../../../src/serverless/endpoints/endpoint-store.js';
import { faultyTable, type Fault } from '../../support/faulty-table.js';
import { MemoryTable } from '../../support/memory-table.js';
import { MemoryTaskHub } from '../../support/memory-task-hub.js';
import { testKind } from '../../support/operation-world.js';
import { describeTableStore } from '../../support/table-store-suite.js';

describe('without faults', () => {
  describeTableStore(() => retryingTable(new MemoryTable()));
});

const ID = 'operation-under-test';
const record = { id: ID, kind: 'test.kind', fingerprint: 'f', createdAt: '2026-11-22T04:15:00.250Z' };
const key = { partitionKey: 'p', rowKey: 'a' };

/** A table of one process whose writes have these faults, one after the other, and none after them. */
const withFaults = (table: TableStore, faults: Fault[] = []) =>
  retryingTable(faultyTable(table, () => faults.shift() ?? 'none'));

describe.each<[string, Fault[]]>([
  ['took effect although its answer is lost', ['answer lost']],
  ['took effect at the second attempt, whose answer is lost', ['refused', 'answer lost', 'refused']],
])('a write that %s', (_, faults) => {
  let memory: MemoryTable;
  let table: TableStore;
  beforeEach(() => {
    memory = new MemoryTable();
    table = withFaults(memory, [...faults]);
  });

  test('an insert has inserted, and another one is refused', async () => {
    expect(await table.insert({ ...key, n: 1 })).toBe(true);
    expect(await table.insert({ ...key, n: 1 })).toBe(false);
  });

  test('a replacement has the version that it wrote', async () => {
    await memory.insert(key);
    const { etag = '' } = (await memory.read('p', 'a')) ?? {};
    expect(await table.transact([{ replace: { ...key, n: 1 }, etag }])).toBe((await memory.read('p', 'a'))?.etag);
    expect(await table.transact([{ replace: { ...key, n: 1 }, etag }])).toBeUndefined();
  });

  test.each(['insert', 'merge'] as const)('a transaction whose first write is an %s', async (kind) => {
    if (kind === 'merge') await memory.insert(key);
    const first = kind === 'insert' ? { insert: key } : { merge: { ...key, n: 1 } };
    const writes = [first, { insert: { ...key, rowKey: 'b' } }];
    expect(await table.transact(writes)).toBe((await memory.read('p', 'a'))?.etag);
    expect(await table.transact(writes)).toBeUndefined();
  });

  test('a start has inserted its record', async () => {
    const records = createOperationRecords(table);
    expect(await records.insert(record)).toBe(true);
    expect(await records.insert(record)).toBe(false);
  });

  test('a start has its claim', async () => {
    await createOperationRecords(memory).insert(record);
    const records = createOperationRecords(table);
    expect(await records.claim(record)).toMatchObject({ claims: 1 });
    expect(await records.claim(record)).toBeUndefined();
  });

  test('a start has bound its idempotency key', async () => {
    const records = createOperationRecords(table);
    expect(await records.bindKey('key', record)).toBe(true);
    expect(await records.bindKey('key', record)).toBe(false);
  });

  test('a record has one more key', async () => {
    await createOperationRecords(memory).insert(record);
    const records = createOperationRecords(table);
    expect(await records.addKey(ID, hashKey('key'))).toBe(true);
    expect(await records.find(ID)).toMatchObject({ keyHash: hashKey('key') });
  });

  test('an operation has its alias', async () => {
    const records = createOperationRecords(table);
    expect(await records.bindAlias('alias', ID)).toBe(true);
    expect(await records.bindAlias('alias', 'another')).toBe(false);
  });

  test('an operator gets the key of the endpoint that was created', async () => {
    const endpoints = createEndpointStore(table);
    const worker = { url: 'https://worker.example/run' };
    const created = await endpoints.create('one', { worker, workers: 1, maxSyncWaiting: 1, maxQueued: 1 });
    expect(await endpoints.authorize('one', created.key)).toEqual(created.endpoint);
  });
});

test.each([
  { operationId: ID },
  { idempotencyKey: 'key' },
  { operationId: ID, idempotencyKey: 'key' },
  { ownId: ID, alias: 'alias' },
])('a start with %j is the first one, whichever of its writes loses its answer', async (request) => {
  for (let lost = 0, isLost = true; isLost; lost++) {
    const hub = new MemoryTaskHub();
    const faults: Fault[] = [...Array.from({ length: lost }, (): Fault => 'none'), 'answer lost'];
    const starter = {
      records: createOperationRecords(withFaults(new MemoryTable(), faults)),
      client: hub.client,
      finishDeletion: () => Promise.reject(new Error('Nothing is deleted.')),
      undo: () => Promise.reject(new Error('Nothing is undone.')),
    };
    const retry = { attempts: 1, firstWaitMs: 1 };
    const { id, isNew } = await startOperation(starter, { kind: testKind, input: () => ({ n: 1 }), retry, ...request });
    expect([isNew, hub.starts]).toEqual([true, [id]]);
    isLost = faults.length === 0;
  }
});

test('the row of another write is not taken for the own one; whether a transaction was stored before is unknown', async () => {
  const memory = new MemoryTable();
  await withFaults(memory).insert({ ...key, n: 1 });
  expect(await withFaults(memory, ['refused']).insert({ ...key, n: 1 })).toBe(false);
  const { etag = '' } = (await memory.read('p', 'a')) ?? {};
  await memory.update({ ...key, n: 2 });
  await expect(withFaults(memory, ['refused']).transact([{ replace: { ...key, n: 2 }, etag }])).rejects.toMatchObject({
    data: { code: 'ServiceUnavailable' },
  });
  expect(await withFaults(memory).transact([{ replace: { ...key, n: 2 }, etag }])).toBeUndefined();
});

test('of inserts of many processes one is told that it inserted, with any answers of storage', async () => {
  const faults: Fault[] = ['none', 'refused', 'answer lost', 'late'];
  for (let round = 0; round < 20; round++) {
    const memory = new MemoryTable();
    const inserts = faults.map((fault, n) => withFaults(memory, [fault, ...faults.slice(0, n)]).insert({ ...key, n }));
    const inserted = (await Promise.all(inserts)).flatMap((isInserted, n) => (isInserted ? [n] : []));
    expect(inserted).toEqual([(await memory.get('p', 'a'))?.n]);
  }
});

test('a storage that stays away is reported after four attempts', async () => {
  let attempts = 0;
  const away = faultyTable(new MemoryTable(), () => (attempts++, 'refused'));
  await expect(retryingTable(away).insert(key)).rejects.toMatchObject({ data: { code: 'ServiceUnavailable' } });
  expect(attempts).toBe(4);
});
