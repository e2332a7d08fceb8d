import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { BankMapClient } from '../../../cli/client.js';
import { followJob } from '../../../cli/follow-job.js';
import { startFakeService, type Answer, type FakeService } from '../../support/fake-service.js';

const MAIN = path.join(__dirname, '../../../cli/longhaul.js');
const KEY = 'c2VjcmV0+key/==';
const COMPANY = 'UAB "Ąžuolas" 💶';
const SOON = { 'retry-after': '0' };

const json = (body: unknown, rest: Answer = {}): Answer => ({ body: JSON.stringify(body), ...rest });
const SUBMITTED = json({ company: COMPANY, id: '01', job_id: 'lucid_school_1', trace_id: 't' });
const status = (name: string, error?: string): Answer => json({ status: name, job_id: 'lucid_school_1', error });
const RESULT = json({ company: COMPANY, mappings: [{ main: {} }, {}, { main: { recommended: true } }], info: {} });
const problem = (code: number, error: string): Answer =>
  json({ error, trace_id: 'trace-7' }, { status: code, headers: SOON });

let dir: string;
let zip: string;
let app: FakeService | undefined;
const children: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeEach(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'bank-map-cli-'));
  zip = path.join(dir, 'june.zip');
  await fs.writeFile(zip, 'the zip');
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await app?.close();
  await fs.rm(dir, { recursive: true });
});

async function clientOf(...answers: Answer[]): Promise<{ client: BankMapClient; app: FakeService; retries: string[] }> {
  app = await startFakeService(answers);
  const retries: string[] = [];
  const { signal } = new AbortController();
  const client = new BankMapClient({ url: app.url, key: KEY, signal, onRetry: (reason) => retries.push(reason) });
  return { client, app, retries };
}

/** Follows a job without long waits and returns the statuses seen. */
async function followed(client: BankMapClient, maxWaitMs = 10_000): Promise<string[]> {
  const seen: string[] = [];
  const { signal } = new AbortController();
  await followJob(client, 'job', {
    pollMs: 1,
    pollImmediately: false,
    maxWaitMs,
    signal,
    onStatus: (line) => seen.push(line),
  });
  return seen;
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'bank-map', '--poll', '0.01', ...args], {
    env: { ...process.env, BANK_MAP_KEY: KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: dir,
  });
  children.push(child);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number }),
  );
  return { child, ended };
}

test('sends the zip, waits, and writes the result, with retries where the app asks for them', async () => {
  const busy = problem(503, 'busy');
  const early = problem(404, 'not yet');
  app = await startFakeService([busy, SUBMITTED, status('Running'), status('Completed'), early, RESULT]);
  const { ended } = start('--url', `${app.url}/`, '--company', COMPANY, zip);
  const { stdout, stderr, code } = await ended;
  expect([stderr, code]).toEqual([
    expect.stringMatching(/503: busy \(trace trace-7\)[^]*lucid_school_1: Completed/),
    0,
  ]);
  expect(stdout).toBe(`${zip}.mappings.json: 3 lines, 1 recommended\n`);
  const query = `?code=${KEY}`;
  const map = `POST /api/map${query}`;
  const poll = `GET /api/status/lucid_school_1${query}`;
  const fetched = `GET /api/result/lucid_school_1${query}`;
  expect(app.requests.map(decodeURIComponent)).toEqual([map, map, poll, poll, fetched, fetched]);
  expect(app.bodies.slice(0, 2)).toEqual(['the zip', 'the zip']);
  expect(app.headers[1]).toMatchObject({ 'content-type': 'application/octet-stream', 'content-length': '7' });
  expect(Buffer.from(String(app.headers[1]?.recognitionforid), 'base64').toString()).toBe(COMPANY);
  expect(await fs.readFile(`${zip}.mappings.json`, 'utf8')).toBe(RESULT.body);
  expect(await fs.readdir(dir)).toEqual(['june.zip', 'june.zip.mappings.json']);
  expect(stdout + stderr).not.toContain(KEY.slice(0, 8));
});

