import { ContainerClient } from '@azure/storage-blob';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { startStack, type Stack } from '../support/test-stack.js';
import { createBlobContainers, type BlobContainers } from '../../src/platform/blob-containers.js';
import { createBlobStore, createTableStore } from '../../src/platform/storage.js';
import { containerOf, finish, pull, push, started, statusOf, upload } from '../support/books.js';
import { Client } from '../support/client.js';
import { startIdentityStorage, type IdentityStorage } from '../support/identity-storage.js';
import { end, ready, run } from '../support/start-process.js';
import { describeTableStore } from '../support/table-store-suite.js';

let identity: IdentityStorage;
let containers: BlobContainers;
beforeAll(async () => {
  identity = await startIdentityStorage();
  containers = createBlobContainers(identity.location);
});
afterAll(() => identity.close());

const { signal } = new AbortController();
const name = 'a b/é%.txt';

describeTableStore(() => createTableStore(identity.location, 'rows'));

test('a blob is stored, and read by a URL for https only', async () => {
  const blobs = createBlobStore(identity.location, 'longhaul');
  await blobs.put(name, Buffer.from('content'), 'text/plain');
  const url = await blobs.readUrl(name, 5);
  expect(await (await fetch(url)).text()).toBe('content');
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ sp: 'r', sr: 'b', spr: 'https', sks: 'b' });
});

test('credentials create, write and list in one container, and do nothing else', async () => {
  for (const container of ['uploads', 'others']) await containers.create(container);
  const { url, sasToken } = await containers.allowUploads('uploads', 24);
  const container = containerOf({ url, credentials: { sasToken, expiresDateTime: '' } });
  const blob = container.getBlockBlobClient(name);
  for (const content of ['one', 'two']) expect(await statusOf(() => blob.upload(content, 3))).toBe(200);
  expect(await statusOf(() => container.listBlobsFlat().next())).toBe(200);
  for (const call of [() => blob.downloadToBuffer(), () => blob.delete(), () => container.delete()])
    expect(await statusOf(call)).toBe(403);
  const other = new ContainerClient(`${url.replace(/uploads$/, 'others')}?${sasToken}`);
  expect(await statusOf(() => other.getBlockBlobClient(name).upload('x', 1))).toBe(403);
  expect(new URLSearchParams(sasToken).get('spr')).toBe('https');
});

test.each([
  ['in one call', 100],
  ['by a copy that storage makes in the background', 2],
])('a snapshot is read and copied %s after its blob has changed', async (_name, maxSyncCopyBytes) => {
  const [source, target] = [`from-${maxSyncCopyBytes}`, `to-${maxSyncCopyBytes}`];
  for (const container of [source, target]) await containers.create(container);
  const blob = identity.storage.container(source).getBlockBlobClient(name);
  const { etag = '' } = await blob.upload('content', 7);
  const snapshot = await containers.snapshot({ container: source, name }, etag);
  await blob.upload('changed', 7);
  expect(await containers.snapshot({ container: source, name }, etag)).toBeUndefined();

  const from = { container: source, name, snapshot, etag, bytes: 7 };
  expect(await (await fetch(await containers.readUrl(from, 5))).text()).toBe('content');
  const copying = createBlobContainers(identity.location, { maxSyncCopyBytes });
  const copy = await copying.copy(from, { container: target, name }, signal);
  const copied = await containers.read({ container: target, name }, copy);
  expect(copied && (await text(copied))).toBe('content');
});

describe('an app that uses storage by its identity', () => {
  let stack: Stack;
  let app: Client;
  beforeAll(async () => {
    const external = { storage: identity.storage.connectionString };
    stack = await startStack({ external, env: identity.env });
    app = new Client(stack.url);
  });
  afterAll(() => stack.stop());

  const folder = { 'a.txt': 'aa', 'b/c.txt': 'cc', 'd.txt': 'dd' };

  test('gives readers and the next version what it has verified, whatever a client uploads afterwards', async () => {
    const first = await push(app, 'new', folder);
    const blob = containerOf(first).getBlockBlobClient('a.txt');
    expect(await statusOf(() => blob.upload('late', 4))).toBe(200);
    expect(await pull(app, first.bookId)).toEqual(folder);

    const changed = { ...folder, 'd.txt': 'ddd' };
    const second = await started(app, first.bookId, changed);
    expect(second.filesToUpload).toEqual(['d.txt']);
    await upload(second, changed);
    expect(await finish(app, second)).toMatchObject({ status: 'Succeeded' });
    expect(await pull(app, first.bookId)).toEqual(changed);
  });

  test('finds a file that has changed between start and finish', async () => {
    const to = await started(app, 'new', folder);
    await upload(to, folder);
    const resumed = await started(app, to.bookId, folder);
    expect(resumed.filesToUpload).toEqual([]);
    await upload(to, { 'a.txt': 'xx' }, ['a.txt']);
    expect(await finish(app, to)).toMatchObject({
      status: 'Failed',
      error: { code: 'UploadIncomplete', details: [{ target: 'a.txt' }] },
    });
    await upload(to, folder, ['a.txt']);
    expect(await finish(app, to)).toMatchObject({ status: 'Succeeded' });
    expect(await pull(app, to.bookId)).toEqual(folder);
  });
});

test('npm start uses the storage of an identity, says so, and starts none of its own', async () => {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-identity-'));
  const nowhere = Object.fromEntries(
    ['IMAGE_PROVIDER', 'PLATE_READER', 'BANK_MAP_ML', 'ANALYZER'].map((name) => [`${name}_URL`, 'http://127.0.0.1:9']),
  );
  const launched = run('cli/longhaul.js', ['start'], { PORT: '0', LONGHAUL_DIR: dir, ...nowhere, ...identity.env });
  try {
    const app = new Client(await ready(launched));
    const { bookId } = await push(app, 'new', { 'a.txt': 'a' });
    expect(await pull(app, bookId)).toEqual({ 'a.txt': 'a' });
    expect(launched.output.stderr).toContain(`storage | ${identity.location.blobUrl}, used by an identity`);
    expect(await fs.readdir(dir)).not.toContain('azurite');
  } finally {
    launched.child.kill('SIGTERM');
    await end(launched);
    await fs.rm(dir, { recursive: true });
  }
});
