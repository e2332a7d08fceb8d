import { once } from 'node:events';
import http from 'node:http';
import fc from 'fast-check';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client, type Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { BOUNDARY, docx, filePart, formHeaders, multipart, type FormPart } from '../support/forms.js';
import { storedFiles } from '../support/stored-files.js';
import { zipOf } from '../support/zips.js';

/** Uploads by form, and the calls that read and delete files (docs/contracts/files.md). */

const LIMIT = 6_000_000;

interface Shown {
  id: number;
  name: string;
  size: number;
  upload: string;
}

let stack: Stack;
let app: Client;
let stored: ReturnType<typeof storedFiles>;

beforeAll(async () => {
  stack = await startStack({ env: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(LIMIT) } });
  app = new Client(stack.url);
  stored = storedFiles(stack.storage.connectionString);
});
afterAll(() => stack.stop());

const send = (body: Buffer, headers: Record<string, string> = {}, path = '/files/') =>
  app.send('POST', path, { body: new Uint8Array(body), headers: { ...formHeaders(), ...headers } });
const upload = (content: Buffer | string, name?: string, headers?: Record<string, string>) =>
  send(multipart([filePart(content, name)]), headers);
const idOf = ({ status, body, text }: Answer): number => {
  if (status !== 201) throw new Error(`The upload was answered ${status}: ${text}`);
  return (body as unknown as { id_file: number }).id_file;
};
const shown = async (id: number) => (await app.get(`/files/${id}/`)).body as unknown as Shown;
const listed = async (query = '?limit=1000') => (await app.get(`/files/${query}`)).body as unknown as Shown[];

const text = 'ИНТ. ДОМ — ДЕНЬ\n'.repeat(400_000 / 16);
const pdf = Buffer.concat([Buffer.from('\n%PDF-1.7\n%'), Buffer.from([0xe2, 0xe3, 0, 1, 2])]);
const windows1251 = Buffer.from([0xc8, 0xcd, 0xd2, 0x2e, 0x20, 0xc4, 0xce, 0xcc, 0x0d, 0x0a]);
const utf16 = Buffer.from(`\uFEFF${text.slice(0, 1_000)}`, 'utf16le');

test.each<[string, string, Buffer | string]>([
  ['pdf', 'a.pdf', pdf],
  ['docx', 'a.docx', docx()],
  ['json', 'a.json', ' {"scenes": []}'],
  ['txt in UTF-8', 'a.txt', text],
  ['txt in windows-1251', 'a.txt', windows1251],
  ['txt in UTF-16', 'A.TXT', utf16],
  ['a file of more than one block', 'b.txt', 'x'.repeat(5_500_000)],
])('%s is stored as it is sent', async (_, name, content) => {
  const before = Date.now() - 1_000;
  const answer = await upload(content, name, { 'X-User-ID': '7' });
  const id = idOf(answer);
  expect(answer.body).toEqual({ id_file: id, id_user: 7 });
  const bytes = Buffer.from(content as string);
  expect(await shown(id)).toEqual({ id, name, size: bytes.length, upload: expect.any(String) as string });
  const uploaded = Date.parse((await shown(id)).upload);
  expect(uploaded >= before && uploaded <= Date.now() + 1_000).toBe(true);
  expect((await stored.bytes(id)).equals(bytes)).toBe(true);
  expect((await listed()).some((file) => file.id === id)).toBe(true);
});

test.each([
  ['Сценарий «Мост» — финал.txt'],
  ['脚本 🎬 é e\u0301.txt'],
  ["a+b%20c;d=e'f.txt"],
  [`${'я'.repeat(251)}.txt`],
  [`${'🎬'.repeat(251)}.txt`],
  [' spaces  inside .txt'],
])('the name %j is shown as it is sent', async (name) => {
  expect((await shown(idOf(await upload('x', name)))).name).toBe(name);
});

test('a name in the form of RFC 5987 is decoded', async () => {
  const disposition = 'form-data; name="upload"; filename*=UTF-8\'\'%D0%9C%D0%BE%D1%81%D1%82%20%22x%22.txt';
  const id = idOf(await send(multipart([{ disposition, content: 'x' }])));
  expect((await shown(id)).name).toBe('Мост "x".txt');
});

test('a browser’s own form is accepted', async () => {
  const form = new FormData();
  form.append('upload', new Blob(['text']), 'мост.txt');
  const answer = await app.send('POST', '/files/', { body: form });
  expect((await shown(idOf(answer))).name).toBe('мост.txt');
});

