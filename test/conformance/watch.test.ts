import { readFile, rename, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { isRunning } from '../../dev/processes.js';
import { DurableApi } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { refusedStart, startHost, type HostProcess } from '../support/host-process.js';
import { createTempApp, type TempApp } from '../support/temp-app.js';
import { testHere as test } from '../support/fixtures.js';

/** `--watch`: a change of the build restarts the app on the same port and state. */

/** An app that responds with its version and process id. Its entry file and another file define the version. */
const entry = (version: string) => `
  const { app } = require('@azure/functions'); const df = require('durable-functions');
  const fs = require('node:fs');
  const library = require('../library/part.cjs');
  app.http('version', { handler: () => ({ jsonBody: {
    version: '${version}' + library.version, pid: process.pid, setting: process.env.ONE ?? null } }) });
  app.http('hang', { handler: () => { for (;;); } });
  df.app.orchestration('waits', function* ({ df }) {
    const event = yield df.waitForExternalEvent('go');
    return [yield df.callActivity('act', event)];
  });
  df.app.activity('act', { handler: async (input) => {
    fs.appendFileSync(__dirname + '/../runs.txt', '${version}\\n');
    if (input === '${version}') await new Promise(() => undefined);
    return '${version}';
  } });`;
const part = (version: string) => `exports.version = '${version}';`;

interface Version {
  version: string;
  pid: number;
  setting: string | null;
}

async function setUp(args: string[] = []) {
  const app = await createTempApp({
    main: 'dist/*.js',
    files: { 'dist/app.js': entry('1'), 'library/part.cjs': part('a') },
  });
  const host = await startHost({ app: app.dir, stateDir: app.stateDir, args: ['--watch', ...args] });
  return { app, host, api: new DurableApi(host.url) };
}

const write = (app: TempApp, name: string, text: string) => writeFile(path.join(app.dir, name), text);
const versionOf = async ({ url }: HostProcess) => (await (await fetch(`${url}/api/version`)).json()) as Version;
const until = (host: HostProcess, wanted: (version: Version) => boolean) =>
  eventually(async () => {
    const version = await versionOf(host);
    return wanted(version) ? version : undefined;
  });
const gone = (pid: number) => eventually(() => Promise.resolve(isRunning(pid) ? undefined : true), `the end of ${pid}`);

test('orchestrations continue with the new build, and an interrupted activity runs again [own]', async () => {
  const { app, host, api } = await setUp();
  const [waiting, busy] = [await api.start('waits'), await api.start('waits')];
  await api.raise(busy, 'go', '1');
  await eventually(async () => (await readFile(path.join(app.dir, 'runs.txt'), 'utf8')) || undefined, 'the activity');
  await write(app, 'dist/app.js', entry('2'));
  await until(host, ({ version }) => version === '2a');
  await api.raise(waiting, 'go', 'x');
  expect([(await api.ended(waiting)).output, (await api.ended(busy)).output]).toEqual([['2'], ['2']]);
  await host.stop();
});

test('all files of the build are watched, and no others [own]', async () => {
  const { app, host } = await setUp();
  const { pid } = await versionOf(host);
  await write(app, 'dist/notes.txt', 'none of the build');
  await write(app, 'other.js', 'none of the build');
  await write(app, 'library/part.cjs', part('b')); // loaded, but not in the entry files' folder
  const second = await until(host, ({ version }) => version === '1b');
  expect(host.stderr()).toContain('library/part.cjs changed: the app restarts.');
  expect(second.pid).not.toBe(pid);
  await write(app, 'local.settings.json', JSON.stringify({ Values: { ONE: 'set' } }));
  await until(host, ({ setting }) => setting === 'set');
  await write(app, 'host.json', JSON.stringify({ version: '2.0', extensions: { http: { routePrefix: 'v2' } } }));
  await eventually(async () => ((await fetch(`${host.url}/v2/version`)).ok ? true : undefined));
  await write(
    app,
    'dist/more.js',
    `require('@azure/functions').app.http('more', { handler: () => ({ body: 'more' }) });`,
  );
  await eventually(async () => ((await fetch(`${host.url}/v2/more`)).ok ? true : undefined));
  await host.stop();
});

test('a build may be deleted and written again [own]', async () => {
  const { app, host } = await setUp();
  await rename(path.join(app.dir, 'dist'), path.join(app.dir, 'away'));
  await host.logged('no file matches "dist/*.js"');
  await rename(path.join(app.dir, 'away'), path.join(app.dir, 'dist'));
  expect(await until(host, () => true)).toMatchObject({ version: '1a' });
  await write(app, 'dist/app.js', entry('2'));
  await until(host, ({ version }) => version === '2a');
  await host.stop();
});

test('a broken build is logged and answered with 503 until it is fixed [own]', async () => {
  const { app, host } = await setUp();
  await write(app, 'dist/app.js', `${entry('2')} (`);
  await host.logged('SyntaxError');
  const refused = await eventually(async () => {
    const response = await fetch(`${host.url}/api/version`);
    return response.status === 503 ? response : undefined;
  });
  expect(await refused.text()).toContain('could not be loaded');
  await write(app, 'dist/app.js', entry('3'));
  await until(host, ({ version }) => version === '3a');
  await write(app, 'host.json', '{');
  await host.logged('it is not valid JSON');
  await write(app, 'host.json', '{ "version": "2.0" }');
  await until(host, ({ version }) => version === '3a');
  await host.stop();
});

test('a client is never refused: it waits while the app restarts [own]', async () => {
  const { app, host } = await setUp();
  const versions = new Set<string>();
  let asking = true;
  const ask = async () => {
    while (asking) versions.add(await askOnce(`${host.url}/api/version`));
  };
  const clients = [ask(), ask()];
  for (const version of ['2', '3', '4']) {
    await write(app, 'dist/app.js', entry(version));
    await eventually(() => Promise.resolve(versions.has(version) || undefined), `version ${version}`);
  }
  asking = false;
  await Promise.all(clients);
  expect([...versions]).toEqual(['1', '2', '3', '4']);
  await host.stop();
});

/** The version. Each request has its own connection: a kept-alive one ends with its process. */
function askOnce(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode === 200) resolve((JSON.parse(text) as Version).version.slice(0, 1));
          else reject(new Error(`${response.statusCode ?? 0} ${text}`));
        });
      })
      .on('error', reject);
  });
}

