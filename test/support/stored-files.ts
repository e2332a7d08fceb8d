import { FileStore } from '../../src/files/uploads/file-store.js';
import { createBlobStore, createTableStore } from '../../src/platform/storage.js';
import { type Stack } from '../../dev/stack.js';
import { storageOf } from './storage.js';

/** What an app has stored of files, read from its storage; and its clean-up, at any time. */
export function storedFiles(stack: Stack) {
  const { connectionString } = stack.storage;
  const { container, table } = storageOf(connectionString);
  const files = new FileStore(
    createTableStore(connectionString, 'files'),
    createBlobStore(connectionString, 'longhaul'),
  );
  return {
    async bytes(id: number): Promise<Buffer> {
      return container('longhaul').getBlobClient(`files/${id}/bytes`).downloadToBuffer();
    },
    /** The keys of all rows but the one that counts. */
    async rows(): Promise<string[]> {
      await table('files').createTable();
      const keys: string[] = [];
      for await (const { rowKey } of table('files').listEntities()) if (rowKey !== '!head') keys.push(String(rowKey));
      return keys;
    },
    /** The names of blobs, also of those that have only blocks. */
    async blobs(): Promise<string[]> {
      await container('longhaul').createIfNotExists();
      const names: string[] = [];
      for (const prefix of ['files/', 'uploads/'])
        for await (const { name } of container('longhaul').listBlobsFlat({ prefix, includeUncommitedBlobs: true }))
          names.push(name);
      return names;
    },
    /** Does what the timer does, as if it were `laterMs` later. */
    async cleanUp(laterMs: number): Promise<number> {
      const failures: unknown[] = [];
      const cleaned = await files.cleanUp(Date.now() + laterMs, Infinity, (_, error) => failures.push(error));
      if (failures.length > 0) throw new AggregateError(failures, 'The clean-up failed.');
      return cleaned;
    },
  };
}
