import { requestedRange } from '../../../../src/files/analysis/byte-range.js';
import { contentDisposition } from '../../../../src/files/analysis/content-disposition.js';
import { numbersOf, rangesOf } from '../../../../src/files/analysis/number-ranges.js';

const validators = { etag: '"7-10"', lastModified: new Date('2026-11-28T14:00:00.700Z') };
const requested = (range?: string, ifRange?: string, size = 10) => requestedRange({ range, ifRange }, size, validators);

test.each<[string | undefined, ReturnType<typeof requested>]>([
  [undefined, undefined],
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=2-5', { start: 2, end: 6 }],
  ['BYTES=2-5', { start: 2, end: 6 }],
  ['bytes=2-', { start: 2, end: 10 }],
  ['bytes=9-', { start: 9, end: 10 }],
  ['bytes=0-99', { start: 0, end: 10 }],
  ['bytes=-3', { start: 7, end: 10 }],
  ['bytes=-99', { start: 0, end: 10 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=10-20', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-2', undefined],
  ['bytes=-', undefined],
  ['bytes=a-b', undefined],
  ['bytes=0-1,4-5', undefined],
  ['lines=0-1', undefined],
  ['', undefined],
])('the range "%s" of ten bytes', (range, expected) => {
  expect(requested(range)).toEqual(expected);
});

test('an empty file has no range', () => {
  expect([requested('bytes=0-', undefined, 0), requested('bytes=-1', undefined, 0)]).toEqual([
    'unsatisfiable',
    'unsatisfiable',
  ]);
});

test.each<[string, boolean]>([
  ['"7-10"', true],
  ['"7-11"', false],
  ['W/"7-10"', false],
  ['Sat, 28 Nov 2026 14:00:00 GMT', true],
  ['Sat, 28 Nov 2026 14:00:01 GMT', false],
  ['nonsense', false],
])('If-Range %s', (ifRange, isPart) => {
  expect(requested('bytes=1-2', ifRange)).toEqual(isPart ? { start: 1, end: 3 } : undefined);
});

test.each([
  ['script.txt', `attachment; filename="script.txt"; filename*=UTF-8''script.txt`],
  ['Сцена 1.txt', `attachment; filename="_____ 1.txt"; filename*=UTF-8''%D0%A1%D1%86%D0%B5%D0%BD%D0%B0%201.txt`],
  [`a"b\\c%'(1)*.txt`, `attachment; filename="a_b_c_'(1)*.txt"; filename*=UTF-8''a%22b%5Cc%25%27%281%29%2A.txt`],
  ['😀.txt', `attachment; filename="_.txt"; filename*=UTF-8''%F0%9F%98%80.txt`],
])('Content-Disposition of %s', (name, header) => {
  expect(contentDisposition(name)).toBe(header);
});

test.each([
  [[], ''],
  [[5], '5'],
  [[3, 1, 2, 7], '1-3,7'],
  [[1, 2, 4, 5, 9], '1-2,4-5,9'],
])('numbers %j as ranges', (numbers, text) => {
  expect(rangesOf(numbers)).toBe(text);
  expect(numbersOf(text)).toEqual([...numbers].sort((a, b) => a - b));
});
