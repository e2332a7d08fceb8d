import { normalizePlate } from '../../../services/plate-reader/normalize.js';

test.each([
  ['C181MB190', 'с181мв190', 'three region digits'],
  ['O101HO 75', 'о101но75', 'two region digits, a space'],
  ['ABC-1234', 'abc1234', 'punctuation is removed'],
  ['C181MB1', 'c181mb1', 'one region digit is not a Russian plate'],
  ['D181MB190', 'd181mb190', 'D has no Cyrillic homoglyph on plates'],
  ['C181MB1901', 'c181mb1901', 'four region digits are not a Russian plate'],
  ['1C81MB190', '1c81mb190', 'the letter comes first'],
])('%s is %s: %s', (text, plate) => {
  expect(normalizePlate(text)).toBe(plate);
});

test('all twelve letters become Cyrillic', () => {
  const plates = ['A111BE77', 'K111MH77', 'O111PC77', 'T111YX77'].map(normalizePlate);
  expect(plates).toEqual(['а111ве77', 'к111мн77', 'о111рс77', 'т111ух77']);
});
