import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type http from 'node:http';
import { TableClient } from '@azure/data-tables';
import * as tusClient from 'tus-js-client';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { docx } from '../support/forms.js';
import { storedFiles } from '../support/stored-files.js';
import { checksum, metadata, TusClient } from '../support/tus.js';

/** Resumable uploads by tus 1.0 (https://tus.io/protocols/resumable-upload), in two instances of the app on one storage. */

const LIMIT = 30_000_000;
const MB = 1_000_000;

let stack: Stack;
let app: Client;
let tus: TusClient;
let stored: ReturnType<typeof storedFiles>;
/** The other instance. */
let other: Stack;
let otherTus: TusClient;

beforeAll(async () => {
  const env = { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(LIMIT) };
  stack = await startStack({ env });
  other = await startStack({ env, external: { storage: stack.storage.connectionString } });
  app = new Client(stack.url);
  tus = new TusClient(stack.url);
  otherTus = new TusClient(other.url);
  stored = storedFiles(stack.storage.connectionString);
});
afterAll(async () => {
  await other.stop();
  await stack.stop();
});

/** Text without repetition, so that bytes at a wrong place are noticed. */
function textOf(bytes: number): Buffer {
  const line = (count: number) => createHash('sha256').update(String(count)).digest('hex');
  const lines = Array.from({ length: Math.ceil(bytes / 65) }, (_, count) => `${line(count)}\n`);
  return Buffer.from(lines.join('')).subarray(0, bytes);
}

const idAt = ({ headers }: { headers: Headers }) => Number(headers.get('x-file-id'));
const at = (url: string, base: string) => new URL(new URL(url).pathname, base).href;

describe('the protocol', () => {
  test('OPTIONS tells version, extensions, algorithms and the largest file', async () => {
    const { status, headers } = await app.send('OPTIONS', '/files/tus/');
    expect([status, Object.fromEntries(headers)]).toMatchObject([
      204,
      {
        'tus-version': '1.0.0',
        'tus-resumable': '1.0.0',
        'tus-extension': 'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum',
        'tus-checksum-algorithm': 'sha1,sha256,md5',
        'tus-max-size': '5000000000',
      },
    ]);
  });

  test('an upload in parts becomes a file', async () => {
    const text = textOf(3 * MB);
    const url = await tus.create(text.length, 'мост.txt');
    expect(url).toMatch(new RegExp(`^${stack.url}/files/tus/[0-9a-f]{32}$`));
    const first = await tus.patch(url, 0, text.subarray(0, MB));
    expect([first.status, first.headers.get('upload-offset'), idAt(first)]).toEqual([204, String(MB), 0]);
    expect(Date.parse(first.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now() + 86_000_000);
    expect(await tus.offset(url)).toBe(MB);
    const head = await tus.send('HEAD', url);
    expect([head.headers.get('upload-length'), head.headers.get('cache-control')]).toEqual([
      String(3 * MB),
      'no-store',
    ]);
    const last = await tus.patch(url, MB, text.subarray(MB));
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, String(3 * MB)]);
    expect(idAt(await tus.send('HEAD', url))).toBe(idAt(last));
    expect((await app.get(`/files/${idAt(last)}/`)).body).toMatchObject({ name: 'мост.txt', size: 3 * MB });
    expect((await stored.bytes(idAt(last))).equals(text)).toBe(true);
    expect((await tus.send('DELETE', url)).status).toBe(409);
  });

  test('the creation can have the first bytes, or all of them', async () => {
    const type = { 'Content-Type': 'application/offset+octet-stream' };
    const headers = { 'Upload-Length': 4, ...metadata('a.txt'), ...type };
    const whole = await tus.send('POST', '/files/tus/', headers, 'text');
    expect([whole.status, whole.headers.get('upload-offset')]).toEqual([201, '4']);
    expect((await stored.bytes(idAt(whole))).toString()).toBe('text');
    const begun = await tus.send('POST', '/files/tus/', headers, 'te');
    expect([begun.status, begun.headers.get('upload-offset'), idAt(begun)]).toEqual([201, '2', 0]);
    const last = await tus.patch(begun.headers.get('location') ?? '', 2, 'xt');
    expect((await stored.bytes(idAt(last))).toString()).toBe('text');
  });

  test('the length can be told later', async () => {
    const url = await tus.create(undefined);
    expect((await tus.patch(url, 0, 'te')).status).toBe(204);
    expect((await tus.send('HEAD', url)).headers.get('upload-defer-length')).toBe('1');
    const last = await tus.patch(url, 2, 'xt', { 'Upload-Length': 4 });
    expect((await stored.bytes(idAt(last))).toString()).toBe('text');
  });

  test('a client without PATCH sends POST', async () => {
    const url = await tus.create(4);
    const type = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': 0 };
    const sent = await tus.send('POST', url, { ...type, 'X-HTTP-Method-Override': 'PATCH' }, 'text');
    expect([sent.status, idAt(sent) > 0]).toEqual([204, true]);
    expect((await tus.send('POST', url, type, 'text')).status).toBe(400);
  });

  test('the prefix of existing clients is kept', async () => {
    const url = await tus.create(4, 'a.txt', '/api/v1/wink/files/tus/');
    expect(url).toContain(`${stack.url}/api/v1/wink/files/tus/`);
    expect((await tus.patch(url, 0, 'text')).status).toBe(204);
  });

  test('an upload that is ended is gone, with its blocks', async () => {
    const [rows, blobs] = [await stored.rows(), await stored.blobs()];
    const url = await tus.create(10);
    await tus.patch(url, 0, 'text');
    const statuses = [];
    for (let count = 0; count < 2; count++) statuses.push((await tus.send('DELETE', url)).status);
    expect([...statuses, (await tus.send('HEAD', url)).status]).toEqual([204, 404, 404]);
    expect([await stored.rows(), await stored.blobs()]).toEqual([rows, blobs]);
  });
});

