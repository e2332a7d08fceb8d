import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { extractText } from '../../../services/analyzer/text/extract.js';
import { docxOf, docxOfXml } from '../../support/docx-writer.js';

let dir: string;

beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'analyzer-text-'));
});

afterAll(() => fs.rm(dir, { recursive: true }));

async function textOf(bytes: Buffer | string, name = 'a.txt', maxTextBytes = 1_000) {
  const file = path.join(dir, 'file');
  await fs.writeFile(file, bytes);
  const { format, text } = await extractText(file, { name, maxTextBytes });
  return [format, text];
}

const TEXT = 'ИНТ. КУХНЯ\nЁлка — «да»';

test.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16 LE', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16 BE', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
  ['windows-1251', Buffer.from('c8cdd22e20cad3d5cddf0aa8ebeae020972 0abe4e0bb'.replace(' ', ''), 'hex')],
])('a text in %s is read', async (_, bytes) => {
  expect(await textOf(bytes)).toEqual(['txt', TEXT]);
});

test('line ends, composed characters and soft hyphens are normalized', async () => {
  expect(await textOf('и\u0306\r\nа\u00adб\rв\u2028')).toEqual(['txt', 'й\nаб\nв\n']);
});

test('the strings of a JSON file are its text, in their order', async () => {
  const json = { title: 'T', scenes: [{ number: 1, heading: 'INT. BAR', lines: ['a', 'b\nc'] }, null, true] };
  expect(await textOf(JSON.stringify(json), 'a.bin')).toEqual(['json', 'T\nINT. BAR\na\nb\nc\n']);
});

test('a text that begins with a bracket is no JSON', async () => {
  expect(await textOf('[Музыка]\nТихо.')).toEqual(['txt', '[Музыка]\nТихо.']);
  await expect(textOf('[Музыка]', 'a.json')).rejects.toMatchObject({ code: 'DamagedFile' });
});

test('the paragraphs, tabs and breaks of a docx are its lines; deleted text is left out', async () => {
  expect(await textOf(docxOf(['ИНТ. БАР', '', 'А & <Б>']), 'a.pdf')).toEqual(['docx', 'ИНТ. БАР\n\nА & <Б>\n']);
  const run = (text: string) => `<w:r><w:t>${text}</w:t></w:r>`;
  const xml = `<w:body xmlns:w="x"><w:p>${run('a')}<w:del>${run('b')}</w:del><w:r><w:tab/><w:t>c</w:t><w:br/></w:r>
    ${run('d')}</w:p></w:body>`;
  expect(await textOf(docxOfXml(xml))).toEqual(['docx', 'a\tc\nd\n']);
});

test('a text above the limit is refused in every format', async () => {
  const long = 'слово '.repeat(100);
  for (const bytes of [Buffer.from(long), JSON.stringify([long]), docxOf([long])]) {
    await expect(textOf(bytes)).rejects.toMatchObject({ code: 'TextTooLarge' });
  }
});