const field = (name: string, content = 'x'): FormPart => ({ disposition: `form-data; name="${name}"`, content });

test.each<[string, Buffer, Record<string, string>, number, string]>([
  ['no file', multipart([]), {}, 400, 'upload: the form has no file; send one in this field.'],
  ['an empty body', Buffer.alloc(0), {}, 400, 'The form is not a whole multipart body; send it again.'],
  [
    'a text instead of the file',
    multipart([field('upload')]),
    {},
    400,
    'upload: there is no such text field; the form has none, and a file has a file name.',
  ],
  [
    'an unknown field',
    multipart([filePart('x'), field('comment')]),
    {},
    400,
    'comment: there is no such text field; the form has none, and a file has a file name.',
  ],
  ['a file in another field', multipart([filePart('x', 'a.txt', 'file')]), {}, 400, 'file: send the file as `upload`.'],
  ['two files', multipart([filePart('x'), filePart('y')]), {}, 400, 'upload: the form has a file already; send one.'],
  ['an empty file', multipart([filePart('')]), {}, 400, 'upload: the file is empty.'],
  ['a file without a name', multipart([filePart('x', '')]), {}, 400, 'upload: the file has no name.'],
  [
    'a part without a field name',
    multipart([{ disposition: 'form-data; filename="a.txt"', content: 'x' }]),
    {},
    400,
    'A part of the form has no field name.',
  ],
  [
    'a part without a disposition',
    multipart([{ headers: ['X-Any: y'], content: 'x' }]),
    {},
    400,
    'upload: the form has no file; send one in this field.',
  ],
  [
    'a path as name',
    multipart([filePart('x', '../a.txt')]),
    {},
    400,
    'upload: the file name is a path; send the name without a folder.',
  ],
  [
    'a Windows path as name',
    multipart([filePart('x', 'C:\\b\\a.txt')]),
    {},
    400,
    'upload: the file name is a path; send the name without a folder.',
  ],
  [
    'a control character in the name',
    multipart([filePart('x', 'a\u0001.txt')]),
    {},
    400,
    'upload: the file name has a control character.',
  ],
  [
    'a name of 256 characters',
    multipart([filePart('x', `${'я'.repeat(252)}.txt`)]),
    {},
    400,
    'upload: the file name is longer than 255 characters.',
  ],
  [
    'a name that is not UTF-8',
    multipart([{ disposition: 'form-data; name="upload"; filename*=UTF-8\'\'%FF.txt', content: 'x' }]),
    {},
    400,
    'upload: the file name is not UTF-8.',
  ],
  [
    'a form in the form',
    multipart([
      { ...filePart(multipart([filePart('x')], 'inner')), headers: ['Content-Type: multipart/mixed; boundary=inner'] },
    ]),
    {},
    400,
    'upload: a form inside of a form is not supported.',
  ],
  [
    'base64',
    multipart([{ ...filePart('eA=='), headers: ['Content-Transfer-Encoding: base64'] }]),
    {},
    400,
    'upload: the Content-Transfer-Encoding base64 is not supported; send the bytes.',
  ],
  [
    'headers of 40 KB before the name',
    multipart([
      {
        headers: [`X-Long: ${'x'.repeat(40_000)}`, 'Content-Disposition: form-data; name="upload"; filename="a.txt"'],
        content: 'x',
      },
    ]),
    {},
    400,
    'upload: the form has no file; send one in this field.',
  ],
  [
    '21 parts',
    multipart(Array.from({ length: 21 }, () => ({ content: 'x' }))),
    {},
    400,
    'The form has more than 20 parts.',
  ],
  [
    'half a form',
    multipart([filePart('x'.repeat(1_000))]).subarray(0, 500),
    {},
    400,
    'The form is not a whole multipart body; send it again.',
  ],
  [
    'another boundary',
    multipart([filePart('x')], 'other'),
    {},
    400,
    'The form is not a whole multipart body; send it again.',
  ],
  [
    'no boundary',
    multipart([filePart('x')]),
    { 'Content-Type': 'multipart/form-data' },
    400,
    'Content-Type: expected multipart/form-data with a boundary.',
  ],
  [
    'a boundary that is too long',
    multipart([filePart('x')]),
    { 'Content-Type': `multipart/form-data; boundary=${'b'.repeat(300)}` },
    400,
    'Content-Type: the boundary is not valid.',
  ],
  [
    'another content type',
    Buffer.from('{}'),
    { 'Content-Type': 'application/json' },
    415,
    'Content-Type: expected multipart/form-data, got "application/json".',
  ],
  [
    'a wrong user',
    multipart([filePart('x')]),
    { 'X-User-ID': '-1' },
    400,
    'X-User-ID: expected a positive number of at most 15 digits.',
  ],
  [
    'another extension',
    multipart([filePart('x', 'a.exe')]),
    {},
    415,
    'upload: the file name ends with none of .pdf, .docx, .txt and .json; allowed are pdf, docx, txt and json.',
  ],
  [
    'no extension',
    multipart([filePart('x', 'txt')]),
    {},
    415,
    'upload: the file name ends with none of .pdf, .docx, .txt and .json; allowed are pdf, docx, txt and json.',
  ],
  [
    'a txt with a NUL',
    multipart([filePart('a\0b')]),
    {},
    415,
    'upload: the name ends with .txt, and the bytes are no txt; allowed are pdf, docx, txt and json.',
  ],
  [
    'a pdf as txt',
    multipart([filePart('%PDF-1.7')]),
    {},
    415,
    'upload: the name ends with .txt, and the bytes are no txt; allowed are pdf, docx, txt and json.',
  ],
  [
    'a txt as pdf',
    multipart([filePart('text'.repeat(1_000), 'a.pdf')]),
    {},
    415,
    'upload: the name ends with .pdf, and the bytes are no pdf; allowed are pdf, docx, txt and json.',
  ],
  [
    'a zip without a document as docx',
    multipart([filePart(zipOf({ 'a.txt': 'x' }), 'a.docx')]),
    {},
    415,
    'upload: the name ends with .docx, and the zip has no word/document.xml; allowed are pdf, docx, txt and json.',
  ],
  [
    'half a docx',
    multipart([filePart(docx().subarray(0, 100), 'a.docx')]),
    {},
    415,
    'upload: the name ends with .docx, and the bytes are no whole zip; allowed are pdf, docx, txt and json.',
  ],
  [
    'a word as json',
    multipart([filePart('word', 'a.json')]),
    {},
    415,
    'upload: the name ends with .json, and the bytes are no json; allowed are pdf, docx, txt and json.',
  ],
])('%s is refused and leaves nothing', async (_, body, headers, status, message) => {
  const [rows, blobs] = [await stored.rows(), await stored.blobs()];
  const answer = await send(body, headers);
  expect([answer.status, answer.body]).toEqual([status, { errors: message }]);
  expect([await stored.rows(), await stored.blobs()]).toEqual([rows, blobs]);
});

