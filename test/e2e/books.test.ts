import { randomUUID } from 'node:crypto';
import { startStack, type Stack } from '../support/test-stack.js';
import { BookStore } from '../../src/books/book-store.js';
import { cleanUpBooks } from '../../src/books/cleanup.js';
import { containerOf as containerNameOf, versionList } from '../../src/books/names.js';
import { createBlobContainers, type BlobContainers } from '../../src/platform/blob-containers.js';
import { createBlobStore, createTableStore, type BlobStore } from '../../src/platform/storage.js';
import {
  announced,
  answerOf,
  containerOf,
  finish,
  pull,
  push,
  sha256,
  started,
  startUpload,
  statusOf,
  upload,
  type Upload,
} from '../support/books.js';
import { Client, type Body } from '../support/client.js';
import { DurableApi } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';

let stack: Stack;
let app: Client;
let containers: BlobContainers;
let blobs: BlobStore;
beforeAll(async () => {
  stack = await startStack({ env: { BOOKS_DENIED_CLIENT_VERSIONS: 'tests/0.*, 9.9' } });
  app = new Client(stack.url);
  containers = createBlobContainers(stack.storage.connectionString);
  blobs = createBlobStore(stack.storage.connectionString, 'longhaul');
});
afterAll(() => stack.stop());

const folder = {
  'index.html': '<p>one</p>',
  'images/cover one.png': 'cover',
  'images/ü/é%+#&?.txt': 'umlauts',
  empty: '',
};

/** A page of a list of blobs. */
interface List {
  segment: { blobItems: { name: string }[] };
}

const errorOf = ({ status, body }: { status: number; body: Body }) => [status, body.error?.code];
/** Whether anything of a version is stored. */
async function exists({ transactionId }: Pick<Upload, 'transactionId'>): Promise<boolean> {
  const names = await containers.names('book-');
  return (
    names.includes(containerNameOf(transactionId)) ||
    (await blobs.folders('books/')).includes(versionList(transactionId))
  );
}

const get = async (id: string) => (await app.get(`/books/${id}`)).body as unknown as Record<string, unknown>;

test('a book is uploaded, changed and read; only changed files are uploaded', async () => {
  const first = await started(app, 'new', folder, { name: 'My book' });
  expect(first.filesToUpload).toEqual(Object.keys(folder).sort());
  expect(first.filesToUploadCount).toBe(4);
  const id = first.bookId;
  expect(await get(id)).toMatchObject({ id, name: 'My book', currentVersion: null, files: [] });
  await upload(first, folder);
  expect(await finish(app, first, { metadata: { title: 'One' } })).toMatchObject({ status: 'Succeeded', result: {} });
  expect(await get(id)).toMatchObject({
    name: 'My book',
    uploader: 'tests',
    currentVersion: { id: first.transactionId, files: 4, bytes: 22, metadata: { title: 'One' } },
    upload: null,
    files: [{ path: 'empty', hash: sha256(''), size: 0 }, {}, {}, { path: 'index.html', size: 10 }],
  });
  expect(await pull(app, id)).toEqual(folder);

  const { empty: _, ...rest } = folder;
  const changed = { ...rest, 'index.html': '<p>two</p>', 'new.txt': 'new' };
  const second = await started(app, id, changed);
  expect(second.filesToUpload).toEqual(['index.html', 'new.txt']);
  expect(await pull(app, id)).toEqual(folder);
  await upload(second, changed);
  expect(await pull(app, id)).toEqual(folder);
  expect(await finish(app, second)).toMatchObject({
    status: 'Succeeded',
    progress: { total: 4, completed: 4, failed: 0 },
  });
  expect(await pull(app, id)).toEqual(changed);
  expect(await exists(first)).toBe(false);
});

