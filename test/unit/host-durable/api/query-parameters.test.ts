import { QueryParameters } from '../../../../host/durable/api/query-parameters.js';

const query = (text: string) => new QueryParameters(new URLSearchParams(text));

test('names are case-insensitive, values of a repeated name are joined, blank names count as missing', () => {
  const read = query('TaskHub=Hub&reason=a&REASON=b&connection=%20');
  expect([read.name('taskHub'), read.text('reason'), read.name('connection')]).toEqual(['Hub', 'a,b', undefined]);
});

test.each([
  ['FALSE', true, false],
  [' true ', false, true],
  ['1', true, true],
  ['true,false', false, false],
])('flag %j with the default %j is %j', (value, standard, expected) => {
  expect(query(`f=${value}`).flag('f', standard)).toBe(expected);
});

test.each([
  ['0.5', 0.5],
  [' 1 ', 1],
  ['-3', -3],
  ['1,000', 1_000],
  ['1e1', 10],
  ['abc', undefined],
  ['', undefined],
])('%j is %j seconds', (value, expected) => {
  expect(query(`t=${encodeURIComponent(value)}`).seconds('t')).toBe(expected);
});

test.each([
  ['0', 0],
  ['-1', -1],
  [' +2 ', 2],
  ['2.5', undefined],
  ['abc', undefined],
  ['99999999999', undefined],
])('%j is the whole number %j', (value, expected) => {
  expect(query(`top=${encodeURIComponent(value)}`).integer('top')).toBe(expected);
});

test.each([
  ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02 03:04', '2026-01-02T03:04:00.000Z'],
  ['2026-01-02', '2026-01-02T00:00:00.000Z'],
  ['1-01-01', '0001-01-01T00:00:00.000Z'],
  ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
  ['01/02/2026', '2026-01-02T00:00:00.000Z'],
  ['Fri, 02 Jan 2026 03:04:05 GMT', '2026-01-02T03:04:05.000Z'],
  ['abc', undefined],
  ['soon 1', undefined],
])('%j is the time %j', (value, expected) => {
  const ms = query(`from=${encodeURIComponent(value)}`).time('from');
  expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(expected);
});
