import { type BindingData, bindingData } from '../../../host/bindings/binding-data.js';
import { dateFormatter } from '../../../host/bindings/date-format.js';
import { compileTemplate } from '../../../host/bindings/expressions.js';
import { type HostFunction, type InvocationRequest } from '../../../host/contracts.js';

/** Binding expressions and their values. */

const fn = (type: string): HostFunction => {
  const trigger = { type, name: 't', direction: 'in' as const };
  return { name: 'fn', id: 'fn', trigger, bindings: { t: trigger } };
};

function resolve(text: string, request: InvocationRequest = {}, type = 'queueTrigger'): string {
  const data = () => bindingData(fn(type), request);
  return compileTemplate(text, { SET: 'set' }).resolve(data);
}

const http = (more: object): InvocationRequest => ({ triggerData: { http: { method: 'GET', ...more } } });
const nothing = (): BindingData => {
  throw new Error('nobody asked');
};

test('a text without expressions needs no data', () => {
  expect(compileTemplate('a/%SET%/b', { SET: 'set' }).resolve(nothing)).toBe('a/set/b');
});

test.each<[string, InvocationRequest, string]>([
  ['{QueueTrigger}', { triggerMetadata: { QueueTrigger: { string: 'text' } } }, 'text'],
  ['{dequeuecount}-{id}', { triggerMetadata: { DequeueCount: { int: 2 }, Id: { string: 'x' } } }, '2-x'],
  ['{Name}.{order.Id}', { triggerData: { string: '{"name":"n","Order":{"id":7}}' } }, 'n.7'],
  ['{id}', { triggerMetadata: { id: { string: 'x' } }, triggerData: { string: '{"id":true}' } }, 'true'],
  ['{instanceId}', { triggerMetadata: { instanceId: { string: '"abc"' } } }, 'abc'],
  ['{data.a}', { triggerMetadata: { data: { json: '{"a":1}' } } }, '1'],
  ['{sys.methodname}', {}, 'fn'],
  ['{a}', http({ params: { a: 'route' }, query: { a: 'query' }, body: { bytes: Buffer.from('{"a":"b"}') } }), 'route'],
  ['{a}', http({ query: { a: 'query' }, body: { bytes: Buffer.from('{"a":"body"}') } }), 'query'],
  ['{a}', http({ body: { bytes: Buffer.from('{"a":"body"}') } }), 'body'],
  ['{headers.X-Test}{query.q}', http({ headers: { 'x-test': 'h' }, query: { q: 'q' } }), 'hq'],
])('%s with %j is %s', (text, request, expected) => {
  expect(resolve(text, request)).toBe(expected);
});

test('new GUIDs in .NET’s formats', () => {
  expect(resolve('{rand-guid}')).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(resolve('{Rand-Guid:N}')).toMatch(/^[\da-f]{32}$/);
  expect(resolve('{sys.randguid:B}')).toMatch(/^\{.{36}\}$/);
  expect(resolve('{rand-guid}')).not.toBe(resolve('{rand-guid}'));
});

test('the current time, or a value with the same name', () => {
  expect(resolve('{DateTime}')).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
  const request = { triggerData: { string: '{"dateTime":"2026-11-02T03:04:05.678Z"}' } };
  expect(resolve('{datetime:yyyy/MM/dd HH_mm_ss.fff}', request)).toBe('2026/11/02 03_04_05.678');
});

test('date formats', () => {
  const date = new Date('2026-01-02T15:04:05.670Z');
  expect(dateFormatter('yy-M-d h:m:s tt hh H f ff')(date)).toBe('26-1-2 3:4:5 PM 03 15 6 67');
  expect(() => dateFormatter('yyyy-MMM')).toThrow('"MMM" in the date format "yyyy-MMM" is not supported');
});

test.each([
  ['%MISSING%/x', 'the setting MISSING is not set'],
  ['a/{b', '"a/{b" has an unpaired brace'],
  ['a}', 'has an unpaired brace'],
  ['{}', 'has an empty expression'],
  ['{datetime:QQ}', '"QQ" in the date format'],
])('%s is rejected immediately', (text, message) => {
  expect(() => compileTemplate(text, {})).toThrow(message);
});

test('an expression without a plain value is rejected with the available names', () => {
  const request = { triggerData: { string: '{"name":"n","deep":{"a":1},"gone":null,"list":[1]}' } };
  expect(() => resolve('x/{other}', request)).toThrow(
    '{other} in "x/{other}" has no value; available are: name, deep, sys',
  );
  expect(() => resolve('{deep}', request)).toThrow('{deep} in "{deep}" is not a plain value');
  expect(() => resolve('{list}', request)).toThrow('{list} in "{list}" has no value');
});