describe('the credentials', () => {
  test('create, overwrite and list in the container of the version, and do nothing else', async () => {
    const to = await started(app, 'new', folder);
    const container = containerOf(to);
    const blob = container.getBlockBlobClient('index.html');
    for (const content of ['one', 'two']) expect(await statusOf(() => blob.upload(content, 3))).toBe(200);
    const listed = await eventually(async () => (await container.listBlobsFlat().byPage().next()).value as List);
    expect(listed.segment.blobItems.map(({ name }) => name)).toEqual(['index.html']);
    for (const call of [() => blob.downloadToBuffer(), () => blob.delete(), () => container.delete()])
      expect(await statusOf(call)).toBe(403);
    const leftMs = Date.parse(to.credentials.expiresDateTime) - Date.now();
    expect(Math.round(leftMs / 3_600_000)).toBe(24);
  });

  test('reach no other version and no other book', async () => {
    const [one, two] = [await started(app, 'new', folder), await started(app, 'new', folder)];
    const other = containerOf({ url: two.url, credentials: one.credentials });
    expect(await statusOf(() => other.getBlockBlobClient('index.html').upload('x', 1))).toBe(403);
    expect(await statusOf(() => other.listBlobsFlat().next())).toBe(403);
  });

  test('end when the version is the current one', async () => {
    const to = await push(app, 'new', folder);
    const blob = containerOf(to).getBlockBlobClient('index.html');
    expect(await statusOf(() => blob.upload('another', 7))).toBe(403);
    expect(await pull(app, to.bookId)).toEqual(folder);
  });

  test('are not in the history', async () => {
    const { id } = (await startUpload(app, 'new', folder)).body;
    const { credentials } = (await app.finished(id)).result as Upload;
    const signature = new URLSearchParams(credentials.sasToken).get('sig') ?? 'none';
    const { body } = await new DurableApi(stack.url).send(
      'GET',
      `instances/${id}?showHistory=true&showHistoryOutput=true`,
    );
    expect(body).toMatchObject({ runtimeStatus: 'Completed' });
    expect(JSON.stringify(body)).not.toContain(encodeURIComponent(signature));
    expect(stack.log('app').join()).not.toContain(encodeURIComponent(signature));
  });
});

test('files that are missing or different are named, and the client uploads them and finishes again', async () => {
  const files = [
    ...announced({ 'a.txt': 'aa', 'b.txt': 'bb', 'd.txt': 'dd' }),
    { path: 'c.txt', hash: sha256('cc'), size: 2 },
  ];
  const to = await started(app, 'new', {}, { files });
  await upload(to, { 'b.txt': 'xx', 'c.txt': 'ccc', 'd.txt': 'dd' }, ['b.txt', 'c.txt', 'd.txt']);
  const failed = await finish(app, to);
  expect(failed).toMatchObject({
    status: 'Failed',
    progress: { total: 4, completed: 1, failed: 3 },
    error: {
      code: 'UploadIncomplete',
      status: 409,
      details: [
        { code: 'UploadIncomplete', target: 'a.txt', message: 'The file is missing.' },
        { target: 'b.txt', message: 'The file has another hash than announced.' },
        { target: 'c.txt', message: 'The file has another size than announced.' },
      ],
    },
  });
  expect(await get(to.bookId)).toMatchObject({ currentVersion: null });
  await upload(to, { 'a.txt': 'aa', 'b.txt': 'bb', 'c.txt': 'cc' }, ['a.txt', 'b.txt', 'c.txt']);
  expect(await finish(app, to)).toMatchObject({ status: 'Succeeded' });
  expect(await pull(app, to.bookId)).toEqual({ 'a.txt': 'aa', 'b.txt': 'bb', 'c.txt': 'cc', 'd.txt': 'dd' });
  expect(await finish(app, to)).toMatchObject({ status: 'Succeeded' }); // a client that lost the answer
});

