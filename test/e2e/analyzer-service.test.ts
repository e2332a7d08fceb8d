import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { analysisError, analysisResult } from '../../services/analyzer/result.js';
import { ROOT } from '../../dev/plan.js';
import { docxOf } from '../support/docx-writer.js';
import { eventually } from '../support/eventually.js';
import { startFakeDownload, type FakeDownload } from '../support/fake-download.js';
import { pdfOf } from '../support/pdf-writer.js';

const MAIN = path.join(__dirname, '../../services/analyzer/main.js');
const SCRIPT =
  '1. ИНТ. БАР - НОЧЬ\n\nОн пьёт водку и целится в бармена: пистолет дрожит.\n\n2. НАТ. ДВОР - ДЕНЬ\n\nТихо.\n';
const KEY = '0123456789abcdef0123456789abcdef';
const OTHER_KEY = 'fedcba9876543210fedcba9876543210';

type Service = ChildProcessByStdio<null, Readable, Readable>;

let dir: string;
let app: FakeDownload;
const children: Service[] = [];

beforeEach(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'analyzer-test-'));
  app = await startFakeDownload();
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await app.close();
  await fs.rm(dir, { recursive: true, maxRetries: 5 });
});

function start(...args: string[]): Service {
  const env = { ...process.env, TMPDIR: dir };
  const all = [MAIN, '--port', '0', '--allow-origin', app.url, ...args];
  const child = spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function urlOf(child: Service): Promise<string> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(line).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/);
  return line.slice('ready '.length);
}