test('an app process that ends unexpectedly is replaced [own]', async () => {
  const { host, api } = await setUp();
  const id = await api.start('waits');
  const { pid } = await versionOf(host);
  process.kill(pid, 'SIGKILL');
  expect((await until(host, () => true)).pid).not.toBe(pid);
  await api.raise(id, 'go', 'x');
  expect((await api.ended(id)).output).toEqual(['1']);
  await host.stop();
});

test.each([
  ['at rest', false],
  ['that hangs', true],
])('no process %s outlives the supervisor [own]', async (_name, hangs) => {
  const { app, host } = await setUp(['--processes', '1']);
  const { pid } = await versionOf(host);
  if (hangs) void fetch(`${host.url}/api/hang`).catch(() => undefined);
  await host.kill('SIGKILL');
  await gone(pid);
  const next = await startHost({ app: app.dir, stateDir: app.stateDir });
  await next.stop();
});

test('a graceful stop leaves no process [own]', async () => {
  const { host } = await setUp();
  const { pid } = await versionOf(host);
  expect(await host.kill('SIGINT')).toBe(0);
  expect(isRunning(pid)).toBe(false);
});

test('an error that no build can fix stops the start [own]', async () => {
  const { app, host } = await setUp();
  const again = { app: app.dir, stateDir: app.stateDir, args: ['--watch'] };
  const state = await refusedStart(again);
  expect([state.code, state.stderr]).toEqual([1, expect.stringMatching(/^The state folder .* is in use/) as string]);
  const port = await refusedStart({ ...again, port: Number(new URL(host.url).port) });
  expect([port.code, port.stderr]).toEqual([1, expect.stringMatching(/^Port \d+ on 127.0.0.1 is in use/) as string]);
  await host.stop();
});
