import { QueueLengths } from '../../../../src/serverless/queue/queue-lengths.js';

const observed = (lengths: QueueLengths) =>
  [...lengths.observed()].map(({ value, attributes }) => [attributes['longhaul.endpoint.id'], value]);

test('a queue is reported with its last length until the process has not seen it for 90 s', () => {
  let now = 0;
  const lengths = new QueueLengths(() => now);
  lengths.saw('a', 3);
  lengths.saw('b', 1);
  now = 60_000;
  lengths.saw('a', 2);
  expect(observed(lengths)).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
  now = 90_001;
  expect(observed(lengths)).toEqual([['a', 2]]);
});

test('at most 100 endpoints are reported, those that were seen last', () => {
  const lengths = new QueueLengths();
  for (let n = 1; n <= 150; n++) lengths.saw(`endpoint-${n}`, n);
  expect(observed(lengths)).toHaveLength(100);
  expect(observed(lengths)[0]).toEqual(['endpoint-51', 51]);
});
