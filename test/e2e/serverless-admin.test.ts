import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../../dev/plan.js';
import { StateFolder } from '../../dev/state-folder.js';
import { createTableStore } from '../../src/platform/storage.js';
import { createEndpointStore } from '../../src/serverless/endpoints/endpoint-store.js';
import { startFakeService } from '../support/fake-service.js';
import { startStorage, type Storage } from '../support/storage.js';

interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

let storage: Storage;
let dir: string;
beforeAll(async () => {
  storage = await startStorage();
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-admin-'));
});
afterAll(() => fs.rm(dir, { recursive: true, force: true }));

/** Runs the command line in an empty folder, without settings except the given ones. */
function run(args: string[], env: Record<string, string> = {}): Promise<Answer> {
  const { PATH = '' } = process.env;
  const options = { cwd: dir, env: { PATH, LONGHAUL_DIR: path.join(dir, 'state'), ...env } };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(ROOT, 'dist/cli/longhaul.js'), 'serverless', ...args],
      options,
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

const manage = (...args: string[]) => run(args, { AzureWebJobsStorage: storage.connectionString });

async function json(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await manage(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const endpoints = () => createEndpointStore(createTableStore(storage.connectionString, 'serverless'));

test('an endpoint’s life', async () => {
  const flags = ['--kind', 'plates.recognizeBatch', '--workers', '4', '--max-sync-waiting', '7'];
  const made = await json('create', 'plates', ...flags, '--webhook-secret', 'generate');
  const endpoint = {
    id: 'plates',
    worker: { kind: 'plates.recognizeBatch' },
    workers: 4,
    maxSyncWaiting: 7,
    maxQueued: 10_000,
    signsWebhooks: true,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
  };
  const secrets = {
    key: expect.stringMatching(/^lh_/) as string,
    webhookSecret: expect.stringMatching(/^whsec_/) as string,
  };
  expect(made).toEqual({ endpoint, ...secrets });
  const { key, webhookSecret } = made as { key: string; webhookSecret: string };
  expect(await endpoints().authorize('plates', key)).toMatchObject({ workers: 4, webhookSecret });
  expect(await json('list')).toEqual({ endpoints: [endpoint] });

  const changed = { ...endpoint, worker: { url: 'http://gpu:8000/run' }, workers: 2 };
  expect(await json('update', 'plates', '--worker', 'http://gpu:8000/run', '--workers', '2')).toEqual({
    endpoint: changed,
  });

  const rotated = (await json('rotate-key', 'plates')) as { key: string };
  expect(rotated).toEqual({ endpoint: changed, key: secrets.key });
  expect(await endpoints().authorize('plates', key)).toBeDefined();
  expect(await json('rotate-key', 'plates', '--revoke-old')).toEqual({ endpoint: changed });
  expect(await endpoints().authorize('plates', key)).toBeUndefined();
  expect(await endpoints().authorize('plates', rotated.key)).toBeDefined();

  expect(await json('delete', 'plates')).toEqual({ deleted: 'plates' });
  expect(await endpoints().authorize('plates', rotated.key)).toBeUndefined();
  expect(await json('list')).toEqual({ endpoints: [] });
});

test('the default output is a table, and a new key once', async () => {
  const created = await manage('create', 'gpu', '--worker', 'http://gpu:8000/run?code=secret');
  expect(created).toMatchObject({ code: 0, stderr: '' });
  expect(created.stdout).toMatch(
    /^endpoint +worker.*\n.*\ngpu +http:\/\/gpu:8000\/run\?code=\[redacted\] +1 +100 +10000 +no /,
  );
  expect(created.stdout).toMatch(/\nAPI key, shown only now: lh_[\w-]{43}\n$/);
  const { stdout } = await manage('list');
  expect(stdout).toContain('\ngpu ');
  expect(stdout).not.toMatch(/lh_|secret/);
  await manage('delete', 'gpu');
  expect((await manage('list')).stdout).toBe('There are no endpoints.\n');
});

describe('an error is one clear line', () => {
  beforeAll(() => manage('create', 'taken'));

  test.each([
    [['create', 'taken'], 1, 'There is an endpoint "taken" already.'],
    [['create', 'a b'], 1, 'id: must be 1 to 63 of'],
    [['create', 'x', '--worker', 'gpu:8000'], 1, 'worker.url: must be an http or https URL'],
    [['create', 'x', '--workers', 'many'], 2, 'It must be a whole number.'],
    [['create', 'x', '--workers', '1001'], 1, 'workers: must be a whole number from 0 to 1000'],
    [['create', 'x', '--kind', 'plates.paint'], 2, 'Allowed choices are plates.recognize, plates.recognizeBatch.'],
    [['create', 'x', '--kind', 'plates.recognize', '--worker', 'http://gpu'], 2, 'cannot be used with'],
    [['create', 'x', '--webhook-secret', 'hunter2'], 1, 'webhookSecret: must be whsec_'],
    [['rotate-key', 'none'], 1, 'There is no endpoint "none".'],
    [['delete', 'none'], 1, 'There is no endpoint "none".'],
    [['create'], 2, "missing required argument 'id'"],
    [['list', '--connection', 'AccountKey=hunter2'], 2, '--connection: expected the connection string'],
  ])('%j', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await manage(...args);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).not.toContain('hunter2');
  });
});

