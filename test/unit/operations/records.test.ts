import {
  createOperationRecords,
  hashKey,
  keyHashesOf,
  positionOf,
  type OperationRecord,
  type OperationRecords,
} from '../../../src/operations/records.js';
import { type Row } from '../../../src/platform/storage.js';
import { Processes } from '../../support/interleaving.js';
import { MemoryTable } from '../../support/memory-table.js';

const ID = 'operation-under-test';
const NOW = Date.parse('2026-11-22T04:15:00.250Z');
const at = (ms: number) => new Date(NOW + ms);

function record(change: Partial<OperationRecord> = {}): OperationRecord {
  return { id: ID, kind: 'test.kind', fingerprint: 'f', createdAt: at(0).toISOString(), ...change };
}

function setUp() {
  const table = new MemoryTable();
  return { table, records: createOperationRecords(table) };
}

/** Runs a change that stops after so many of its writes; returns whether it would have written more. */
async function interrupted(
  table: MemoryTable,
  writes: number,
  change: (records: ReturnType<typeof createOperationRecords>) => Promise<unknown>,
): Promise<boolean> {
  const processes = new Processes();
  void change(createOperationRecords(processes.of('app', table)));
  let [step] = await processes.pending();
  for (let left = writes; step && (left > 0 || step.name === 'query'); [step] = await processes.pending()) {
    if (step.name !== 'query') left--;
    await processes.perform(step);
  }
  processes.crash('app');
  return step !== undefined;
}

describe('the record', () => {
  test('R1: of concurrent starts with one id, one inserts, and its record stays', async () => {
    const { records } = setUp();
    const inserts = ['a', 'b', 'c'].map((fingerprint) => records.insert(record({ fingerprint })));
    expect(await Promise.all(inserts)).toEqual([true, false, false]);
    expect(await records.find(ID)).toMatchObject({ fingerprint: 'a' });
    expect(await records.find('another-operation-id')).toBeUndefined();
  });

  test('keeps all that it is given', async () => {
    const { records } = setUp();
    const whole = record({ keyHash: hashKey('key'), alias: 'a name' });
    await records.insert(whole);
    await records.requestCancel(ID, at(1));
    await records.claim({ id: ID }, { deletedAt: at(2).toISOString() });
    await records.markExpired(ID, at(3));
    const times = { cancelRequestedAt: at(1), deletedAt: at(2), expiredAt: at(3) };
    expect(await records.find(ID)).toEqual({
      ...whole,
      claims: 1,
      ...Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time.toISOString()])),
    });
  });

  test('a cancel request needs a record', async () => {
    const { records } = setUp();
    expect(await records.requestCancel(ID, at(0))).toBe(false);
    expect(await records.isCancelRequested(ID)).toBe(false);
    await records.insert(record());
    expect(await records.isCancelRequested(ID)).toBe(false);
    expect(await records.requestCancel(ID, at(0))).toBe(true);
    expect(await records.isCancelRequested(ID)).toBe(true);
  });

  test('R4: marks create no record, so a deletion that is repeated after its end leaves none', async () => {
    const { records, table } = setUp();
    await records.insert(record());
    const mark = { deletedAt: at(0).toISOString() };
    expect(await records.claim({ id: ID }, mark)).toMatchObject(mark);
    await records.forget(ID);
    expect(await records.claim({ id: ID, claims: 1 }, mark)).toBeUndefined();
    expect(await records.find(ID)).toBeUndefined();
    expect(table.rows).toEqual([]);
  });

  test('R5: of concurrent claims after one, one succeeds; other changes stay', async () => {
    const { records } = setUp();
    await records.insert(record());
    const cancel = records.requestCancel(ID, at(1));
    const claims = await Promise.all([records.claim({ id: ID }), records.claim({ id: ID })]);
    expect(await cancel).toBe(true);
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await records.find(ID)).toMatchObject({ claims: 1, cancelRequestedAt: at(1).toISOString() });
    expect(await records.claim({ id: ID })).toBeUndefined();
    expect(await records.claim({ id: ID, claims: 1 })).toMatchObject({ claims: 2 });
    expect(await records.claim({ id: 'another-operation-id' })).toBeUndefined();
  });

  test('takes up to 50 keys', async () => {
    const { records } = setUp();
    await records.insert(record({ keyHash: 'first' }));
    for (let n = 1; n < 50; n++) expect(await records.addKey(ID, `key-${n}`)).toBe(true);
    expect(await records.addKey(ID, 'one more')).toBe(false);
    expect(keyHashesOf((await records.find(ID)) ?? {})).toHaveLength(50);
    expect(await records.addKey('another-operation-id', 'key')).toBe(false);
    expect(await records.addKey(ID, 'key-1')).toBe(true); // it has this one
    expect(keyHashesOf((await records.find(ID)) ?? {})).toHaveLength(50);
  });
});

