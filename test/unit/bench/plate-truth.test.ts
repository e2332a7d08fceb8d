import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { lenientForm, readTruth, strictForm } from '../../../bench/plate-truth.js';

let dir: string;

beforeEach(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'truth-'));
});

afterEach(() => fs.rm(dir, { recursive: true }));

const write = (text: string) => fs.writeFile(path.join(dir, 'truth.tsv'), text);

test.each([
  ['files, plates and boxes', 'a.png\tAB12\t1,2,3,4\nb.jpg\tCD34\t5,6,7,8\n', ['a.png', 'b.jpg']],
  ['a heading line and Windows line endings', 'file\tplate\tbox\r\na.png\tAB12\t\r\n', ['a.png']],
  ['numbers of images', 'id\tplate\n10022\tс181мв190\n', ['10022.jpg']],
])('reads %s', async (_name, text, files) => {
  await write(text);
  expect((await readTruth(dir)).map(({ file }) => path.relative(dir, file))).toEqual(files);
});

test.each(['', 'file\tplate\n', 'a.jpg\n', 'a.jpg\t\n'])('rejects %j', async (text) => {
  await write(text);
  await expect(readTruth(dir)).rejects.toThrow('truth.tsv');
});

test('the strict form keeps the script, the lenient form replaces homoglyphs', () => {
  expect(strictForm('С 181-МВ')).toBe('с181мв');
  expect(strictForm('C181MB')).not.toBe(strictForm('С181МВ'));
  expect(lenientForm('О1О1НО 750')).toBe(lenientForm('0I01H0750'));
  expect(lenientForm('B8')).not.toBe(lenientForm('88'));
});
