import { foldedPath, problemOfPath } from '../../../src/books/paths.js';

test.each([
  'a',
  'index.html',
  'images/cover one.png',
  '.hidden/..x/...y',
  'é/ü/漢字/😀',
  'console/nul1/comx/lpt.d',
  'a%2Fb?c#d',
  'x'.repeat(1_024),
])('%.40s is a path', (path) => {
  expect(problemOfPath(path)).toBeUndefined();
});

test.each([
  [undefined, 'the path of a file'],
  ['', 'the path of a file'],
  ['x'.repeat(1_025), 'at most 1024 characters, got 1025'],
  [Array.from({ length: 255 }, () => 'a').join('/'), 'at most 254 segments'],
  ['/a', 'relative'],
  ['C:/a', 'relative'],
  ['c:a', 'relative'],
  ['a\\b', 'backslashes'],
  ['../a', 'no segment ..'],
  ['a/../b', 'no segment ..'],
  ['a/..', 'no segment ..'],
  ['./a', 'no segment .'],
  ['a//b', 'empty segment'],
  ['a/', 'empty segment'],
  ['a\n', 'control characters'],
  ['a\u0000b', 'control characters'],
  ['a\u0085', 'control characters'],
  ['a\u2028', 'control characters'],
  ['a\ud800', 'Unicode text'],
  ['a./b', 'dot or a space'],
  ['a /b', 'dot or a space'],
  ['con', 'device'],
  ['a/NUL.txt', 'device'],
  ['Com1', 'device'],
  ['lpt².tar.gz', 'device'],
  ['a/aux .txt', 'device'],
])('%j is refused: %s', (path, problem) => {
  expect(problemOfPath(path)).toContain(problem);
});

test.each([
  ['a/B', 'A/b'],
  ['é', 'e\u0301'],
  ['straße', 'STRASSE'],
  ['ﬁ', 'fi'],
  ['Σ', 'ς'],
])('%s and %s are one file on some systems', (one, other) => {
  expect(foldedPath(one)).toBe(foldedPath(other));
});

test('other paths are different files', () => {
  expect(new Set(['a', 'b', 'a/b', 'e', 'é', 'a.b'].map(foldedPath)).size).toBe(6);
});
