import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, type Stack } from '../../dev/stack.js';
import { BookStore } from '../../src/books/book-store.js';
import { cleanUpBooks } from '../../src/books/cleanup.js';
import { containerOf, versionList } from '../../src/books/names.js';
import { createBlobContainers } from '../../src/platform/blob-containers.js';
import { createBlobStore, createTableStore } from '../../src/platform/storage.js';

/**
 * Clients push version after version of a book, while they and the app are killed at random moments. Every file of a
 * version but the unchanged ones has the number of the version as its content, so that a mixture is seen.
 */

const PUSHES = 50;
const CHANGED = 20;
const UNCHANGED = 10;
/** The longest time from the start of a push to a kill, ms. */
const MAX_KILL_DELAY_MS = 1_500;
const MAIN = path.join(__dirname, '../../cli/books.js');

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
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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

/** Reads the current version; undefined when another one became the current one meanwhile. @throws for a mixture */
async function read(book: string): Promise<Read | undefined> {
  const page = (await (await fetch(`${stack.url}/books/${book}?top=1000`)).json()) as {
    currentVersion: { id: string };
    files: { path: string; hash: string }[];
  };
  const { id: version } = page.currentVersion;
  const contents = new Set<string>();
  for (const { path: name, hash } of page.files) {
    const at = `${stack.url}/books/${book}/files/${encodeURIComponent(name)}?version=${version}`;
    const response = await fetch(at);
    if (response.status === 404) return undefined; // read again: storage or the app says that it is replaced
    const content = await response.text();
    if (response.status !== 200) throw new Error(`${at} answered ${response.status}: ${content}`);
    expect(createHash('sha256').update(content).digest('hex')).toBe(hash);
    if (name.startsWith('changed')) contents.add(content);
  }
  expect(page.files.length).toBe(CHANGED + UNCHANGED);
  expect(contents.size).toBe(1);
  return { version, content: [...contents].join() };
}

test('a book is always one whole version, and nothing is left without an owner', async () => {
  setVersion(0);
  const book = await push();
  const reads: Read[] = [];
  const mixtures: unknown[] = [];
  const over = new AbortController();
  const reader = (async () => {
    while (!over.signal.aborted) {
      try {
        const found = await read(book);
        if (found) reads.push(found);
      } catch (thrown) {
        // While the app is killed, a request breaks off or is refused.
        if (!(thrown instanceof TypeError) && !(thrown instanceof SyntaxError)) mixtures.push(thrown);
      }
      await sleep(20);
    }
  })();

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
  expect(mixtures).toEqual([]);
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
