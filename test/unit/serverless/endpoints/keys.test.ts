import { bearerOf, hashOfKey, newKey, opens } from '../../../../src/serverless/endpoints/keys.js';

const [current, previous, other] = [newKey(), newKey(), newKey()];
const both = { current: hashOfKey(current), previous: hashOfKey(previous) };

test('keys are 256 random bits after a prefix, and differ', () => {
  expect(current).toMatch(/^lh_[A-Za-z0-9_-]{43}$/);
  expect(new Set([current, previous, other]).size).toBe(3);
});

test.each([
  ['the current key', current, both, true],
  ['the previous key', previous, both, true],
  ['the current key, alone', current, { current: both.current }, true],
  ['another key', other, both, false],
  ['a key that was', previous, { current: both.current }, false],
  ['the beginning of a key', current.slice(0, -1), both, false],
  ['a key in another case', current.toUpperCase(), both, false],
  ['the hash in place of the key', both.current, both, false],
  ['no key', undefined, both, false],
  ['an empty key', '', both, false],
  ['no key, and a row without a hash', undefined, { current: '' }, false],
  ['an empty key, and a row with a broken hash', '', { current: 'zz' }, false],
  ['a key of an endpoint that does not exist', current, undefined, false],
  ['no key of an endpoint that does not exist', undefined, undefined, false],
])('%s', (_name, key, hashes, expected) => {
  expect(opens(key, hashes)).toBe(expected);
});

test('no key does not match the hash of an empty key', () => {
  expect(opens(undefined, { current: hashOfKey('') })).toBe(false);
});

test.each([
  ['Bearer lh_x', 'lh_x'],
  ['bearer   lh_x ', 'lh_x'],
  ['lh_x', undefined],
  ['Basic lh_x', undefined],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('Authorization: %s', (header, key) => {
  expect(bearerOf(header)).toBe(key);
});