describe('a body above the limit of the host', () => {
  test('is refused by its length, before it is sent', async () => {
    const sent = http.request(`${stack.url}/files/`, {
      method: 'POST',
      agent: false,
      headers: { ...formHeaders(), 'Content-Length': LIMIT + 1 },
    });
    sent.flushHeaders();
    const [answer] = (await once(sent, 'response')) as [http.IncomingMessage];
    expect([answer.statusCode, await answer.toArray()]).toEqual([500, []]);
    sent.destroy();
  });

  test('is refused when it passes the limit, if it has no length', async () => {
    const blobs = await stored.blobs();
    const body = multipart([filePart('x'.repeat(LIMIT))]);
    const answer = await fetch(`${stack.url}/files/`, {
      method: 'POST',
      headers: formHeaders(),
      body: ReadableStream.from(chunksOf(body, 65_536)),
      duplex: 'half',
    });
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    const isCleaned = async () => (await stored.blobs()).join() === blobs.join() || undefined;
    await eventually(isCleaned, 'the removal of what was stored'); // the response does not wait for the app
  });
});

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
    await Promise.resolve();
  }
}

/** Begins an upload and sends the first 5 MB of it. */
async function half(): Promise<{ sent: http.ClientRequest; blob: string }> {
  const before = await stored.blobs();
  const sent = http.request(`${stack.url}/files/`, { method: 'POST', agent: false, headers: formHeaders() });
  sent.on('error', () => undefined); // the end of the line
  const body = multipart([filePart('x'.repeat(5_500_000))]);
  sent.write(body.subarray(0, 5_000_000));
  const blob = await eventually(async () => {
    const after = await stored.blobs();
    return after.find((name) => !before.includes(name));
  }, 'the first block');
  return { sent, blob };
}