describe('the storage account', () => {
  test('must be named when none is known', async () => {
    const { code, stderr } = await run(['list']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('No storage account is known. Start the local stack')]);
  });

  test('is that of the running local stack', async () => {
    const state = path.join(dir, 'state');
    const folder = await StateFolder.lock(state);
    folder.storeUser({ url: 'http://127.0.0.1:1', parts: [], storage: storage.connectionString });
    expect(await run(['list'])).toMatchObject({ code: 0 });
    expect((await run(['rotate-key', 'none'])).stderr).toContain(
      `(Storage: the stack running in ${state}, http://127.0.0.1:`,
    );
    folder.release();
  });

  test('is that of local.settings.json, whose secrets are never shown', async () => {
    const file = path.join(dir, 'local.settings.json');
    await fs.writeFile(file, JSON.stringify({ Values: { AzureWebJobsStorage: storage.connectionString } }));
    expect(await run(['list'])).toMatchObject({ code: 0 });
    await fs.writeFile(file, '{"Values": hunter2');
    const { code, stderr } = await run(['list']);
    expect([code, stderr]).toEqual([1, `${file} is not JSON.\n`]);
    await fs.rm(file);
  });

  test('that is away is named as such', async () => {
    const away = storage.connectionString.replace(/:\d+\//g, ':9/');
    const { code, stderr } = await run(['list', '--connection', away]);
    expect([code, stderr]).toEqual([
      3,
      'Storage cannot be reached; try again shortly. (Storage: --connection, http://127.0.0.1:9/devstoreaccount1.)\n',
    ]);
  });
});

describe('stats', () => {
  test.each([
    [{ body: '{"queueingCount":12}' }, 0, 'Endpoint "gpu": 12 waiting for a worker.\n', ''],
    [{ status: 401, body: '{"error":"unauthorized"}' }, 1, '', 'has no endpoint "gpu" that the key opens (--key).'],
    [{ status: 404 }, 1, '', 'answered 404.'],
    [{ body: 'hello' }, 1, '', 'is it the app? (--url)'],
    [{ fault: 'reset' as const }, 3, '', 'cannot be reached; is the app running? (--url)'],
  ])('of an app that answers %j', async (answer, code, stdout, stderr) => {
    const app = await startFakeService(
      [answer].map((one) => ({ headers: { 'content-type': 'application/json' }, ...one })),
    );
    const told = await run(['stats', 'gpu', '--url', `${app.url}/`], { SERVERLESS_KEY: 'lh_mine' });
    expect(told).toMatchObject({ code, stdout });
    expect(told.stderr).toContain(stderr);
    expect(told.stderr).not.toContain('lh_mine');
    expect(app.requests[0]).toBe('GET /v1/gpu/status');
    expect(app.headers[0]?.authorization).toBe('Bearer lh_mine');
    await app.close();
  });

  test('as JSON', async () => {
    const app = await startFakeService([
      { headers: { 'content-type': 'application/json' }, body: '{"queueingCount":0}' },
    ]);
    const { stdout } = await run(['stats', 'gpu', '--url', app.url, '--key', 'lh_mine', '--json']);
    expect(JSON.parse(stdout)).toEqual({ id: 'gpu', queueingCount: 0 });
    await app.close();
  });

  test('need a key', async () => {
    const { code, stderr } = await run(['stats', 'gpu']);
    expect([code, stderr]).toEqual([
      2,
      "error: required option '--key <key>' not specified (npx longhaul serverless stats --help)\n",
    ]);
  });
});