const tell = (url: string, body: unknown) =>
  fetch(`${url}/analyze`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

async function accepted(url: string, body: object): Promise<void> {
  const response = await tell(url, body);
  expect([response.status, await response.json()]).toEqual([202, {}]);
}

const resultOf = (refer: string) => eventually(() => Promise.resolve(app.results.get(refer)), 'the result');

const requested = (request: string, times = 1) =>
  eventually(
    () => Promise.resolve(app.requests.filter((seen) => seen === request).length >= times || undefined),
    `${times} times ${request}`,
  );

/** Resolves when the service has no analyses. */
const idle = (url: string) =>
  eventually(async () => {
    const health = await (await fetch(`${url}/health`)).json();
    return JSON.stringify(health) === '{"status":"ok","running":0,"waiting":0}' || undefined;
  }, 'an idle service');

/** The temporary files of the service. */
async function temporaryFiles(): Promise<string[]> {
  const all = await fs.readdir(dir, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test.each([
  ['txt', 'сценарий.txt', Buffer.from(SCRIPT)],
  ['docx', 'сценарий.docx', docxOf(SCRIPT.split('\n'))],
  ['pdf', 'сценарий.pdf', pdfOf([SCRIPT.split('\n')])],
])('it downloads a %s, analyzes it and posts the result', async (format, name, bytes) => {
  const url = await urlOf(start());
  await accepted(url, { refer: KEY, url: app.add(KEY, { bytes, name, targetAudience: '6+' }) });
  const result = analysisResult.parse(await resultOf(KEY));
  expect(result).toMatchObject({
    rating: '16+',
    targetAudience: '6+',
    exceeds: true,
    statistics: { format, scenes: 2 },
  });
  expect(result.scenes.map(({ heading, count }) => [heading, count > 0])).toEqual([
    ['1. ИНТ. БАР - НОЧЬ', true],
    ['2. НАТ. ДВОР - ДЕНЬ', false],
  ]);
  await idle(url);
  expect(await temporaryFiles()).toEqual([]);
});

test('it continues a broken download, and begins again when the file has changed', async () => {
  const url = await urlOf(start());
  const bytes = Buffer.from(SCRIPT.repeat(2_000));
  app.script('GET', { cutAfter: 100_000 }, { fault: 'reset' }, { cutAfter: 70_000 });
  await accepted(url, { refer: KEY, url: app.add(KEY, { bytes }) });
  expect(await resultOf(KEY)).toMatchObject({ statistics: { characters: SCRIPT.length * 2_000 } });
  const starts = app.requests.slice(1, 4).map((request) => Number(/bytes=(\d+)-$/.exec(request)?.[1]));
  expect(starts[0]).toBeGreaterThan(0);
  expect(starts[1]).toBe(starts[0]); // the reset attempt got nothing
  expect(starts[2]).toBeGreaterThan(starts[0] ?? NaN);
  expect(app.requests[4]).toBe(`POST ${KEY}`);

  app.script('GET', { cutAfter: 100_000, changedTo: Buffer.from(SCRIPT) });
  await accepted(url, { refer: OTHER_KEY, url: app.add(OTHER_KEY, { bytes }) });
  expect(await resultOf(OTHER_KEY)).toMatchObject({ statistics: { characters: SCRIPT.length } });
});

test('it retries while the app is busy, fails or drops connections', async () => {
  const url = await urlOf(start());
  app.script('GET', { status: 429, headers: { 'retry-after': '0' } }, { status: 503 }, { fault: 'reset' });
  app.script('POST', { status: 503, headers: { 'retry-after': '0' } }, { fault: 'reset' }, { fault: 'lost' });
  await accepted(url, { refer: KEY, url: app.add(KEY, { bytes: Buffer.from(SCRIPT) }) });
  await requested(`POST ${KEY}`, 4); // the last one gets 409: the result of the third one is stored
  await idle(url);
  expect(app.requests).toEqual([...Array<string>(4).fill(`GET ${KEY}`), ...Array<string>(4).fill(`POST ${KEY}`)]);
  expect(app.results.get(KEY)).toMatchObject({ rating: '16+' });
});

test('it drops an analysis whose key is old, before the download and before the result', async () => {
  const service = start();
  const output = text(service.stdout);
  const url = await urlOf(service);
  await accepted(url, { refer: KEY, url: `${app.url}/download/${KEY}/` });
  await idle(url);
  expect(app.requests).toEqual([`GET ${KEY}`]);

  app.script('POST', { status: 404 });
  await accepted(url, { refer: OTHER_KEY, url: app.add(OTHER_KEY, { bytes: Buffer.from(SCRIPT) }) });
  await requested(`POST ${OTHER_KEY}`);
  await idle(url);
  service.kill('SIGTERM');
  expect(await once(service, 'exit')).toEqual([0, null]);
  const lines = (await output).split('\n').filter((line) => line.endsWith('dropped: its key is old'));
  expect(lines).toEqual([
    'analysis 1 (key 0123…): dropped: its key is old',
    'analysis 2 (key fedc…): dropped: its key is old',
  ]);
});

test('the queue is bounded, has each key once, and a new key replaces that of an analysis that waits', async () => {
  const url = await urlOf(start('--concurrency', '1', '--queue', '1'));
  app.script('GET', { fault: 'silent' });
  const running = { refer: KEY, url: app.add(KEY, { bytes: Buffer.from(SCRIPT) }) };
  await accepted(url, running);
  await requested(`GET ${KEY}`);
  await accepted(url, running); // the same key again
  const old = { refer: 'old-key-1', url: app.add('old-key-1', { bytes: Buffer.from(SCRIPT) }), id: 7 };
  await accepted(url, old);
  await accepted(url, { ...old, refer: OTHER_KEY, url: app.add(OTHER_KEY, { bytes: Buffer.from(SCRIPT) }) });
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok', running: 1, waiting: 1 });

  const full = await tell(url, { refer: 'third-key', url: `${app.url}/download/third-key/` });
  expect([full.status, full.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await full.json()).toEqual({ error: 'Too many analyses are waiting.' });
  expect(app.requests).toEqual([`GET ${KEY}`]);
});

test('it explains what is wrong with a request', async () => {
  const url = await urlOf(start());
  const wrong = async (body: unknown) => {
    const response = await tell(url, body);
    return [response.status, ((await response.json()) as { error: string }).error];
  };
  const valid = { refer: KEY, url: `${app.url}/download/${KEY}/` };
  expect(await wrong('{')).toEqual([400, 'The body is not JSON.']);
  expect(await wrong([])).toEqual([400, expect.stringContaining('body: ')]);
  expect(await wrong({ url: valid.url })).toEqual([400, expect.stringContaining('refer: ')]);
  expect(await wrong({ ...valid, refer: '../x' })).toEqual([400, expect.stringContaining('refer: must be a key')]);
  expect(await wrong({ ...valid, url: 'file:///etc/passwd' })).toEqual([400, expect.stringContaining('url: must be')]);
  expect(await wrong({ ...valid, url: 'http://127.0.0.1:1/download/x/' })).toEqual([
    400,
    'url: the origin http://127.0.0.1:1 is not allowed.',
  ]);
  expect(await wrong({ ...valid, url: valid.url.replace('//', '//user:secret@') })).toEqual([
    400,
    'url: must have no user name or password.',
  ]);
  expect(await wrong('x'.repeat(20_000))).toEqual([413, 'The body is too large.']);
  expect((await fetch(`${url}/analyze`)).status).toBe(405);
  expect((await fetch(`${url}/_faults`, { method: 'POST', body: '{}' })).status).toBe(404);
  expect(app.requests).toEqual([]);
});

test('it posts why a file has no result', async () => {
  const url = await urlOf(start('--max-file-mb', '1'));
  const failureOf = async (refer: string, bytes: Buffer) => {
    await accepted(url, { refer, url: app.add(refer, { bytes }) });
    return analysisError.parse(await resultOf(refer));
  };
  expect(await failureOf('key-empty', Buffer.alloc(0))).toEqual({
    error: { code: 'NoText', message: 'The file has no text.' },
  });
  expect(await failureOf('key-large', Buffer.alloc(1_100_000, 'a'))).toEqual({
    error: { code: 'FileTooLarge', message: 'The file is larger than 1 MB.' },
  });
  app.script('GET', { status: 302, headers: { location: 'http://127.0.0.1:1/' } });
  expect(await failureOf('key-moved', Buffer.from(SCRIPT))).toEqual({
    error: { code: 'DownloadFailed', message: 'The file cannot be downloaded: the app answered 302.' },
  });
  app.script('POST', { status: 413 });
  expect(await failureOf('key-result', Buffer.from(SCRIPT))).toEqual({
    error: { code: 'ResultTooLarge', message: 'The result is larger than the app accepts.' },
  });
});

test('with faults it fails or forgets an accepted analysis', async () => {
  const url = await urlOf(start('--faults'));
  const faults = [
    { mode: 'lose', count: 1 },
    { mode: 'fail', count: 1 },
  ];
  expect((await fetch(`${url}/_faults`, { method: 'POST', body: JSON.stringify(faults) })).status).toBe(200);
  await accepted(url, { refer: OTHER_KEY, url: app.add(OTHER_KEY, { bytes: Buffer.from(SCRIPT) }) });
  await accepted(url, { refer: KEY, url: app.add(KEY, { bytes: Buffer.from(SCRIPT) }) });
  expect(await resultOf(KEY)).toMatchObject({ error: { code: 'ParserFailed' } });
  await idle(url);
  expect(app.requests).toEqual([`GET ${KEY}`, `POST ${KEY}`]);
});

test('stopped during a download and an analysis, it ends, deletes its files and has told no secret', async () => {
  const service = start('--concurrency', '2');
  const output = Promise.all([text(service.stdout), text(service.stderr)]);
  const url = await urlOf(service);
  await accepted(url, {
    refer: KEY,
    url: app.add(KEY, { bytes: Buffer.from(`${SCRIPT.repeat(1_000)}\n`.repeat(30)) }),
  });
  await requested(`GET ${KEY}`);
  app.script('GET', { fault: 'silent' });
  await accepted(url, { refer: OTHER_KEY, url: app.add(OTHER_KEY, { bytes: Buffer.from(SCRIPT) }) });
  await requested(`GET ${OTHER_KEY}`);
  service.kill('SIGINT');
  expect(await once(service, 'exit')).toEqual([0, null]);
  expect(await fs.readdir(dir)).toEqual([]);
  const printed = (await output).join('');
  expect(printed).toContain('analysis 2 (key fedc…): accepted');
  for (const secret of [KEY, OTHER_KEY, '/download/']) expect(printed).not.toContain(secret);
  expect(app.results.size).toBe(0);
});

test('it does not start without an origin', async () => {
  const child = spawn(process.execPath, [MAIN, '--port', '0'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  expect(await text(child.stderr)).toContain("required option '--allow-origin <origin>' not specified");
});
