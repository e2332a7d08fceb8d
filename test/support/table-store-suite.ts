import { type Row, type TableStore } from '../../src/platform/storage.js';

/** What each table store must do; `create` returns a store whose table is empty. */
export function describeTableStore(create: () => TableStore): void {
  let table: TableStore;
  beforeAll(() => (table = create()));

  let partitions = 0;
  let partitionKey: string;
  beforeEach(() => (partitionKey = `partition-${++partitions}`));

  const read = async (rowKey: string) => own(await table.get(partitionKey, rowKey));
  const keysOf = async (filter: string, top = 1_000) => (await table.query(filter, top)).map(({ rowKey }) => rowKey);
  const insertAll = async (...rowKeys: string[]) => {
    for (const rowKey of rowKeys) expect(await table.insert({ partitionKey, rowKey })).toBe(true);
  };

  test('a row keeps its values and their types; a value that is undefined is not stored', async () => {
    const row = { partitionKey, rowKey: 'a', text: 'ä€\u{1F600}', empty: '', int: 42, real: 0.5, yes: true, no: false };
    await table.insert({ ...row, missing: undefined });
    expect(await read('a')).toStrictEqual(row);
    expect((await table.query(`PartitionKey eq '${partitionKey}'`, 1)).map(own)).toStrictEqual([row]);
  });

  test('an insert of a row that exists is refused and changes nothing', async () => {
    expect(await table.insert({ partitionKey, rowKey: 'a', text: 'first' })).toBe(true);
    expect(await table.insert({ partitionKey, rowKey: 'a', text: 'second', more: 1 })).toBe(false);
    expect(await read('a')).toStrictEqual({ partitionKey, rowKey: 'a', text: 'first' });
  });

  test('of concurrent inserts of one row, one wins', async () => {
    const inserts = Array.from({ length: 8 }, (_, n) => table.insert({ partitionKey, rowKey: 'a', n }));
    expect((await Promise.all(inserts)).filter(Boolean)).toHaveLength(1);
  });

  test('a put writes a row and replaces all of an existing one', async () => {
    await table.put({ partitionKey, rowKey: 'a', text: 'first', more: 1 });
    await table.put({ partitionKey, rowKey: 'a', text: 'second' });
    expect(await read('a')).toStrictEqual({ partitionKey, rowKey: 'a', text: 'second' });
  });

  test('an update merges: other values stay, and undefined takes none away', async () => {
    await table.put({ partitionKey, rowKey: 'a', text: 'first', kept: 1, also: 'kept' });
    expect(await table.update({ partitionKey, rowKey: 'a', text: 'second', more: true, also: undefined })).toBe(true);
    expect(await read('a')).toStrictEqual({
      partitionKey,
      rowKey: 'a',
      text: 'second',
      kept: 1,
      more: true,
      also: 'kept',
    });
  });

  test('an update of a missing row is refused and creates none', async () => {
    expect(await table.update({ partitionKey, rowKey: 'a', text: 'x' })).toBe(false);
    expect(await read('a')).toBeUndefined();
  });

  test('a row is found and deleted by both of its keys', async () => {
    await insertAll('a');
    await table.delete('another', 'a');
    await table.delete(partitionKey, 'b');
    expect(await table.get('another', 'a')).toBeUndefined();
    expect(await read('b')).toBeUndefined();
    expect(await read('a')).toStrictEqual({ partitionKey, rowKey: 'a' });
    await table.delete(partitionKey, 'a');
    await table.delete(partitionKey, 'a');
    expect(await read('a')).toBeUndefined();
    expect(await table.insert({ partitionKey, rowKey: 'a' })).toBe(true);
  });

  test('keys with quotes, percent signs and spaces', async () => {
    const rowKey = "it's '100%' + %27 a&b=c";
    await insertAll(rowKey);
    expect(await table.insert({ partitionKey, rowKey })).toBe(false);
    expect(await table.update({ partitionKey, rowKey, text: "o'clock" })).toBe(true);
    expect(await read(rowKey)).toStrictEqual({ partitionKey, rowKey, text: "o'clock" });
    const quoted = rowKey.replaceAll("'", "''");
    expect(await keysOf(`PartitionKey eq '${partitionKey}' and RowKey eq '${quoted}'`)).toEqual([rowKey]);
    expect(await keysOf(`PartitionKey eq '${partitionKey}' and RowKey gt '${quoted}'`)).toEqual([]);
    await table.delete(partitionKey, rowKey);
    expect(await read(rowKey)).toBeUndefined();
  });

  test('a query returns the rows of its partition in the order of their keys, by code unit', async () => {
    const sorted = ['1', '10', '2', 'A', 'B', '_', 'a', 'b'];
    await insertAll(...[...sorted].reverse());
    await table.insert({ partitionKey: `${partitionKey}-other`, rowKey: '3' });
    expect(await keysOf(`PartitionKey eq '${partitionKey}'`)).toEqual(sorted);
  });

  test('a query returns at most `top` rows, the first ones', async () => {
    await insertAll('d', 'b', 'a', 'c');
    expect(await keysOf(`PartitionKey eq '${partitionKey}'`, 3)).toEqual(['a', 'b', 'c']);
    expect(await keysOf(`PartitionKey eq '${partitionKey}' and RowKey gt 'a'`, 2)).toEqual(['b', 'c']);
  });

  test('bounds of row keys exclude the bound itself', async () => {
    await insertAll('10-a', '10-b', '11-a', '12-a');
    const within = (clauses: string) => keysOf(`PartitionKey eq '${partitionKey}' and ${clauses}`);
    expect(await within("RowKey gt '10-a'")).toEqual(['10-b', '11-a', '12-a']);
    expect(await within("RowKey lt '11-a'")).toEqual(['10-a', '10-b']);
    expect(await within("RowKey gt '10.' and RowKey lt '12'")).toEqual(['11-a']);
    expect(await within("RowKey gt '10.' and RowKey lt '12-b' and RowKey gt '11-a'")).toEqual(['12-a']);
    expect(await within("RowKey gt ''")).toHaveLength(4);
  });

  test('a query without a match is empty', async () => {
    expect(await keysOf("PartitionKey eq 'missing'")).toEqual([]);
  });

  test('a query reads only the columns that it names', async () => {
    await table.insert({ partitionKey, rowKey: 'a', text: 'x', more: 1 });
    const [row] = await table.query(`PartitionKey eq '${partitionKey}'`, 1, ['more']);
    expect(own(row)).toStrictEqual({ partitionKey, rowKey: 'a', more: 1 });
  });

  test('a row is replaced only in the version that was read', async () => {
    await insertAll('a');
    const first = await table.read(partitionKey, 'a');
    expect(own(first?.row)).toStrictEqual({ partitionKey, rowKey: 'a' });
    const replace = { partitionKey, rowKey: 'a', n: 1 };
    const etag = await table.transact([{ replace, etag: first?.etag ?? '' }]);
    expect(etag).toBe((await table.read(partitionKey, 'a'))?.etag);
    expect(await table.transact([{ replace: { ...replace, n: 2 }, etag: first?.etag ?? '' }])).toBeUndefined();
    expect(await read('a')).toStrictEqual(replace);
    await table.update({ ...replace, n: 3 });
    expect(await table.transact([{ replace, etag: etag ?? '' }])).toBeUndefined();
    expect(await read('a')).toStrictEqual({ ...replace, n: 3 });
    expect(await table.read(partitionKey, 'missing')).toBeUndefined();
  });

  test('a transaction writes all of its rows, or none', async () => {
    await table.insert({ partitionKey, rowKey: 'b', n: 1 });
    await insertAll('c');
    const merge = { partitionKey, rowKey: 'b', m: 2 };
    const gone = { partitionKey, rowKey: 'c' };
    const writes = [{ insert: { partitionKey, rowKey: 'a' } }, { merge }, { delete: gone }];
    expect(await table.transact(writes)).toBe((await table.read(partitionKey, 'a'))?.etag);
    expect(await keysOf(`PartitionKey eq '${partitionKey}'`)).toEqual(['a', 'b']);
    expect(await read('b')).toStrictEqual({ partitionKey, rowKey: 'b', n: 1, m: 2 });

    const refused = { insert: { partitionKey, rowKey: 'd' } };
    expect(await table.transact([refused, { insert: { partitionKey, rowKey: 'a' } }])).toBeUndefined();
    expect(await table.transact([refused, { merge: gone }])).toBeUndefined();
    expect(await table.transact([refused, { delete: gone }])).toBeUndefined();
    expect(await keysOf(`PartitionKey eq '${partitionKey}'`)).toEqual(['a', 'b']);
  });

  test('of concurrent transactions on one version, one writes', async () => {
    await insertAll('a');
    const etag = (await table.read(partitionKey, 'a'))?.etag ?? '';
    const attempts = Array.from({ length: 4 }, (_, n) =>
      table.transact([{ replace: { partitionKey, rowKey: 'a', n }, etag }]),
    );
    expect((await Promise.all(attempts)).filter((written) => written !== undefined)).toHaveLength(1);
  });

  test('a ping succeeds, also when the table holds no such row', async () => {
    await expect(table.ping()).resolves.toBeUndefined();
  });
}

/** What the app stored: Table storage and the retries (src/platform/retrying-table.ts) add their own values. */
function own(row: Row | undefined): Row | undefined {
  if (!row) return undefined;
  const { etag: _etag, timestamp: _timestamp, 'odata.metadata': _metadata, writeId: _writeId, ...values } = row;
  return values;
}