describe('while a client uploads a book', () => {
  let book: Upload;
  let own: Upload;
  const changed = { ...folder, 'index.html': 'changed', 'new.txt': 'new' };
  beforeEach(async () => {
    book = await push(app, 'new', folder);
    own = await started(app, book.bookId, changed);
  });

  test('another one gets 409, and the client itself with other files too', async () => {
    for (const [more, other] of [
      [{ clientName: 'other' }, changed],
      [{}, folder],
    ] as const)
      expect(errorOf(await startUpload(app, book.bookId, other, more))).toEqual([409, 'UploadInProgress']);
  });

  test('it goes on with its transaction, and uploads what is not there', async () => {
    await upload(own, changed, ['new.txt']);
    const again = await started(app, book.bookId, changed);
    expect(again.transactionId).toBe(own.transactionId);
    expect(again.filesToUpload).toEqual(['index.html']);
    await upload(again, changed);
    expect(await finish(app, again)).toMatchObject({ status: 'Succeeded' });
    expect(await pull(app, book.bookId)).toEqual(changed);
  });

  test('another one can take the book over', async () => {
    const theirs = { ...folder, 'theirs.txt': 'theirs' };
    const taken = await started(app, book.bookId, theirs, { clientName: 'other', becomeUploader: true });
    expect(taken.transactionId).not.toBe(own.transactionId);
    expect(await exists(own)).toBe(false);
    const late = await app.post(`/books/${book.bookId}:upload-finish`, { transactionId: own.transactionId });
    expect(errorOf(late)).toEqual([404, 'TransactionNotFound']);
    await upload(taken, theirs);
    expect(await finish(app, taken, { becomeUploader: true })).toMatchObject({ status: 'Succeeded' });
    expect(await get(book.bookId)).toMatchObject({ uploader: 'other', upload: null });
    expect(await pull(app, book.bookId)).toEqual(theirs);
  });

  test('after 24 hours its transaction is deleted, and the book is as it was', async () => {
    const unfinished = await started(app, 'new', folder);
    await containers.create('book-00000000000000000000000000000000');
    await blobs.put('books/11111111111111111111111111111111/index.json', Buffer.from('{}'), 'application/json');
    expect(await cleanUp(23)).toEqual({ expired: 0, deleted: 2 });
    expect([await exists(own), await exists(unfinished)]).toEqual([true, true]);
    await cleanUp(25);
    expect([await exists(own), await exists(unfinished)]).toEqual([false, false]);
    expect(errorOf(await app.get(`/books/${unfinished.bookId}`))).toEqual([404, 'BookNotFound']);
    expect(await get(book.bookId)).toMatchObject({ upload: null });
    expect(await pull(app, book.bookId)).toEqual(folder);
    expect(await cleanUp(25)).toEqual({ expired: 0, deleted: 0 });
    await push(app, book.bookId, changed, { clientName: 'other' });
  });
});

const cleanUp = (hours: number) => {
  const books = new BookStore(createTableStore(stack.storage.connectionString, 'books'));
  return cleanUpBooks({ books, containers, blobs, now: Date.now() + hours * 3_600_000 });
};

test('canceling the start frees the book', async () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`f${n}.txt`, String(n % 100)]));
  const book = await push(app, 'new', folder);
  const start = await startUpload(app, book.bookId, many);
  expect((await app.post(`/status/${start.body.id}:cancel`)).status).toBe(202);
  expect(await app.finished(start)).toMatchObject({ status: 'Canceled' });
  expect(await get(book.bookId)).toMatchObject({ upload: null });
  const other = await started(app, book.bookId, folder, { clientName: 'other' });
  expect(other.filesToUpload).toEqual([]);
});

test('of 100,000 files the result has the first 1,000 and a count, and resultLocation has all', async () => {
  const paths = Array.from({ length: 100_000 }, (_, n) => `chapter ${n % 97}/${String(n).padStart(6, '0')}.txt`);
  const files = paths.map((path) => ({ path, hash: sha256(path) }));
  paths.sort();
  const monitor = await app.finished(await startUpload(app, 'new', {}, { files }));
  expect(monitor).toMatchObject({ status: 'Succeeded', progress: { total: 100_000, completed: 100_000, failed: 0 } });
  const { filesToUpload, ...rest } = monitor.result as Upload;
  expect(filesToUpload).toEqual(paths.slice(0, 1_000));
  expect(rest.filesToUploadCount).toBe(100_000);
  const whole = (await (await answerOf(monitor.resultLocation ?? '')).json()) as Upload;
  expect(whole).toEqual({ ...rest, filesToUpload: paths });

  const failed = await finish(app, whole);
  expect(failed.error).toMatchObject({
    code: 'UploadIncomplete',
    message: expect.stringMatching(/^100000 of 100000/) as string,
  });
  expect(failed.error?.details?.length).toBe(1_000);
  const details = (await (await answerOf(failed.resultLocation ?? '')).json()) as { target: string }[];
  expect(details.map(({ target }) => target)).toEqual(paths);
  const { body } = await new DurableApi(stack.url).send(
    'GET',
    `instances/${monitor.id}?showHistory=true&showHistoryOutput=true`,
  );
  expect(JSON.stringify(body).length).toBeLessThan(300_000);
  expect(JSON.stringify(body)).not.toContain('chapter');
});

