import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { startStack, type Stack } from '../support/test-stack.js';
import { startUpload } from '../support/books.js';
import { Client } from '../support/client.js';

const MAIN = path.join(__dirname, '../../cli/longhaul.js');

let stack: Stack;
let dir: string;
beforeAll(async () => {
  stack = await startStack();
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'books-cli-'));
});
afterAll(async () => {
  await stack.stop();
  fs.rmSync(dir, { recursive: true });
});

function start(...args: string[]) {
  return spawn(process.execPath, [MAIN, 'books', ...args, '--url', stack.url], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(...args);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
}

/** The files of a folder without the client's own. */
function read(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => fs.statSync(path.join(folder, name)).isFile() && name !== '.longhaul-book.json');
  return Object.fromEntries(files.map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

test('a folder is pushed, changed and pushed again: only the changed file travels; a pull brings it back', async () => {
  const [folder, copy] = [path.join(dir, 'folder'), path.join(dir, 'copy')];
  write(folder, { 'a.txt': 'a', 'b c/é %.txt': 'b', 'b c/d/empty': '' });
  const first = await run('push', folder, '--name', 'Mine');
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^[0-9a-f]{32}: 3 of 3 files uploaded/) as string,
  });
  const book = first.out.slice(0, 32);
  write(folder, { 'a.txt': 'changed' });
  const second = await run('push', folder);
  expect(second.out).toBe(`${book}: 1 of 3 files uploaded (7 bytes), 2 unchanged\n`);
  expect((await run('pull', book, copy)).out).toBe(`${copy}: 3 of 3 files downloaded, 0 unchanged\n`);
  expect(read(copy)).toEqual(read(folder));
  write(copy, { 'a.txt': 'mine' });
  expect((await run('pull', book, copy)).out).toBe(`${copy}: 1 of 3 files downloaded, 2 unchanged\n`);
  expect(read(copy)).toEqual(read(folder));
});

test('a push that was killed continues', async () => {
  const folder = path.join(dir, 'large');
  write(folder, Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`${n}.txt`, `file ${n}`])));
  const child = start('push', folder);
  for await (const chunk of child.stderr) if (String(chunk).includes('uploading: 10 %')) child.kill('SIGKILL');
  expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGKILL');
  const { out } = await run('push', folder);
  const [, uploaded] = /: (\d+) of 400 files uploaded/.exec(out) ?? [];
  expect(Number(uploaded)).toBeLessThan(400);
  const copy = path.join(dir, 'large-copy');
  expect((await run('pull', out.slice(0, 32), copy)).code).toBe(0);
  expect(read(copy)).toEqual(read(folder));
});

test('a book that another client uploads is refused, and taken over with --take-over', async () => {
  const folder = path.join(dir, 'taken');
  write(folder, { 'a.txt': 'a' });
  const book = (await run('push', folder)).out.slice(0, 32);
  const app = new Client(stack.url);
  await app.finished(await startUpload(app, book, { 'x.txt': 'x' }));
  write(folder, { 'a.txt': 'b' });
  expect(await run('push', folder)).toMatchObject({
    code: 1,
    err: expect.stringContaining('becomeUploader') as string,
  });
  expect(await run('push', folder, '--take-over')).toMatchObject({ code: 0 });
});

test.each([
  [['push', '/does/not/exist'], 2, 'is no folder'],
  [['pull', '0'.repeat(32), '/tmp/nowhere'], 1, 'There is no book'],
  [['push', __dirname, '--book', 'unknown'], 1, 'There is no book'],
])('%j fails with a sentence', async (args, exitCode, message) => {
  const { code, err } = await run(...args);
  expect([code, err]).toEqual([exitCode, expect.stringContaining(message)]);
});
