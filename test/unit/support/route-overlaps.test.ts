import { overlaps } from '../../support/route-overlaps.js';

const call = (path: string) => ({ name: path, method: 'get', path });

test.each([
  ['/v1/books/{id}', '/v1/{serverlessId}/status'],
  ['/a/{x}', '/A/b/'],
  ['/a/{x}', '/{y}/b'],
  ['/a/{x}/files/{*path}', '/a/b/files/c/d'],
  ['/a/{x:int}', '/a/12'],
  ['/a/{x}:cancel', '/a/{y}:cancel'],
])('%s and %s overlap', (one, other) => {
  expect(overlaps([call(one), call(other)])).toHaveLength(1);
});

test.each([
  ['/a/{x}', '/a/{x}/b'],
  ['/a/{x}', '/a/{x}:cancel'],
  ['/a/{x}:start', '/a/{x}:cancel'],
  ['/a/{x:int}', '/a/{y:guid}'],
  ['/a/{x:int}', '/a/b'],
  ['/a/{x}', '/b/{x}'],
])('%s and %s do not overlap', (one, other) => {
  expect(overlaps([call(one), call(other)])).toEqual([]);
});

test('calls of different methods do not overlap', () => {
  expect(overlaps([call('/a'), { ...call('/{x}'), method: 'post' }])).toEqual([]);
});