describe('the list', () => {
  const listed = async (records: ReturnType<typeof createOperationRecords>, filter = {}, top = 100) =>
    (await records.list(filter, top)).map(({ id }) => id);

  async function withThree() {
    const { records, table } = setUp();
    for (const [index, id] of ['first', 'second-a', 'second-b', 'third'].entries()) {
      await records.enlist({ id, kind: 'test.kind', createdAt: at([0, 1, 1, 2][index] ?? 0).toISOString() });
    }
    return { records, table };
  }

  test('newest first, at most `top`', async () => {
    const { records } = await withThree();
    expect(await listed(records)).toEqual(['third', 'second-a', 'second-b', 'first']);
    expect(await listed(records, {}, 2)).toEqual(['third', 'second-a']);
    expect(await records.list({}, 1)).toEqual([
      { id: 'third', kind: 'test.kind', position: positionOf({ id: 'third', createdAt: at(2).toISOString() }) },
    ]);
  });

  test('goes on after a position', async () => {
    const { records } = await withThree();
    const [, second] = await records.list({}, 2);
    expect(await listed(records, { after: second?.position })).toEqual(['second-b', 'first']);
    expect(await listed(records, { after: "it's no position" })).toEqual([]);
  });

  test.each([
    ['before', { createdBefore: at(1) }, ['first']],
    ['after', { createdAfter: at(1) }, ['third']],
    ['between', { createdAfter: at(0), createdBefore: at(2) }, ['second-a', 'second-b']],
    ['before any time that can be written', { createdBefore: new Date(-8.64e15) }, []],
    ['after it', { createdAfter: new Date(-8.64e15) }, ['third', 'second-a', 'second-b', 'first']],
    [
      'before the last time that can be written',
      { createdBefore: new Date(8.64e15) },
      ['third', 'second-a', 'second-b', 'first'],
    ],
    ['after it', { createdAfter: new Date(8.64e15) }, []],
  ])('created %s, to the millisecond', async (_, filter, ids) => {
    const { records } = await withThree();
    expect(await listed(records, filter)).toEqual(ids);
  });

  test('R3: an operation that is listed again stands there once, until it is taken out', async () => {
    const { records } = setUp();
    await records.enlist(record());
    await records.enlist(record());
    expect(await listed(records)).toEqual([ID]);
    await records.unlist(positionOf(record()));
    await records.unlist(positionOf(record()));
    expect(await listed(records)).toEqual([]);
  });

  test('holds neither records, keys, aliases nor tombstones', async () => {
    const { records } = setUp();
    await records.insert(record());
    await records.bindKey('key', { id: ID, fingerprint: 'f' });
    await records.bindAlias('alias', ID);
    await records.markExpired(ID, at(0));
    expect(await listed(records)).toEqual([]);
  });
});

