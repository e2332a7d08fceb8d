import { HttpRequest } from '@azure/functions';
import { createStartLimit } from '../../../src/operations/start-limit.js';

let now = 0;
function limit(perMinute: number, TRUST_PROXY = false) {
  now = Date.parse('2026-11-22T04:15:00.000Z');
  const take = createStartLimit(perMinute, { TRUST_PROXY }, () => now);
  return (headers: Record<string, string> = {}, query: Record<string, string> = {}) => {
    try {
      return take?.(new HttpRequest({ method: 'POST', url: 'http://localhost/', headers, query }));
    } catch (thrown) {
      return thrown;
    }
  };
}
const refused = { data: { code: 'TooManyRequests', status: 429 } };

test('the default is no limit', () => {
  expect(createStartLimit(0, { TRUST_PROXY: false })).toBeUndefined();
});

test('answers say what is left, and when a refused caller may start again', () => {
  const start = limit(3);
  expect([start(), start(), start()]).toEqual([
    { 'RateLimit-Policy': '"starts";q=3;w=60', RateLimit: '"starts";r=2;t=20' },
    { 'RateLimit-Policy': '"starts";q=3;w=60', RateLimit: '"starts";r=1;t=40' },
    { 'RateLimit-Policy': '"starts";q=3;w=60', RateLimit: '"starts";r=0;t=60' },
  ]);
  now += 5_000;
  expect(start()).toMatchObject({ ...refused, headers: { 'Retry-After': '15', RateLimit: '"starts";r=0;t=55' } });
  now += 15_000;
  expect(start()).toMatchObject({ RateLimit: '"starts";r=0;t=60' });
});

test('each function key has a bucket of its own', () => {
  const start = limit(1);
  expect(start({ 'x-functions-key': 'a' })).not.toMatchObject(refused);
  expect(start({}, { code: 'a' })).toMatchObject(refused);
  expect(start({ 'x-functions-key': 'b' })).not.toMatchObject(refused);
});

test('X-Forwarded-For counts behind a trusted proxy only, and of it the address that the proxy added', () => {
  const forwarded = (value: string) => ({ 'x-forwarded-for': value });
  const untrusted = limit(1);
  expect(untrusted(forwarded('203.0.113.7'))).not.toMatchObject(refused);
  expect(untrusted(forwarded('203.0.113.8'))).toMatchObject(refused);
  const trusted = limit(1, true);
  expect(trusted(forwarded('203.0.113.7:50123'))).not.toMatchObject(refused);
  expect(trusted(forwarded('198.51.100.1, 203.0.113.7:50124'))).toMatchObject(refused);
  expect(trusted(forwarded('[2001:db8::1]:50123'))).not.toMatchObject(refused);
  expect(trusted(forwarded('2001:db8::1'))).toMatchObject(refused);
});

test('callers that were forgotten begin anew, so that their number is bounded', () => {
  const start = limit(1);
  start({ 'x-functions-key': 'first' });
  for (let n = 0; n < 10_000; n++) start({ 'x-functions-key': `key ${n}` });
  expect(start({ 'x-functions-key': 'first' })).not.toMatchObject(refused);
});
