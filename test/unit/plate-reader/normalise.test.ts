import { normalisePlate } from '../../../services/plate-reader/normalise.js';

test.each([
  ['C181MB190', 'с181мв190', 'three digits of region'],
  ['O101HO 75', 'о101но75', 'two digits of region, a space'],
  ['ABC-1234', 'abc1234', 'punctuation goes'],
  ['C181MB1', 'c181mb1', 'one digit of region is no Russian plate'],
  ['D181MB190', 'd181mb190', 'D has no Cyrillic look-alike on plates'],
  ['C181MB1901', 'c181mb1901', 'four digits of region are none'],
  ['1C81MB190', '1c81mb190', 'the letter comes first'],
])('%s is %s: %s', (text, plate) => {
  expect(normalisePlate(text)).toBe(plate);
});

test('all twelve letters become Cyrillic', () => {
  const plates = ['A111BE77', 'K111MH77', 'O111PC77', 'T111YX77'].map(normalisePlate);
  expect(plates).toEqual(['а111ве77', 'к111мн77', 'о111рс77', 'т111ух77']);
});
