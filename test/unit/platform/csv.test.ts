import { csvLine } from '../../../src/platform/csv.js';

test.each([
  [['a', 1, true, null, undefined, ''], 'a,1,true,,,'],
  [['a,b', 'say "hi"', 'two\r\nlines', ' space'], '"a,b","say ""hi""","two\r\nlines", space'],
  [['с181мв190', '😀'], 'с181мв190,😀'],
])('%j is %j', (cells, line) => {
  expect(csvLine(cells)).toBe(`${line}\r\n`);
});

test.each([
  ['=1+1', "'=1+1"],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ['+cmd|x', "'+cmd|x"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\r=1', '"\'\r=1"'],
  ['-', "'-"],
])('the text %j is not run as a formula', (cell, field) => {
  expect(csvLine([cell])).toBe(`${field}\r\n`);
});

test.each([-12.5, '-12.50', '+7', 0.1, -0.0000001, '-5'])('the number %j stays a number', (cell) => {
  expect(csvLine([cell])).toBe(`${cell}\r\n`);
});
