import { imageProblem } from '../../../src/plates/image-format.js';
import { normalizePlate } from '../../../src/plates/plate-number.js';

const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a', 'hex'),
  Buffer.alloc(20),
  Buffer.from('0000000049454e44ae426082', 'hex'),
]);
const webp = Buffer.concat([Buffer.from('RIFF'), Buffer.from([12, 0, 0, 0]), Buffer.from('WEBPVP8 xxxx')]);
const jpeg = Buffer.from('ffd8ffe000104a46494600ffd9', 'hex');

test.each<[string, Buffer, string | undefined]>([
  ['a JPEG', jpeg, undefined],
  ['a JPEG with padding', Buffer.concat([jpeg, Buffer.alloc(4_096)]), undefined],
  ['a JPEG that ends too early', jpeg.subarray(0, -1), 'truncated'],
  ['a PNG', png, undefined],
  ['half a PNG', png.subarray(0, 20), 'truncated'],
  ['a WebP', webp, undefined],
  ['a WebP that ends too early', webp.subarray(0, -1), 'truncated'],
  ['HTML', Buffer.from('<html>'), 'not an image'],
  ['a GIF', Buffer.from('GIF89a'), 'not an image'],
  ['nothing', Buffer.alloc(0), 'not an image'],
  ['three bytes', Buffer.from('ffd8ff', 'hex'), 'not an image'],
])('%s: %3$s', (_name, bytes, problem) => {
  expect(imageProblem(bytes)).toBe(problem);
});

test.each([
  ['Latin look-alikes of a Russian plate become Cyrillic', 'C181MB 190', 'с181мв190'],
  ['a region of two digits', 'O101HO 50', 'о101но50'],
  ['what is no Russian plate stays Latin', 'ABC 1234', 'abc1234'],
  ['Cyrillic that is no Russian plate becomes Latin', 'АВ-123', 'ab123'],
  ['punctuation goes', ' m·AB-12.34 ', 'mab1234'],
  ['full-width digits are digits', '１２３ＡＢＣ', '123abc'],
  ['nothing is left of dashes', '--', ''],
])('%s', (_name, text, plate) => {
  expect(normalizePlate(text)).toBe(plate);
});