test('one Operation-Id makes one book', async () => {
  const body = { files: announced(folder), clientName: 'tests', clientVersion: '1' };
  const headers = { 'Operation-Id': randomUUID() };
  const starts = await Promise.all([1, 2, 3].map(() => app.post('/books/new:upload-start', body, headers)));
  expect(starts.map(({ status }) => status)).toEqual([202, 202, 202]);
  const results = await Promise.all(starts.map((start) => app.finished(start)));
  expect(new Set(results.map(({ result }) => (result as Upload).bookId)).size).toBe(1);
});

test('books and files are listed in pages, and a file is a redirect to a URL that reads it alone', async () => {
  const [one, two] = [await push(app, 'new', folder), await push(app, 'new', folder)];
  const ids: string[] = [];
  for (let at: string | undefined = '/books?top=1'; at !== undefined;) {
    const { body } = await app.get(at);
    ids.push(...body.value.map(({ id }) => id));
    at = body.nextLink;
  }
  expect(ids).toEqual(expect.arrayContaining([one.bookId, two.bookId]));
  expect(ids).toEqual([...new Set(ids)].sort());

  const page = await app.get(`/books/${one.bookId}?top=3`);
  const { files } = page.body as unknown as { files: { path: string }[] };
  const { files: others, nextLink } = (await app.get(page.body.nextLink ?? '')).body as unknown as {
    files: { path: string }[];
    nextLink?: string;
  };
  expect([...files, ...others].map(({ path }) => path)).toEqual(Object.keys(folder).sort());
  expect([files.length, nextLink]).toEqual([3, undefined]);

  const at = `/books/${one.bookId}/files/images/cover%20one.png`;
  const redirect = await fetch(`${app.url}${at}?version=${one.transactionId}`, { redirect: 'manual' });
  expect(redirect.status).toBe(302);
  const location = new URL(redirect.headers.get('location') ?? '');
  expect(Math.ceil((Date.parse(location.searchParams.get('se') ?? '') - Date.now()) / 60_000)).toBe(5);
  expect(await (await answerOf(location)).text()).toBe('cover');
  location.pathname = location.pathname.replace(/images.*/, 'index.html');
  expect((await answerOf(location)).status).toBe(403);
  expect((await answerOf(`${app.url}/books/${one.bookId}/files/images%2Fcover%20one.png`)).status).toBe(200);
  expect(errorOf(await app.get(`${at}?version=${two.transactionId}`))).toEqual([404, 'BookVersionNotFound']);
  expect(errorOf(await app.get(`/books/${one.bookId}/files/images`))).toEqual([404, 'BookFileNotFound']);
});

test('a deleted book is gone with its files, also while a client uploads it', async () => {
  const book = await push(app, 'new', folder);
  const next = await started(app, book.bookId, { 'a.txt': 'a' });
  expect((await app.send('DELETE', `/books/${book.bookId}`)).status).toBe(204);
  expect([await exists(book), await exists(next)]).toEqual([false, false]);
  for (const answer of [
    await app.get(`/books/${book.bookId}`),
    await app.send('DELETE', `/books/${book.bookId}`),
    await startUpload(app, book.bookId, folder),
    await app.post(`/books/${book.bookId}:upload-finish`, { transactionId: next.transactionId }),
  ])
    expect(errorOf(answer)).toEqual([404, 'BookNotFound']);
});

