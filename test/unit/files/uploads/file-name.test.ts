import fc from 'fast-check';
import { checkName } from '../../../../src/files/uploads/file-name.js';
import { anyCharacter } from '../../../support/any-character.js';

test.each(['a.txt', 'Сценарий «Мост».docx', '脚本 🎬.pdf', '...', 'a..b', '🎬'.repeat(255), 'e\u0301'])(
  '%j is accepted as it is',
  (name) => expect(checkName(name, 'upload')).toBe(name),
);

test.each([
  ['', 'has no name'],
  ['  ', 'has no name'],
  ['a/b', 'is a path'],
  ['a\\b', 'is a path'],
  ['..', 'is a path'],
  ['a\nb', 'has a control character'],
  ['a\u007f', 'has a control character'],
  ['a\u0085', 'has a control character'],
  ['\uFFFD.txt', 'is not UTF-8'],
  ['\uD83C.txt', 'is not UTF-8'],
  ['🎬'.repeat(256), 'is longer than 255 characters'],
])('%j is refused: it %s', (name, message) => {
  expect(() => checkName(name, 'upload')).toThrow(message);
});

test('no accepted name leaves its folder or breaks a header', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (name) => {
      try {
        checkName(name, 'upload');
      } catch {
        return;
      }
      expect(/[/\\\r\n\0]/.test(name) || ['', '.', '..'].includes(name)).toBe(false);
    }),
  );
});