test('an upload whose client is lost leaves nothing', async () => {
  const [rows, files] = [await stored.rows(), await listed()];
  const { sent, blob } = await half();
  expect(await listed()).toEqual(files);
  sent.destroy();
  await eventually(async () => !(await stored.blobs()).includes(blob) || undefined, 'the end of the upload');
  await eventually(async () => (await stored.rows()).length === rows.length || undefined, 'the end of its row');
});

test('an upload whose host is killed is not shown, and the timer removes it', async () => {
  const [rows, files] = [await stored.rows(), await listed()];
  const { sent, blob } = await half();
  await stack.kill('app', 'SIGKILL');
  sent.destroy();
  await stack.restart('app');
  expect(await listed()).toEqual(files);
  const id = Number(blob.split('/')[1]);
  expect([(await app.get(`/files/${id}/`)).status, (await app.send('DELETE', `/files/${id}/`)).status]).toEqual([
    404, 404,
  ]);
  expect(await stored.cleanUp(0)).toBe(0);
  expect(await stored.blobs()).toContain(blob);
  expect(await stored.cleanUp(3_700_000)).toBe(1);
  expect(await stored.blobs()).not.toContain(blob);
  expect(await stored.rows()).toEqual(rows);
});

test('files are listed in pages, in the order of their numbers', async () => {
  const ids = [];
  for (let count = 0; count < 3; count++) ids.push(idOf(await upload('x')));
  const all = (await listed()).map(({ id }) => id);
  expect(all.slice(-3)).toEqual(ids);
  const page = await app.get(`/files/?limit=2&offset=${all.length - 3}`);
  expect((page.body as unknown as Shown[]).map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(page.headers.get('link')).toBe(
    `<${stack.url}/files/?limit=2&offset=${all.length - 1}>; rel="next", <${stack.url}/files/?limit=2&offset=${all.length - 5}>; rel="prev"`,
  );
  expect((await app.get('/files/?limit=0')).status).toBe(400);
});

test('a file is deleted once, with its bytes', async () => {
  const id = idOf(await upload('x'));
  const answers = [];
  for (let count = 0; count < 2; count++) answers.push((await app.send('DELETE', `/files/${id}/`)).status);
  expect([...answers, (await app.get(`/files/${id}/`)).status]).toEqual([204, 404, 404]);
  expect(await stored.blobs()).not.toContain(`files/${id}/bytes`);
  expect((await app.get('/files/0/')).body).toEqual({ errors: 'There is no file of this number.' });
});

test('the calls are served under the prefix of existing clients', async () => {
  const id = idOf(await send(multipart([filePart('x')]), {}, '/api/v1/wink/files/'));
  expect((await app.get(`/api/v1/wink/files/${id}/`)).body).toMatchObject({ id, name: 'script.txt' });
  expect((await app.get('/api/v1/wink/files')).status).toBe(200);
});

test('any bytes as a form are answered with 201, 400 or 415, and the app lives on', async () => {
  const token = fc.string({ minLength: 1, maxLength: 8 });
  const part = fc.record({
    disposition: fc.oneof(
      fc.constant(`form-data; name="upload"; filename="a.txt"`),
      fc.tuple(token, token).map(([name, file]) => `form-data; name="${name}"; filename="${file}"`),
      fc.constant('form-data'),
      fc.string({ maxLength: 60 }),
    ),
    headers: fc.array(fc.string({ maxLength: 40 }), { maxLength: 3 }),
    content: fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.constant(`\r\n--${BOUNDARY}`),
      fc.constant(`\r\n--${BOUNDARY}--`),
    ),
  });
  const body = fc
    .tuple(fc.array(part, { maxLength: 4 }), fc.string({ maxLength: 20 }), fc.nat(1_000))
    .map(([parts, extra, cut]) => {
      const whole = Buffer.concat([Buffer.from(extra), multipart(parts)]);
      return cut % 3 === 0 ? whole.subarray(0, cut) : whole;
    });
  const rows = await stored.rows();
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      const answer = await send(bytes);
      expect([201, 400, 415]).toContain(answer.status);
      if (answer.status === 201) await app.send('DELETE', `/files/${idOf(answer)}/`);
    }),
    { numRuns: 150 },
  );
  expect(await stored.rows()).toEqual(rows);
  idOf(await upload('x'));
});