describe('partitions', () => {
  const many = Array.from({ length: 200 }, (_, n) => ({
    id: `operation-${n}`,
    kind: 'test.kind',
    createdAt: at(n).toISOString(),
  }));
  const newestFirst = [...many].reverse().map(({ id }) => id);
  const partitionsOf = (table: MemoryTable, purpose: string) =>
    new Set(table.rows.map(({ partitionKey }) => partitionKey).filter((key) => key.startsWith(purpose)));

  test.each([
    [
      'index',
      (records: OperationRecords, id: string) => records.enlist({ id, kind: 'k', createdAt: at(0).toISOString() }),
    ],
    ['key', (records: OperationRecords, id: string) => records.bindKey(id, { id, fingerprint: 'f' })],
    ['alias', (records: OperationRecords, id: string) => records.bindAlias(id, id)],
    ['expired', (records: OperationRecords, id: string) => records.markExpired(id, at(0))],
  ])('rows of %s are spread over 16', async (purpose, write) => {
    const { records, table } = setUp();
    for (const { id } of many) await write(records, id);
    const all = Array.from({ length: 16 }, (_, n) => `${purpose}-${n.toString(16)}`);
    expect([...partitionsOf(table, purpose)].sort()).toEqual(all);
  });

  test('a page is in order, and the next one follows its last position', async () => {
    const { records } = setUp();
    for (const operation of many) await records.enlist(operation);
    const found: string[] = [];
    for (let page = await records.list({}, 30); page.length > 0;) {
      expect(page.length).toBe(Math.min(30, many.length - found.length));
      found.push(...page.map(({ id }) => id));
      page = await records.list({ after: page.at(-1)?.position }, 30);
    }
    expect(found).toEqual(newestFirst);
  });

  test('the newest operations may all be in one partition', async () => {
    const { records, table } = setUp();
    const isFirst = ({ partitionKey }: Row) => partitionKey === 'index-0';
    for (const operation of many) await records.enlist(operation);
    const together = new Set(table.rows.filter(isFirst).map(({ operationId }) => operationId));
    for (const { id, kind } of many)
      if (together.has(id)) await records.enlist({ id: id, kind, createdAt: at(1_000).toISOString() });
    const page = await records.list({}, together.size);
    expect(new Set(page.map(({ id }) => id))).toEqual(together);
  });

  test('a page of 50 is read in parallel, and with few more rows than it has', async () => {
    const { records, table } = setUp();
    for (const operation of many) await records.enlist(operation);
    const processes = new Processes();
    const app = createOperationRecords(processes.of('app', table));
    await processes.finish(app.list({}, 1)); // after it, the process knows that there are no rows of versions before
    const query = jest.spyOn(table, 'query');
    const page = app.list({}, 50);
    expect(await processes.pending()).toHaveLength(16);
    await processes.finish(page);
    const rows = await Promise.all(query.mock.results.map(({ value }) => value as Promise<Row[]>));
    expect(query.mock.calls.length).toBeLessThan(20);
    expect(rows.flat().length).toBeLessThan(3 * 50);
  });
});

describe('rows of versions before, of which each purpose has one partition', () => {
  const position = positionOf(record());

  test('an operation is listed among the others, once, and unlisted', async () => {
    const { records, table } = setUp();
    await table.put({ partitionKey: 'index', rowKey: position, operationId: ID, kind: 'test.kind' });
    for (const [id, ms] of [
      ['newer', 1],
      ['older', -1],
    ] as const)
      await records.enlist({ id, kind: 'test.kind', createdAt: at(ms).toISOString() });
    await records.enlist(record()); // by a start that takes over
    expect((await records.list({}, 10)).map(({ id }) => id)).toEqual(['newer', ID, 'older']);
    expect((await records.list({ after: position }, 10)).map(({ id }) => id)).toEqual(['older']);
    await records.unlist(position);
    expect((await records.list({}, 10)).map(({ id }) => id)).toEqual(['newer', 'older']);
    expect(table.rows.map(({ partitionKey }) => partitionKey)).not.toContain('index');
  });

  test('a key stays bound, and is unbound', async () => {
    const { records, table } = setUp();
    await table.put({ partitionKey: 'key', rowKey: hashKey('key'), operationId: ID, fingerprint: 'f' });
    expect(await records.bindKey('key', { id: 'another', fingerprint: 'g' })).toBe(false);
    expect(await records.findKey('key')).toEqual({ id: ID, fingerprint: 'f' });
    await records.unbindKey(hashKey('key'), 'another');
    expect(await records.findKey('key')).toMatchObject({ id: ID });
    await records.unbindKey(hashKey('key'), ID);
    expect(table.rows).toEqual([]);
    expect(await records.bindKey('key', { id: 'another', fingerprint: 'g' })).toBe(true);
  });

  test('an alias too', async () => {
    const { records, table } = setUp();
    await table.put({ partitionKey: 'alias', rowKey: 'name', operationId: ID });
    expect(await records.bindAlias('name', 'another')).toBe(false);
    expect(await records.findAlias('name')).toBe(ID);
    await records.unbindAlias('name', ID);
    expect(table.rows).toEqual([]);
  });

  test('a tombstone is found with the others, and forgotten', async () => {
    const { records, table } = setUp();
    const tombstone = { id: ID, position: `${String(NOW).padStart(15, '0')}-${ID}` };
    await table.put({ partitionKey: 'expired', rowKey: tombstone.position, operationId: ID });
    await records.markExpired('later', at(1));
    expect((await records.tombstones(at(2), 10)).map(({ id }) => id)).toEqual([ID, 'later']);
    expect(await records.tombstones(at(2), 1)).toEqual([tombstone]);
    await records.forgetTombstone(tombstone);
    expect((await records.tombstones(at(2), 10)).map(({ id }) => id)).toEqual(['later']);
  });
});

