import { QueryParameters } from '../../../../host/durable/api/query-parameters.js';

test('query parameters: names are case-insensitive, values have limits', () => {
  const query = new QueryParameters(
    new URLSearchParams('ShowInput=FALSE&timeout=1e99&pollingInterval=-3&top=0&createdTimeFrom=nonsense'),
  );
  expect(query.flag('showInput', true)).toBe(false);
  expect(query.flag('showHistory', true)).toBe(true);
  expect(query.seconds('timeout')).toBe(86_400);
  expect(query.seconds('pollingInterval')).toBe(0);
  expect(query.seconds('missing')).toBeUndefined();
  expect(query.count('top', 100, 1_000)).toBe(100);
  expect(query.time('createdTimeFrom')).toBeUndefined();
});