describe('a checksum', () => {
  test.each(['sha1', 'sha256', 'md5'])('by %s lets a part count', async (algorithm) => {
    const text = textOf(5 * MB);
    const url = await tus.create(text.length);
    const sent = await tus.patch(url, 0, text, checksum(algorithm, text));
    expect((await stored.bytes(idAt(sent))).equals(text)).toBe(true);
  });

  test('that is wrong lets none of a part count', async () => {
    const text = textOf(12 * MB);
    const url = await tus.create(text.length);
    const wrong = await tus.patch(url, 0, text, checksum('sha1', 'another'));
    expect([wrong.status, wrong.text]).toEqual([
      460,
      JSON.stringify({ errors: 'The bytes have another checksum; send them again.' }),
    ]);
    expect(await tus.offset(url)).toBe(0);
    const right = await tus.patch(url, 0, text, checksum('sha1', text));
    expect((await stored.bytes(idAt(right))).equals(text)).toBe(true);
  });

  test('of an unknown algorithm is refused', async () => {
    const url = await tus.create(4);
    const { status, text } = await tus.patch(url, 0, 'text', { 'Upload-Checksum': 'crc32 AAAA' });
    expect([status, text]).toEqual([
      400,
      JSON.stringify({
        errors: 'Upload-Checksum: expected one of sha1, sha256, md5, a space and the checksum in base64.',
      }),
    ]);
  });
});

