import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, type Stack } from '../support/test-stack.js';
import { BookStore } from '../../src/books/book-store.js';
import { cleanUpBooks } from '../../src/books/cleanup.js';
import { containerOf, versionList } from '../../src/books/names.js';
import { createBlobContainers } from '../../src/platform/blob-containers.js';
import { createBlobStore, createTableStore } from '../../src/platform/storage.js';

/**
 * Clients push version after version of a book, while they and the app are killed at random moments. Every file of a
 * version but the unchanged ones has the number of the version as its content, so that a mixture is seen.
 */

const PUSHES = 30;
const CHANGED = 20;
const UNCHANGED = 10;
/** The longest time from the start of a push to a kill, ms. */
const MAX_KILL_DELAY_MS = 1_500;
const MAIN = path.join(__dirname, '../../cli/longhaul.js');

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack({ env: { DURABLE_RETRY_FIRST_WAIT_MS: '200' } });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'books-faults-'));
  for (let n = 0; n < UNCHANGED; n++) fs.writeFileSync(path.join(folder, `unchanged ${n}`), 'the same');
});
afterAll(async () => {
  await stack.stop();
  fs.rmSync(folder, { recursive: true });
});

function setVersion(version: number): void {
  for (let n = 0; n < CHANGED; n++) fs.writeFileSync(path.join(folder, `changed ${n}`), `version ${version}`);
}

function startPush(): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const args = ['push', folder, '--take-over', '--url', stack.url];
  return spawn(process.execPath, [MAIN, 'books', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** @returns the id of the book. @throws with what the client says when it fails */
async function push(): Promise<string> {
  const child = startPush();
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`The push ended with ${child.exitCode}: ${err.slice(-500)}`);
  return out.slice(0, 32);
}

/** Kills the client, the app or both at a random moment of a push. */
async function interruptedPush(): Promise<void> {
  const child = startPush();
  child.stdout.resume();
  child.stderr.resume();
  const ended = once(child, 'close');
  await sleep(Math.random() * MAX_KILL_DELAY_MS); // the random delay is the input of this test
  const victim = Math.random();
  if (victim < 0.7) child.kill('SIGKILL');
  if (victim > 0.4) {
    await stack.kill('app', 'SIGKILL');
    await stack.restart('app');
  }
  await ended;
}

interface Read {
  version: string;
  content: string;
}

/** The body of an answer; undefined when the app is away, or when what is asked for is replaced. */
async function get(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url);
    if (response.status === 200) return await response.text();
    expect([404, 503]).toContain(response.status);
    return undefined;
  } catch (thrown) {
    if ((thrown as Error).name !== 'TypeError') throw thrown; // `fetch` says so that the connection broke off
    return undefined;
  }
}

/** Reads the current version; undefined when that is not possible now. @throws for a mixture */
async function read(book: string): Promise<Read | undefined> {
  const page = await get(`${stack.url}/books/${book}?top=1000`);
  if (page === undefined) return undefined;
  const { currentVersion, files } = JSON.parse(page) as {
    currentVersion: { id: string };
    files: { path: string; hash: string }[];
  };
  const contents = new Set<string>();
  for (const { path: name, hash } of files) {
    const query = `version=${currentVersion.id}`;
    const content = await get(`${stack.url}/books/${book}/files/${encodeURIComponent(name)}?${query}`);
    if (content === undefined) return undefined;
    expect(createHash('sha256').update(content).digest('hex')).toBe(hash);
    if (name.startsWith('changed')) contents.add(content);
  }
  expect(files.length).toBe(CHANGED + UNCHANGED);
  expect(contents.size).toBe(1);
  return { version: currentVersion.id, content: [...contents].join() };
}

test('a book is always one whole version, and nothing is left without an owner', async () => {
  setVersion(0);
  const book = await push();
  const reads: Read[] = [];
  const over = new AbortController();
  const reader = (async () => {
    while (!over.signal.aborted) {
      const found = await read(book);
      if (found) reads.push(found);
      await sleep(100);
    }
  })();
  reader.catch(() => undefined); // it is awaited at the end

  for (let version = 1; version <= PUSHES; version++) {
    setVersion(version);
    await interruptedPush();
    if (version % 5 === 0) {
      await push();
      expect(await read(book)).toMatchObject({ content: `version ${version}` });
    }
  }
  over.abort();
  await reader;
  const order = reads.map(({ content }) => Number(content.split(' ')[1]));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(new Set(order).size).toBeGreaterThan(5);

  const { connectionString } = stack.storage;
  const containers = createBlobContainers(connectionString);
  const blobs = createBlobStore(connectionString, 'longhaul');
  const books = new BookStore(createTableStore(connectionString, 'books'));
  await cleanUpBooks({ books, containers, blobs, now: Date.now() + 25 * 3_600_000 });
  const { current, transaction } = await books.get(book);
  expect(transaction).toBeUndefined();
  expect(await containers.names('book-')).toEqual([containerOf(current?.id ?? '')]);
  expect(await blobs.folders('books/')).toEqual([versionList(current?.id ?? '')]);
  expect(await read(book)).toMatchObject({ content: `version ${PUSHES}` });
}, 900_000);
