import { startStack, type Stack } from '../../dev/stack.js';
import { announced, containerOf, finish, pull, push, sha256, started, startUpload, upload, type Upload } from '../support/books.js';
import { Client, type Body } from '../support/client.js';

let stack: Stack;
let app: Client;
beforeAll(async () => {
  stack = await startStack({ env: { BOOKS_DENIED_CLIENT_VERSIONS: 'tests/0.*, 9.9' } });
  app = new Client(stack.url);
});
afterAll(() => stack.stop());

const folder = { 'index.html': '<p>one</p>', 'images/cover one.png': 'cover', 'images/ü/é%+#&?.txt': 'umlauts', empty: '' };

const errorOf = ({ status, body }: { status: number; body: Body }) => [status, body.error?.code];
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
  expect(await finish(app, second)).toMatchObject({ status: 'Succeeded', progress: { total: 4, completed: 4, failed: 0 } });
  expect(await pull(app, id)).toEqual(changed);
  expect(await containersOf(first)).toBe(false);
});

/** Whether the container of an upload exists. */
async function containersOf({ transactionId }: Upload): Promise<boolean> {
  const { createBlobContainers } = await import('../../src/platform/blob-containers.js');
  const names = await createBlobContainers(stack.storage.connectionString).names('book-');
  return names.includes(`book-${transactionId}`);
}