describe('refused', () => {
  const create = (headers: Record<string, string | number>) => tus.send('POST', '/files/tus/', headers);

  test.each<[string, Record<string, string | number>, number, string]>([
    ['another version', { 'Tus-Resumable': '0.2.2' }, 412, 'Tus-Resumable: expected 1.0.0.'],
    ['no length', metadata('a.txt'), 400, 'Upload-Length or Upload-Defer-Length header required.'],
    ['a length that is no number', { ...metadata('a.txt'), 'Upload-Length': 'x' }, 400, 'Invalid upload-length.'],
    ['an empty file', { ...metadata('a.txt'), 'Upload-Length': 0 }, 400, 'Upload-Length: the file is empty.'],
    ['more than 5 GB', { ...metadata('a.txt'), 'Upload-Length': 5_000_000_001 }, 413, 'Maximum size exceeded.'],
    ['no name', { 'Upload-Length': 1 }, 400, 'filename: the file has no name.'],
    [
      'a path',
      { ...metadata('a/b.txt'), 'Upload-Length': 1 },
      400,
      'filename: the file name is a path; send the name without a folder.',
    ],
    [
      'metadata that are not base64',
      { 'Upload-Metadata': 'filename !', 'Upload-Length': 1 },
      400,
      'Invalid upload-metadata.',
    ],
    [
      'long metadata',
      { 'Upload-Metadata': `filename YS50eHQ=,x ${'A'.repeat(8_192)}`, 'Upload-Length': 1 },
      400,
      'Upload-Metadata: longer than 8192 characters.',
    ],
    [
      'another extension',
      { ...metadata('a.exe'), 'Upload-Length': 1 },
      415,
      'upload: the file name ends with none of .pdf, .docx, .txt and .json; allowed are pdf, docx, txt and json.',
    ],
    [
      'a concatenation',
      { ...metadata('a.txt'), 'Upload-Length': 1, 'Upload-Concat': 'partial' },
      400,
      'Concatenation extension is not (yet) supported. Disable parallel uploads in the tus client.',
    ],
    [
      'a wrong user',
      { ...metadata('a.txt'), 'Upload-Length': 1, 'X-User-ID': 'x' },
      400,
      'X-User-ID: expected a positive number of at most 15 digits.',
    ],
  ])('a new upload with %s', async (_, headers, status, message) => {
    const rows = await stored.rows();
    const answer = await create(headers);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { errors: message }]);
    expect(answer.headers.get('tus-resumable')).toBe('1.0.0');
    expect(await stored.rows()).toEqual(rows);
  });

  test('a part at another offset, without one, or beyond the length', async () => {
    const url = await tus.create(4);
    await tus.patch(url, 0, 'te');
    const type = { 'Content-Type': 'application/offset+octet-stream' };
    const answers = [
      await tus.patch(url, 0, 'te'),
      await tus.send('PATCH', url, type, 'xt'),
      await tus.send('PATCH', url, { 'Upload-Offset': 2, 'Content-Type': 'text/plain' }, 'xt'),
      await tus.patch(url, 2, 'xt and more'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 400, 400, 413]);
    expect(await tus.offset(url)).toBe(2);
  });

  test('a part above the limit of the host', async () => {
    const url = await tus.create(LIMIT * 2);
    const sent = tus.open(url, 0, LIMIT + 1);
    sent.flushHeaders();
    const [answer] = (await once(sent, 'response')) as [http.IncomingMessage];
    expect([answer.statusCode, await answer.toArray()]).toEqual([500, []]);
    sent.destroy();
  });

  test('the bytes of a wrong type, as soon as they tell, with the upload', async () => {
    const [rows, blobs] = [await stored.rows(), await stored.blobs()];
    const url = await tus.create(10 * MB, 'a.pdf');
    expect((await tus.patch(url, 0, 'no pdf '.repeat(1_000))).status).toBe(415);
    expect((await tus.send('HEAD', url)).status).toBe(404);
    const zip = docx();
    const broken = await tus.create(zip.length, 'a.docx');
    expect(
      (await tus.patch(broken, 0, Buffer.concat([zip.subarray(0, 60), zip.subarray(0, zip.length - 60)]))).status,
    ).toBe(415);
    expect((await tus.send('HEAD', broken)).status).toBe(404);
    expect([await stored.rows(), await stored.blobs()]).toEqual([rows, blobs]);
  });
});

describe('an upload that breaks off', () => {
  /** Sends the first bytes of a part and resolves when some of them count. */
  async function begun(url: string, text: Buffer, bytes: number): Promise<http.ClientRequest> {
    const sent = tus.open(url, 0, text.length);
    sent.write(text.subarray(0, bytes));
    const upload = url.slice(-32);
    const rows = TableClient.fromConnectionString(stack.storage.connectionString, 'files', {
      allowInsecureConnection: true,
    });
    await eventually(async () => {
      const { offset } = await rows.getEntity<{ offset: string }>(`upload-${upload}`, 'state');
      return Number(offset) > 0 || undefined;
    }, 'bytes that count');
    return sent;
  }

  async function resumed(url: string, client: TusClient, text: Buffer): Promise<number> {
    const offset = await client.offset(url);
    const last = await client.patch(url, offset, text.subarray(offset));
    expect((await stored.bytes(idAt(last))).equals(text)).toBe(true);
    return offset;
  }

  test('with its line continues where it stopped', async () => {
    const text = textOf(20 * MB);
    const url = await tus.create(text.length);
    const sent = await begun(url, text, 15 * MB);
    sent.destroy();
    expect(await resumed(url, tus, text)).toBeGreaterThan(12 * MB);
  });

  test('with its host continues with what had counted, on another one', async () => {
    const text = textOf(20 * MB);
    const url = await tus.create(text.length);
    const sent = await begun(url, text, 15 * MB);
    await stack.kill('app', 'SIGKILL');
    sent.destroy();
    expect(await resumed(at(url, other.url), otherTus, text)).toBeGreaterThanOrEqual(8 * MB);
    await stack.restart('app');
  });

  test.each([
    ['in the same instance', () => tus, () => stack.url],
    ['in another instance', () => otherTus, () => other.url],
  ])('without its server’s knowledge is taken over %s', async (_, client, base) => {
    const text = textOf(20 * MB);
    const url = await tus.create(text.length);
    const sent = await begun(url, text, 15 * MB);
    const answered = once(sent, 'response') as Promise<[http.IncomingMessage]>;
    expect(await resumed(at(url, base()), client(), text)).toBeGreaterThanOrEqual(8 * MB);
    const [answer] = await answered;
    expect(answer.statusCode).toBe(204); // with the offset up to which it counts
    sent.destroy();
  });

  test('is refused when it has expired, and the clean-up removes it', async () => {
    const [rows, blobs] = [await stored.rows(), await stored.blobs()];
    const url = await tus.create(10);
    await tus.patch(url, 0, 'text');
    const table = TableClient.fromConnectionString(stack.storage.connectionString, 'files', {
      allowInsecureConnection: true,
    });
    const key = { partitionKey: `upload-${url.slice(-32)}`, rowKey: 'state' };
    await table.updateEntity({ ...key, createdAt: new Date(Date.now() - 24 * 3_600_000 - 1).toISOString() }, 'Merge');
    const answers = [await tus.send('HEAD', url), await tus.patch(url, 4, ' more')];
    expect(answers.map(({ status }) => status)).toEqual([410, 410]);
    await stored.cleanUp(23 * 3_600_000);
    expect(await stored.blobs()).not.toEqual(blobs);
    await stored.cleanUp(25 * 3_600_000);
    expect((await tus.send('HEAD', url)).status).toBe(404);
    const left = (keys: string[], before: string[]) => keys.filter((one) => !before.includes(one));
    expect([left(await stored.rows(), rows), left(await stored.blobs(), blobs)]).toEqual([[], []]);
  });

  test('after its last byte is completed by the clean-up', async () => {
    const url = await tus.create(4);
    const id = idAt(await tus.patch(url, 0, 'text'));
    expect(id).toBeGreaterThan(0);
    // As a host leaves it that is killed between the last byte and the completion.
    const table = TableClient.fromConnectionString(stack.storage.connectionString, 'files', {
      allowInsecureConnection: true,
    });
    const rowKey = String(id).padStart(15, '0');
    await table.updateEntity({ partitionKey: 'files', rowKey, whole: false }, 'Merge');
    await table.updateEntity({ partitionKey: `upload-${url.slice(-32)}`, rowKey: 'state', whole: false }, 'Merge');
    expect((await app.get(`/files/${id}/`)).status).toBe(404);
    await stored.cleanUp(25 * 3_600_000);
    expect((await app.get(`/files/${id}/`)).status).toBe(200);
  });
});

