import { connectionString } from '../../../host/bindings/connection.js';
import { decodeMessage, encodeMessage, messagesOf } from '../../../host/bindings/queue-messages.js';
import { reasonOf } from '../../../host/bindings/storage-clients.js';
import { rowsOf, toEntity, toRow } from '../../../host/bindings/table-rows.js';
import { type TypedData } from '../../../host/contracts.js';

/** Conversion of function values to messages and rows, and back. */

test.each<[TypedData, string[]]>([
  [{ string: 'text' }, ['text']],
  [{ string: '["a","b"]' }, ['a', 'b']],
  [{ string: '[not JSON' }, ['[not JSON']],
  [{ json: '{"a":1}' }, ['{"a":1}']],
  [{ json: '["a",{"b":1},2,null]' }, ['a', '{"b":1}', '2']],
  [{ json: '[]' }, []],
  [{ json: 'true' }, ['true']],
  [{ int: 0 }, ['0']],
  [{ double: 1.5 }, ['1.5']],
])('%j is the messages %j', (value, messages) => {
  expect(messagesOf(value)).toEqual(messages);
});

test('messages are encoded in base64 or sent unchanged', () => {
  expect(encodeMessage('grüße', 'base64')).toBe('Z3LDvMOfZQ==');
  expect(encodeMessage('grüße', 'none')).toBe('grüße');
  expect(encodeMessage(Buffer.from([0, 255]), 'base64')).toBe('AP8=');
  expect(decodeMessage('Z3LDvMOfZQ==', 'base64')).toBe('grüße');
  expect(decodeMessage('AP8=', 'base64')).toEqual(Buffer.from([0, 255]));
  expect(decodeMessage('', 'base64')).toBe('');
  expect(decodeMessage('no base64!', 'base64')).toBeUndefined();
  expect(decodeMessage('abc', 'base64')).toBeUndefined();
  expect(decodeMessage('no base64!', 'none')).toBe('no base64!');
});

test('a row that was read has the genuine host’s names and JSON values', () => {
  const entity = {
    'odata.metadata': 'x',
    partitionKey: 'p',
    rowKey: 'r',
    etag: 'W/"1"',
    timestamp: '2026-01-01T00:00:00Z',
    big: 12n,
    bytes: new Uint8Array([1, 2]),
    when: new Date(0),
    guid: { type: 'Guid', value: 'g' },
    Name: 'n',
  };
  expect(JSON.parse(JSON.stringify(toRow(entity)))).toEqual({
    PartitionKey: 'p',
    RowKey: 'r',
    big: 12,
    bytes: 'AQI=',
    when: '1970-01-01T00:00:00.000Z',
    guid: 'g',
    Name: 'n',
  });
});

test('a row’s own keys take precedence over those of its binding', () => {
  const row = { ROWKEY: 'own', Timestamp: 'x', empty: null, n: 1, 'odata.etag': '*' };
  expect(toEntity(row, { partitionKey: 'p', rowKey: 'r' })).toEqual({
    entity: { partitionKey: 'p', rowKey: 'own', n: 1 },
    etag: '*',
  });
  expect(toEntity({ PartitionKey: 'p', RowKey: 'r', ETag: '*' }, {}).etag).toBe('*');
});

test('objects and arrays in a row become JSON text', () => {
  const { entity } = toEntity({ deep: { n: [1] }, none: [] }, { partitionKey: 'p', rowKey: 'r' });
  expect(entity).toMatchObject({ deep: '{\n  "n": [\n    1\n  ]\n}', none: '[]' });
});

test('a value that is not a row is rejected', () => {
  expect(rowsOf({ json: '[{"a":1},{"b":2}]' })).toHaveLength(2);
  expect(() => rowsOf({ json: '[1]' })).toThrow('the value must be a row');
  expect(() => rowsOf({ string: 'text' })).toThrow('the value must be a row');
  expect(() => toEntity({ a: 1 }, { partitionKey: 'p' })).toThrow('the row needs a string as its rowKey');
});

test.each<[unknown, Record<string, string>, string]>([
  ['', { AzureWebJobsStorage: 'default' }, 'default'],
  [undefined, { AzureWebJobsStorage: 'default' }, 'default'],
  ['AzureWebJobsStorage', { AzureWebJobsStorage: 'default' }, 'default'],
  ['Mine', { Mine: 'plain', AzureWebJobsMine: 'prefixed' }, 'prefixed'],
  ['Mine', { Mine: 'plain', AzureWebJobsMine: '' }, 'plain'],
])('the connection %j in %j', (connection, env, expected) => {
  expect(connectionString(connection, env)).toBe(expected);
});

test('a missing connection is named', () => {
  expect(() => connectionString('Mine', {})).toThrow('the setting AzureWebJobsMine or Mine with its storage');
  expect(() => connectionString('Mine', { Mine__accountName: 'x' })).toThrow('uses an identity');
});

test('a storage error is one line', () => {
  expect(reasonOf(new Error('Not allowed.\nRequestId:1'))).toBe('Not allowed.');
  expect(reasonOf(Object.assign(new Error(''), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  expect(reasonOf(Object.assign(new Error('aborted'), { name: 'AbortError' }))).toBe('storage does not answer');
});