test.each(['/book', '/v1/books', '/v1/book'])('all calls are served under %s too', async (prefix) => {
  const body = { files: announced(folder), clientName: 'tests', clientVersion: '1' };
  const to = (await app.finished(await app.post(`${prefix}/new:upload-start`, body))).result as Upload;
  await upload(to, folder);
  const end = await app.post(`${prefix}/${to.bookId}:upload-finish`, { transactionId: to.transactionId });
  expect(await app.finished(end)).toMatchObject({ status: 'Succeeded' });
  expect((await app.get(prefix)).body.value.length).toBeGreaterThan(0);
  expect((await app.get(`${prefix}/${to.bookId}`)).body).toMatchObject({ id: to.bookId });
  const file = await answerOf(`${app.url}${prefix}/${to.bookId}/files/index.html`);
  expect(await file.text()).toBe('<p>one</p>');
  expect((await app.send('DELETE', `${prefix}/${to.bookId}`)).status).toBe(204);
  expect(errorOf(await app.send('PUT', `${prefix}/${to.bookId}`))).toEqual([405, 'MethodNotAllowed']);
});

describe('a start is refused', () => {
  const hash = sha256('');
  const start = (body: object) =>
    app.post('/books/new:upload-start', { clientName: 'tests', clientVersion: '1', ...body });

  test('with each problem of its files', async () => {
    const files = [
      { path: '../a', hash },
      { path: 'b', hash: 'B' },
      { path: 'c', hash },
      { path: 'C', hash, size: -1 },
    ];
    const { status, body } = await start({ files });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'InvalidRequest', status: 400 });
    expect(body.error?.details?.map(({ target }) => target)).toEqual([
      'files[0].path',
      'files[1].hash',
      'files[3].path',
      'files[3].size',
    ]);
  });

  test('with the first 50 problems and their number', async () => {
    const { body } = await start({ files: Array.from({ length: 200 }, () => ({ path: '/', hash })) });
    expect(body.error?.details?.length).toBe(50);
    expect(body.error?.message).toContain('199 more');
  });

  test.each([
    ['no files', {}, 400, 'InvalidRequest'],
    ['an empty list', { files: [] }, 400, 'InvalidRequest'],
    ['files that are no list', { files: {} }, 400, 'InvalidRequest'],
    ['no client', { files: [{ path: 'a', hash }], clientName: undefined }, 400, 'InvalidRequest'],
    [
      'a client version on the deny list',
      { files: [{ path: 'a', hash }], clientVersion: '0.3' },
      400,
      'ClientOutOfDate',
    ],
    [
      'a version of any client',
      { files: [{ path: 'a', hash }], clientName: 'x', clientVersion: '9.9' },
      400,
      'ClientOutOfDate',
    ],
  ])('with %s', async (_name, body, status, code) => {
    expect(errorOf(await start(body))).toEqual([status, code]);
  });

  test.each([
    ['{"files": [', 400, 'InvalidJson'],
    ['[]', 400, 'InvalidJson'],
    [`{"name": "${'x'.repeat(70_000)}"}`, 400, 'InvalidRequest'],
  ])('with the body %.20s', async (body, status, code) => {
    const headers = { 'Content-Type': 'application/json' };
    expect(errorOf(await app.send('POST', '/books/new:upload-start', { headers, body }))).toEqual([status, code]);
  });

  test('with a body of over 64 MiB', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const body = ' '.repeat(64 * 1024 * 1024 + 1);
    expect(errorOf(await app.send('POST', '/books/new:upload-start', { headers, body }))).toEqual([
      413,
      'PayloadTooLarge',
    ]);
  });

  test('of a book that does not exist', async () => {
    expect(errorOf(await startUpload(app, '0'.repeat(32), folder))).toEqual([404, 'BookNotFound']);
    expect(errorOf(await startUpload(app, 'unknown', folder))).toEqual([404, 'BookNotFound']);
  });
});