test('after Ctrl-C it prints the command that resumes the wait, and that command works', async () => {
  app = await startFakeService([SUBMITTED, status('Running')]);
  const { child, ended } = start('--url', app.url, '--company', COMPANY, '--out', 'a b.json', 'june.zip');
  child.stderr.on('data', (chunk: Buffer) => chunk.includes('Running') && child.kill('SIGINT'));
  const interrupted = await ended;
  expect(interrupted.code).toBe(130);
  expect(interrupted.stderr).toContain(
    `npx longhaul bank-map --url ${app.url} --job lucid_school_1 --out 'a b.json'\n`,
  );
  await app.close();

  app = await startFakeService([status('Completed'), RESULT]);
  const resumed = await start('--url', app.url, '--job', 'lucid_school_1', '--out', 'a b.json').ended;
  expect([resumed.code, resumed.stdout]).toEqual([0, 'a b.json: 3 lines, 1 recommended\n']);
});

test('an upload that the app refuses without reading it ends immediately', async () => {
  await fs.writeFile(zip, Buffer.alloc(20_000_000));
  const body = '{"error":"The zip is too large.","trace_id":"t"}';
  const server = http.createServer((_request, response) =>
    response.writeHead(413, { 'Content-Type': 'application/json' }).end(body),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { stderr, code } = await start('--url', url, '--company', 'hum', zip).ended;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/413: The zip is too large\.[^\n]*\n$/)]);
  server.closeAllConnections();
  server.close();
});

test('a failed job is reported and leaves no file', async () => {
  app = await startFakeService([SUBMITTED, status('Failed', 'vendors.jsonl line 3 is not JSON.')]);
  const { stdout, stderr, code } = await start('--url', app.url, '--company', 'hum', zip).ended;
  expect([stdout, code]).toEqual(['', 1]);
  expect(stderr).toMatch(/Job lucid_school_1 is Failed: vendors\.jsonl line 3 is not JSON\.\n$/);
  expect(await fs.readdir(dir)).toEqual(['june.zip']);
});

test.each<[string, string[], string]>([
  ['no file', ['--company', 'hum'], 'Pass the zip file to map'],
  ['a file that does not exist', ['--company', 'hum', 'july.zip'], 'File not found: july.zip.'],
])('refuses %s', async (_what, args, message) => {
  const { stderr, code } = await start(...args).ended;
  expect([stderr, code]).toEqual([expect.stringContaining(message), 2]);
});

test('a final error is reported immediately, a retryable one after three attempts', async () => {
  const refused = await clientOf(problem(400, 'The body is not a zip.'));
  await expect(refused.client.submit(zip, 'hum', () => undefined)).rejects.toThrow(
    '400: The body is not a zip. (trace trace-7)',
  );
  expect(refused.app.requests).toHaveLength(1);
  await refused.app.close();

  const failing = await clientOf(problem(404, 'a'), problem(429, 'b'), { status: 502, body: '<html>' });
  await expect(failing.client.submit(zip, 'hum', () => undefined)).rejects.toThrow('the app answered 502');
  expect(failing.retries).toEqual(['404: a (trace trace-7)', '429: b (trace trace-7)']);
  expect(failing.app.requests).toHaveLength(3);
});

test('a poll that fails does not end the wait', async () => {
  const { client, app: faulty } = await clientOf(
    { fault: 'reset' },
    problem(500, 'a'),
    problem(404, 'b'),
    { ...status('Running'), fault: 'cutOff' },
    status('Completed'),
  );
  expect(await followed(client)).toEqual([
    `the app at ${faulty.url} cannot be reached (ECONNRESET)`,
    '500: a (trace trace-7)',
    '404: b (trace trace-7)',
    expect.stringContaining(`the app at ${faulty.url} cannot be reached`),
    'Completed',
  ]);
});

test.each<[string, Answer, string]>([
  ['is canceled', status('Canceled'), 'Job job is Canceled.'],
  ['is unknown', problem(404, 'There is no job.'), '404: There is no job. (trace trace-7)'],
  ['needs another key', problem(401, 'A key is needed.'), '401: A key is needed.'],
  ['is at another URL', { body: '<html>' }, 'is the URL right?'],
])('waiting ends when the job %s', async (_what, answer, message) => {
  const { client } = await clientOf(answer);
  await expect(followed(client)).rejects.toThrow(message);
});

test('waiting ends when it takes too long', async () => {
  const { client } = await clientOf(status('Running'));
  await expect(followed(client, 60)).rejects.toThrow('Job job is not done after 0.001 minutes (Running).');
});