describe('idempotency keys and aliases', () => {
  test('a key is bound once, and only its hash is stored', async () => {
    const { records, table } = setUp();
    const key = "a secret / 'key' #?";
    expect(await records.bindKey(key, { id: ID, fingerprint: 'f' })).toBe(true);
    expect(await records.bindKey(key, { id: 'another', fingerprint: 'g' })).toBe(false);
    expect(await records.findKey(key)).toEqual({ id: ID, fingerprint: 'f' });
    expect(await records.findKey('another key')).toBeUndefined();
    expect(JSON.stringify(table.rows)).not.toContain('secret');
  });

  test('a key is unbound from its own operation only', async () => {
    const { records } = setUp();
    await records.bindKey('key', { id: ID, fingerprint: 'f' });
    await records.unbindKey(hashKey('key'), 'another');
    expect(await records.findKey('key')).toMatchObject({ id: ID });
    await records.unbindKey(hashKey('key'), ID);
    await records.unbindKey(hashKey('key'), ID);
    expect(await records.findKey('key')).toBeUndefined();
    expect(await records.bindKey('key', { id: 'another', fingerprint: 'g' })).toBe(true);
  });

  test('an alias too', async () => {
    const { records } = setUp();
    expect(await records.bindAlias('name', ID)).toBe(true);
    expect(await records.bindAlias('name', 'another')).toBe(false);
    await records.unbindAlias('name', 'another');
    expect(await records.findAlias('name')).toBe(ID);
    await records.unbindAlias('name', ID);
    expect(await records.findAlias('name')).toBeUndefined();
  });
});

describe('tombstones', () => {
  test('are found oldest first, before a time, and forgotten with their record', async () => {
    const { records, table } = setUp();
    for (const [ms, id] of ['old', 'older', 'young'].entries()) {
      await records.insert(record({ id }));
      await records.markExpired(id, at([1, 0, 2][ms] ?? 0));
    }
    const found = await records.tombstones(at(2), 10);
    expect(found.map(({ id }) => id)).toEqual(['older', 'old']);
    expect((await records.tombstones(at(2), 1)).map(({ id }) => id)).toEqual(['older']);
    for (const tombstone of found) await records.forgetTombstone(tombstone);
    expect(await records.find('old')).toBeUndefined();
    expect(await records.find('young')).toMatchObject({ expiredAt: at(2).toISOString() });
    expect(table.rows).toHaveLength(2);
  });

  test.each([0, 1, 2])('R4: an expiration that stops after %i writes can be repeated', async (writes) => {
    const { records, table } = setUp();
    await records.insert(record());
    expect(await interrupted(table, writes, (cutOff) => cutOff.markExpired(ID, at(0)))).toBe(writes < 2);
    const isExpired = (await records.find(ID))?.expiredAt !== undefined;
    if (isExpired) expect(await records.tombstones(at(1), 10)).toHaveLength(1); // no tombstone is out of reach
    await records.markExpired(ID, at(0));
    expect(await records.tombstones(at(1), 10)).toHaveLength(1);
    expect(await records.find(ID)).toMatchObject({ expiredAt: at(0).toISOString() });
  });

  test.each([0, 1, 2])('one whose end stops after %i writes is found again', async (writes) => {
    const { records, table } = setUp();
    await records.insert(record());
    await records.markExpired(ID, at(0));
    const [tombstone = { id: '', position: '' }] = await records.tombstones(at(1), 10);
    expect(await interrupted(table, writes, (cutOff) => cutOff.forgetTombstone(tombstone))).toBe(writes < 2);
    for (const left of await records.tombstones(at(1), 10)) await records.forgetTombstone(left);
    expect(table.rows).toEqual([]);
  });
});

test('a ping reaches storage', async () => {
  const { records, table } = setUp();
  jest.spyOn(table, 'ping').mockRejectedValueOnce(new Error('away'));
  await expect(records.ping()).rejects.toThrow('away');
  await expect(records.ping()).resolves.toBeUndefined();
});
