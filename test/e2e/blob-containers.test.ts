import { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { text } from 'node:stream/consumers';
import { CopySourceError, createBlobContainers, type BlobContainers } from '../../src/platform/blob-containers.js';
import { startStorage, type Storage } from '../support/storage.js';

let storage: Storage;
let service: BlobServiceClient;
let containers: BlobContainers;
beforeAll(async () => {
  storage = await startStorage();
  service = BlobServiceClient.fromConnectionString(storage.connectionString);
  containers = createBlobContainers(storage.connectionString);
});
afterAll(() => storage.stop());

const { signal } = new AbortController();
const name = 'a b/é%.txt';

/** A container with a blob. */
async function withBlob(container: string, content: string): Promise<{ etag: string; bytes: number }> {
  await containers.create(container);
  await service.getContainerClient(container).getBlockBlobClient(name).upload(content, Buffer.byteLength(content));
  const [blob = { etag: '', bytes: 0 }] = await listed(container);
  return blob;
}

async function listed(container: string) {
  const blobs = [];
  for await (const page of containers.blobs(container)) blobs.push(...page);
  return blobs;
}

const read = async (container: string, etag: string) => {
  const bytes = await containers.read({ container, name }, etag);
  return bytes && (await text(bytes));
};

test('containers are created and deleted, once or more often', async () => {
  for (const container of ['made-one', 'made-two', 'made-one']) await containers.create(container);
  expect(await containers.names('made-')).toEqual(['made-one', 'made-two']);
  for (const container of ['made-one', 'made-one']) await containers.delete(container);
  expect(await containers.names('made-')).toEqual(['made-two']);
  expect(await listed('made-one')).toEqual([]);
});

test('a blob is read while it has the ETag', async () => {
  const { etag } = await withBlob('read', 'one');
  expect(await read('read', etag)).toBe('one');
  const changed = await withBlob('read', 'two');
  expect([await read('read', etag), await read('read', changed.etag), await read('none', etag)]).toEqual([
    undefined,
    'two',
    undefined,
  ]);
});

test.each([
  ['in one call', 100],
  ['by a copy that storage makes in the background', 2],
])('a blob is copied %s while it has the ETag', async (_name, maxSyncCopyBytes) => {
  const copying = createBlobContainers(storage.connectionString, { maxSyncCopyBytes });
  const [source, target] = [`from-${maxSyncCopyBytes}`, `to-${maxSyncCopyBytes}`];
  const { etag, bytes } = await withBlob(source, 'content');
  await containers.create(target);
  const from = { container: source, name, etag, bytes };
  const copy = await copying.copy(from, { container: target, name }, signal);
  expect(await listed(target)).toEqual([{ name, bytes: 7, etag: copy }]);
  expect(await read(target, copy)).toBe('content');
  await withBlob(source, 'changed');
  await expect(copying.copy(from, { container: target, name }, signal)).rejects.toThrow(CopySourceError);
  await containers.delete(source);
  await expect(copying.copy(from, { container: target, name }, signal)).rejects.toThrow(CopySourceError);
});

test('credentials work until they are ended, and again after new ones are given', async () => {
  await containers.create('uploads');
  const { url, sasToken } = await containers.allowUploads('uploads', 1);
  const blob = new ContainerClient(`${url}?${sasToken}`).getBlockBlobClient(name);
  await blob.upload('x', 1);
  await containers.endUploads('uploads');
  await expect(blob.upload('x', 1)).rejects.toMatchObject({ statusCode: 403 });
  await containers.allowUploads('uploads', 1);
  await blob.upload('x', 1);
  await containers.endUploads('never-made');
});

test('a URL that reads a file is for https only, but for an emulator', async () => {
  const account = 'DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=a2V5;EndpointSuffix=core.windows.net';
  const protocolOf = async (of: BlobContainers) =>
    new URL(await of.readUrl({ container: 'c', name }, 5)).searchParams.get('spr');
  expect(await protocolOf(createBlobContainers(account))).toBe('https');
  expect(await protocolOf(containers)).toBe('https,http');
});
