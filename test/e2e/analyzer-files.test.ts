import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { analyzeInProcess, type ProcessLimits } from '../../services/analyzer/analysis-process.js';
import { type AnalysisFailure } from '../../services/analyzer/failure.js';
import { analysisResult, type AnalysisResult } from '../../services/analyzer/result.js';
import { docxOfXml } from '../support/docx-writer.js';
import { pdfOf } from '../support/pdf-writer.js';
import { markedEncrypted, zipOf } from '../support/zips.js';

const MB = 1_000_000;
/** A process without a file needs about 100 MB, so that no file here may need much. */
const LIMITS: ProcessLimits = { timeoutMs: 30_000, memoryMb: 250, maxTextBytes: 10 * MB };

let dir: string;

beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'analyzer-files-'));
});

afterAll(() => fs.rm(dir, { recursive: true }));

async function analyze(name: string, bytes: Buffer, limits = LIMITS): Promise<AnalysisResult> {
  const [file, resultFile] = [path.join(dir, 'file'), path.join(dir, 'result.json')];
  await fs.writeFile(file, bytes);
  const job = { file, resultFile, name, targetAudience: null };
  await analyzeInProcess(job, limits, new AbortController().signal);
  return analysisResult.parse(JSON.parse(await fs.readFile(resultFile, 'utf8')));
}

/** The code and the message of the failure. */
async function failure(name: string, bytes: Buffer, limits = LIMITS): Promise<[string, string]> {
  const thrown = await analyze(name, bytes, limits).then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error as AnalysisFailure,
  );
  return [thrown.code, thrown.message];
}

const spaces = (megabytes: number) => Buffer.alloc(megabytes * MB, ' ');

/** A page tree that is its own child. */
const ITSELF = '<< /Type /Pages /Kids [2 0 R] /Count 1 >>';

/** A pdf whose second page is damaged; pdf.js leaves a rejected promise behind. */
function damagedPdf(): Buffer {
  const text = pdfOf([['INT. BAR - DAY', 'He drinks.'], ['Привет']]).toString('latin1');
  return Buffer.from(text.replace('/Count', '/C\xebunt').replace('9 0 obj', '9 0 ob\x0e'), 'latin1');
}

test.each<[string, string, () => Buffer, string, RegExp]>([
  ['an empty file', 'a.txt', () => Buffer.alloc(0), 'NoText', /^The file has no text\.$/],
  [
    'a binary file',
    'a.txt',
    () => Buffer.from('GIF89a\x01\0\x01\0\x80\0\0'),
    'UnsupportedFile',
    /^The file is not a text/,
  ],
  [
    '50 MB of text',
    'a.txt',
    () => spaces(50).fill('word '),
    'TextTooLarge',
    /^The file has more than 10 MB of text\.$/,
  ],
  [
    'JSON that is nested deeply',
    'a.json',
    () => Buffer.from('['.repeat(5_000_000)),
    'TooDeep',
    /deeper than 64 levels/,
  ],
  ['JSON that is cut off', 'a.json', () => Buffer.from('{"scenes": ["INT. HOUSE'), 'DamagedFile', /not valid JSON/],
  ['a zip without a document', 'a.docx', () => zipOf({ 'a.txt': 'a' }), 'UnsupportedFile', /not a Word document/],
  [
    'a docx that is cut off',
    'a.docx',
    () => docxOfXml('<a/>').subarray(0, 300),
    'DamagedFile',
    /^The docx cannot be read/,
  ],
  ['a docx with a password', 'a.docx', () => markedEncrypted(docxOfXml('<a/>')), 'DamagedFile', /is encrypted/],
  [
    'a docx that unpacks to 64 MB',
    'a.docx',
    () => docxOfXml(spaces(64)),
    'DamagedFile',
    /more than 250 times its size/,
  ],
  ['a docx with invalid XML', 'a.docx', () => docxOfXml('<w:p><w:t>a</w:p>'), 'DamagedFile', /Its XML is invalid/],
  [
    'a docx that is nested deeply',
    'a.docx',
    () => docxOfXml('<w:p>'.repeat(1_000)),
    'TooDeep',
    /deeper than 256 levels/,
  ],
  [
    'a docx with entities',
    'a.docx',
    () => docxOfXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    'DamagedFile',
    /Its XML is/,
  ],
  [
    'a pdf that is cut off',
    'a.pdf',
    () => pdfOf([['text']]).subarray(0, 200),
    'DamagedFile',
    /^The pdf cannot be read/,
  ],
  [
    'a pdf whose pages contain themselves',
    'a.pdf',
    () => pdfOf([['a']], { pages: ITSELF }),
    'DamagedFile',
    /cannot be read/,
  ],
  ['a pdf with damaged objects', 'a.pdf', damagedPdf, 'DamagedFile', /^The pdf cannot be read/],
  ['a pdf without text', 'a.pdf', () => pdfOf([[]]), 'NoText', /scanned pages are not read/],
  [
    'a pdf that unpacks to 400 MB',
    'a.pdf',
    () => pdfOf([], { contents: [spaces(400)] }),
    'MemoryLimit',
    /more than 250 MB/,
  ],
])('%s ends as a clear failure', async (_, name, bytes, code, message) => {
  expect(await failure(name, bytes())).toEqual([code, expect.stringMatching(message)]);
});

test('a pdf that needs too much time is stopped', async () => {
  const loop = Buffer.from(`BT /F1 10 Tf ${'<0041> Tj '.repeat(2_000_000)} ET`);
  const limits = { ...LIMITS, memoryMb: 2_000, timeoutMs: 1_000 };
  expect(await failure('a.pdf', pdfOf([], { contents: [loop] }), limits)).toEqual([
    'TimeLimit',
    'The analysis takes longer than 1 s.',
  ]);
});

test('a pdf of 300 pages is read within 20 s and 500 MB', async () => {
  const lines = ['Он входит в комнату и молча садится у окна.', 'АННА', 'Ты опять опоздал. Где ты был?'];
  const page = (number: number) => [
    `${number}. ИНТ. КВАРТИРА ${number} - НОЧЬ`,
    ...Array.from({ length: 50 }, (_, index) => lines[index % 3] ?? ''),
    'Выстрел.',
  ];
  const bytes = pdfOf(Array.from({ length: 300 }, (_, index) => page(index + 1)));
  const result = await analyze('script.pdf', bytes, { timeoutMs: 20_000, memoryMb: 500, maxTextBytes: 10 * MB });
  expect(result.statistics).toMatchObject({ format: 'pdf', pages: 300, scenes: 300, scenesWithFindings: 300 });
  expect(result.scenes[299]).toMatchObject({
    label: '300',
    location: 'КВАРТИРА 300',
    timeOfDay: 'НОЧЬ',
    position: { pageFrom: 300, pageTo: 300 },
    findings: [{ text: 'Выстрел', page: 300 }],
  });
});
