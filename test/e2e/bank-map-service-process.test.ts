import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { zipOf } from '../support/bank-map-zip.js';
import { eventually } from '../support/eventually.js';
import { startFakeService, type FakeService } from '../support/fake-service.js';

const MAIN = path.join(__dirname, '../../services/bank-map-ml/main.js');

let dir: string;
let input: FakeService;
const children: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeEach(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'bank-map-main-'));
  input = await startFakeService([{ fault: 'silent' }, { body: zipOf() }]);
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await input.close();
  await fs.rm(dir, { recursive: true, maxRetries: 5 });
});

function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const env = { ...process.env, TMPDIR: dir };
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function urlOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(line).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/);
  return line.slice('ready '.length);
}

/** Submits a job and resolves when its thread has requested the input. */
async function submit(url: string): Promise<void> {
  const body = JSON.stringify({ company: 'hum', inputUrl: `${input.url}/input.zip?sig=secret`, jobName: 'job-1' });
  expect((await fetch(`${url}/jobs`, { method: 'POST', body })).status).toBe(201);
  await eventually(() => Promise.resolve(input.requests[0]), 'the request of the input');
}

test('stopped during a job, it ends immediately and deletes its temporary folder', async () => {
  const service = start();
  const output = Promise.all([text(service.stdout), text(service.stderr)]);
  await submit(await urlOf(service));
  expect(await fs.readdir(dir)).toEqual([expect.stringMatching(/^bank-map-ml-/)]);
  service.kill('SIGTERM');
  expect(await once(service, 'exit')).toEqual([0, null]);
  expect(await fs.readdir(dir)).toEqual([]);
  expect((await output).join('')).not.toContain('secret');
});

test('killed during a job, it runs the job again when it is started on the same folder', async () => {
  const state = path.join(dir, 'state');
  const killed = start('--state', state);
  await submit(await urlOf(killed));
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const url = await urlOf(start('--state', state));
  const job = await eventually(async () => {
    const answer = (await (await fetch(`${url}/jobs/job-1`)).json()) as { status: string };
    return answer.status === 'Completed' ? answer : undefined;
  });
  expect(job).toEqual({ name: 'job-1', status: 'Completed', progress: 100 });
});

test('a folder that another service uses is refused, and that service goes on', async () => {
  const state = path.join(dir, 'state');
  const url = await urlOf(start('--state', state));
  await submit(url);
  const second = start('--state', state);
  const [stderr, [code]] = await Promise.all([text(second.stderr), once(second, 'exit') as Promise<[number]>]);
  expect([stderr, code]).toEqual([expect.stringContaining(`The state folder ${state} is in use by another`), 1]);
  expect((await fetch(`${url}/jobs/job-1`)).status).toBe(200);
});

test.each([
  [
    'a folder that cannot be written',
    ['--state', '/dev/null/state'],
    'The state folder /dev/null/state cannot be used',
  ],
  ['an invalid time', ['--now', 'yesterday'], 'a time such as 2026-11-28T00:00:00Z'],
  ['an invalid mode', ['--learning=maybe'], 'Allowed choices are on, off'],
  ['an invalid share', ['--error-share', '1'], 'between 0 and 1, such as 0.005'],
])('rejects %s', async (_what, args, message) => {
  const service = start(...args);
  const [stderr, [code]] = await Promise.all([text(service.stderr), once(service, 'exit') as Promise<[number]>]);
  expect([stderr, code]).toEqual([expect.stringContaining(message), 1]);
});