describe('two clients of one upload', () => {
  test('cannot both count', async () => {
    const text = textOf(20 * MB);
    const url = await tus.create(text.length);
    const write = async (client: TusClient, base: string): Promise<number> => {
      for (;;) {
        const head = await client.send('HEAD', at(url, base));
        if (head.status === 423) continue;
        const offset = Number(head.headers.get('upload-offset'));
        if (offset === text.length) return idAt(head);
        const { status } = await client.patch(at(url, base), offset, text.subarray(offset, offset + 3 * MB));
        expect([204, 409, 423]).toContain(status);
      }
    };
    const ids = await Promise.all([write(tus, stack.url), write(otherTus, other.url)]);
    expect(ids[0]).toBe(ids[1]);
    expect((await stored.bytes(ids[0])).equals(text)).toBe(true);
  });
});

describe('tus-js-client', () => {
  /** Uploads all of a text, or only the first chunk. @returns the URL of the upload */
  const upload = (text: Buffer, uploadUrl: string | null, isStopped: boolean) =>
    new Promise<string>((resolve, reject) => {
      const client: tusClient.Upload = new tusClient.Upload(text, {
        endpoint: `${stack.url}/files/tus/`,
        uploadUrl,
        chunkSize: 4 * MB,
        retryDelays: null,
        metadata: { filename: 'мост.txt', filetype: 'text/plain' },
        onChunkComplete: () => {
          if (isStopped) void client.abort().then(() => resolve(client.url ?? ''));
        },
        onSuccess: () => resolve(client.url ?? ''),
        onError: reject,
      });
      client.start();
    });

  test('uploads in chunks and resumes', async () => {
    const text = textOf(20 * MB);
    const url = await upload(text, null, true);
    expect(await tus.offset(url)).toBe(4 * MB);
    expect(await upload(text, url, false)).toBe(url);
    const id = idAt(await tus.send('HEAD', url));
    expect((await stored.bytes(id)).equals(text)).toBe(true);
  });
});

test('the rows of an upload are removed a day after it, and its file is kept', async () => {
  const url = await tus.create(4);
  const id = idAt(await tus.patch(url, 0, 'text'));
  await stored.cleanUp(25 * 3_600_000);
  expect((await tus.send('HEAD', url)).status).toBe(404);
  expect((await app.get(`/files/${id}/`)).status).toBe(200);
  expect(await stored.blobs()).not.toContain(`uploads/${url.slice(-32)}/lock`);
});
