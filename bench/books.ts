import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { BookApi } from '../cli/books/api.js';
import { concurrently } from '../cli/books/folder.js';
import { push } from '../cli/books/push.js';
import { storedPorts } from '../dev/ports.js';
import { type Stack } from '../dev/stack.js';
import { type Figure, type Findings } from './figures.js';
import { startStorageCounter, type StorageCounter } from './storage/counter.js';
import { withStack } from './with-stack.js';

const SMALL_BYTES = 2_000;
const LARGE_BYTES = 20_000_000;
const SMALL_FILES = 10_000;
const LARGE_FILES = 100;
/** The share of the files that change before the second push. */
const CHANGED_SHARE = 0.01;
/** As the command line uploads (cli/books/push.ts). */
const UPLOADED_AT_ONCE = 16;

/**
 * Pushes of a book of small files and of one of large files: the first one, which uploads all, and a second one after 1 %
 * of the files have changed. The time is compared with that of uploads with the storage SDK alone. Storage calls are those
 * of the app and of the client together.
 * @param files the number of small files; there is a large one for each hundred of them
 */
export async function benchBooks({ files = SMALL_FILES }: { files?: number } = {}): Promise<Findings> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-books-'));
  const ports = await storedPorts(path.join(dir, 'storage-ports.json'), 3);
  const counter = await startStorageCounter(ports);
  try {
    const env = { AzureWebJobsStorage: counter.connectionString };
    return await withStack({ dir, env }, async (stack) => {
      const large = Math.max(1, Math.round((files * LARGE_FILES) / SMALL_FILES));
      return {
        figures: [
          ...(await measure(stack, counter, { dir, count: files, bytes: SMALL_BYTES })),
          ...(await measure(stack, counter, { dir, count: large, bytes: LARGE_BYTES })),
          { name: 'largest memory of the app', value: peakMemoryMb(stack), unit: 'MB' },
        ],
      };
    });
  } finally {
    await counter.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(
  stack: Stack,
  counter: StorageCounter,
  { dir, count, bytes }: { dir: string; count: number; bytes: number },
): Promise<Figure[]> {
  const folder = path.join(dir, `files-${bytes}`);
  fs.mkdirSync(folder);
  const write = (n: number) => fs.writeFileSync(path.join(folder, `${n}.bin`), randomBytes(bytes));
  for (let n = 0; n < count; n++) write(n);
  const sdk = await timed(counter, () => uploadBySdk(counter.connectionString, folder));
  const first = await timed(counter, () => pushFolder(stack.url, folder));
  for (let n = 0; n < Math.max(1, count * CHANGED_SHARE); n++) write(n);
  const second = await timed(counter, () => pushFolder(stack.url, folder));
  fs.rmSync(folder, { recursive: true });
  const name = `${count} files of ${bytes / 1_000} kB`;
  return [
    { name: `${name}, by the SDK alone`, value: sdk.seconds, unit: 's' },
    { name: '  first push', value: first.seconds, unit: 's' },
    { name: '  first push, storage calls per file', value: first.calls / count, unit: '' },
    { name: '  second push, 1 % changed', value: second.seconds, unit: 's' },
    { name: '  second push, storage calls per file', value: second.calls / count, unit: '' },
  ];
}

async function timed(
  counter: StorageCounter,
  run: () => Promise<unknown>,
): Promise<{ seconds: number; calls: number }> {
  const [calls, began] = [counter.calls.length, performance.now()];
  await run();
  return { seconds: (performance.now() - began) / 1_000, calls: counter.calls.length - calls };
}

async function uploadBySdk(connectionString: string, folder: string): Promise<void> {
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(path.basename(folder));
  await container.create();
  await concurrently(fs.readdirSync(folder), UPLOADED_AT_ONCE, async (name) => {
    await container.getBlockBlobClient(name).uploadFile(path.join(folder, name));
  });
}

function pushFolder(url: string, folder: string): Promise<unknown> {
  const { signal } = new AbortController();
  const api = new BookApi({ url, key: undefined, signal });
  return push(api, { folder, takeOver: false, clientVersion: 'bench', onStep: () => undefined, signal });
}

/** The peak of the app's resident memory (proc(5), VmHWM). */
function peakMemoryMb(stack: Stack): number {
  const status = fs.readFileSync(`/proc/${stack.pid('app') ?? 'self'}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_000;
}
