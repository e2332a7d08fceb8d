import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { FileStore } from '../../src/files/uploads/file-store.js';
import { UploadWriter } from '../../src/files/uploads/upload-writer.js';
import { commonErrors } from '../../src/platform/errors.js';
import { createBlobStore, createTableStore, type BlobStore, type TableStore } from '../../src/platform/storage.js';
import { startStorage, type Storage } from '../support/storage.js';
import { storedFiles } from '../support/stored-files.js';

/** What a process leaves that stops at any of its writes: a whole file, or nothing after the clean-up. */

const TEXT = Buffer.from('text '.repeat(1_000));
const DAY_MS = 24 * 3_600_000;

let storage: Storage;
let stored: ReturnType<typeof storedFiles>;
let table: TableStore;
let blobs: BlobStore;

beforeAll(async () => {
  storage = await startStorage();
  table = createTableStore(storage.connectionString, 'files');
  blobs = createBlobStore(storage.connectionString, 'longhaul');
  stored = storedFiles(storage.connectionString);
});

const WRITES: readonly (string | symbol)[] = [
  ...['insert', 'put', 'update', 'delete', 'transact'],
  ...['stage', 'commit', 'discard', 'putStream', 'break'],
];

/** The store of a process that stops after so many writes. The last of them takes effect. */
function stoppingAfter(writes: number) {
  let left = writes;
  const stopping = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, property) {
        const member = Reflect.get(target, property) as unknown;
        if (typeof member === 'object' && member !== null) return stopping(member);
        if (!WRITES.includes(property)) return (member as () => unknown).bind(target);
        return async (...args: unknown[]) => {
          if (left-- <= 0) throw commonErrors.ServiceUnavailable('stopped');
          return (member as (...args: unknown[]) => Promise<unknown>).apply(target, args);
        };
      },
    });
  const own = stopping(blobs);
  return { files: new FileStore(stopping(table), own), blobs: own, isStopped: () => left < 0 };
}

type Process = Pick<ReturnType<typeof stoppingAfter>, 'files' | 'blobs'>;

const byForm = ({ files }: Process) => files.receive(Readable.from([TEXT]), 'a.txt', 1);

async function byTus({ files, blobs: own }: Process) {
  const upload = randomBytes(16).toString('hex');
  const createdAt = new Date().toISOString();
  const expiresAt = new Date(Date.now() + DAY_MS).toISOString();
  const file = { name: 'a.txt', user: 1, length: TEXT.length, metadata: '{}', createdAt, expiresAt };
  await files.begin(upload, file);
  for (const part of [TEXT.subarray(0, 1_000), TEXT.subarray(1_000)]) {
    const state = await files.uploads.get(upload);
    if (!state) throw new Error('The upload is gone.');
    const options = { blobs: own, uploads: files.uploads, upload, checksum: undefined };
    await new UploadWriter({ ...options, state }).append(Readable.from([part]));
  }
  const state = await files.uploads.get(upload);
  return state && files.complete(upload, state);
}

const sound = (): Process => ({ files: new FileStore(table, blobs), blobs });

async function byDeletion(process: Process, upload: (process: Process) => Promise<{ id: number } | undefined>) {
  const file = await upload(sound());
  await process.files.delete(file?.id ?? 0);
}

test.each<[string, (process: Process) => Promise<unknown>]>([
  ['an upload by form', byForm],
  ['an upload by tus', byTus],
  ['the deletion of a file by form', (process) => byDeletion(process, byForm)],
  ['the deletion of a file by tus', (process) => byDeletion(process, byTus)],
])('%s that stops at any write leaves a whole file or nothing', async (_, run) => {
  const { files } = sound();
  for (let writes = 0, isStopped = true; isStopped; writes++) {
    const process = stoppingAfter(writes);
    await run(process).catch((error: unknown) => expect(error).toMatchObject({ message: 'stopped' }));
    isStopped = process.isStopped();
    await stored.cleanUp(DAY_MS + 60_000); // completes or removes
    await stored.cleanUp(2 * DAY_MS); // and forgets what it has completed
    const [whole, ...others] = (await files.list({ limit: 10, offset: 0 })).files;
    expect(others).toEqual([]);
    if (whole) {
      expect(whole).toMatchObject({ name: 'a.txt', size: TEXT.length });
      expect((await stored.bytes(whole.id)).equals(TEXT)).toBe(true);
      expect(await stored.rows()).toHaveLength(1);
      expect(await stored.blobs()).toEqual([`files/${whole.id}/bytes`]);
      await files.delete(whole.id);
    }
    expect([writes, await stored.rows(), await stored.blobs()]).toEqual([writes, [], []]);
  }
});

test('of two writers at one offset one counts', async () => {
  const { files } = sound();
  const upload = randomBytes(16).toString('hex');
  const expiresAt = new Date(Date.now() + DAY_MS).toISOString();
  const times = { createdAt: new Date().toISOString(), expiresAt };
  await files.begin(upload, { name: 'a.txt', user: 1, length: 10, metadata: '{}', ...times });
  const state = await files.uploads.get(upload);
  if (!state) throw new Error('The upload is gone.');
  const options = { blobs, uploads: files.uploads, upload, state, checksum: undefined };
  const texts = ['aaaaaaaaaa', 'bbbbbbbbbb'];
  const ends = await Promise.allSettled(
    texts.map((text) => new UploadWriter(options).append(Readable.from([Buffer.from(text)]))),
  );
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { data: { code: 'UploadConflict' } },
  });
  const winner = ends.findIndex(({ status }) => status === 'fulfilled');
  const after = await files.uploads.get(upload);
  const file = after && (await files.complete(upload, after));
  expect((await stored.bytes(file?.id ?? 0)).toString()).toBe(texts[winner]);
});

test('an upload in too many parts is refused before it cannot be completed', async () => {
  const { files } = sound();
  const upload = randomBytes(16).toString('hex');
  const times = { createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + DAY_MS).toISOString() };
  await files.begin(upload, { name: 'a.txt', user: 1, length: 1e6, metadata: '{}', ...times });
  const state = await files.uploads.get(upload);
  if (!state) throw new Error('The upload is gone.');
  const options = { blobs, uploads: files.uploads, upload, checksum: undefined };
  const writer = new UploadWriter({ ...options, state: { ...state, blocks: 46_000 } });
  await expect(writer.append(Readable.from([TEXT]))).rejects.toMatchObject({
    data: {
      code: 'UploadInvalid',
      message: 'The upload came in 46000 parts, which are too many; begin again with parts of 1 MB or more.',
    },
  });
});
