import { parseBlobPattern } from '../../../host/triggers/blob/blob-pattern.js';

/** Paths of blob triggers. */

test.each([
  ['texts/{name}', 'a/b.txt', { name: 'a/b.txt' }],
  ['texts/{name}.{ext}', 'a.b.txt', { name: 'a.b', ext: 'txt' }],
  ['texts/{name}.txt', 'a.png', undefined],
  ['texts/in/{name}', 'in/', { name: '' }],
  ['texts/a.b', 'axb', undefined],
  ['texts/a.b', 'a.b', {}],
  ['texts', 'any/name', {}],
  ['texts/{{{name}}}', '{x}', { name: 'x' }],
  ['texts/{Name}', 'CASE', { Name: 'CASE' }],
])('%s with the blob %s', (path, blob, parameters) => {
  expect(parseBlobPattern(path).match(blob)).toEqual(parameters);
});

test('listing is limited to what the names start with', () => {
  const paths = ['texts/in/{name}.txt', 'texts/{name}', 'texts/a{{{b}', 'texts'];
  expect(paths.map((path) => parseBlobPattern(path).prefix)).toEqual(['in/', '', 'a{', '']);
});

test.each(['{container}/x', '/x', 'texts/', 'texts/{name', 'texts/name}'])('%s is refused', (path) => {
  expect(() => parseBlobPattern(path)).toThrow('its path');
});
