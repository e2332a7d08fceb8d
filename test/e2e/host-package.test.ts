import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.js';
import { startHost } from '../support/host-process.js';
import { createTempApp } from '../support/temp-app.js';

const ROOT = path.resolve(__dirname, '../../..');
const NODE = path.join(ROOT, 'node_modules/.bin/node');
const run = promisify(execFile);

/** As `func init --worker-runtime node --model V4` and `func new` make it. */
const FILES = {
  'src/functions/hello.js': `
const { app } = require('@azure/functions');
app.http('hello', {
  methods: ['GET', 'POST'], authLevel: 'anonymous',
  handler: async (request) => ({ body: \`Hello, \${request.query.get('name') || 'world'}!\` }),
});`,
  'src/functions/durable.js': `
const { app } = require('@azure/functions');
const df = require('durable-functions');
df.app.orchestration('durableOrchestrator', function* (context) {
  const tomorrow = new Date(context.df.currentUtcDateTime.getTime() + 86_400_000);
  if (context.df.getInput()) yield context.df.createTimer(tomorrow);
  return [yield context.df.callActivity('greet', 'Tokyo'), yield context.df.callActivity('greet', 'Seattle')];
});
df.app.activity('greet', { handler: (city) => 'Hello, ' + city });
app.http('durableHttpStart', {
  route: 'orchestrators/{name}', extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew(request.params.name);
    return client.createCheckStatusResponse(request, id);
  },
});`,
  'test/tomorrow.test.js': `
const { test } = require('node:test');
const assert = require('node:assert');
const { startTestHost } = require('@longhaul/host/testing');
test('a day passes', async () => {
  const host = await startTestHost();
  try {
    const before = host.now.getTime();
    const ended = await host.completed(await host.start('durableOrchestrator', { input: true }));
    assert.deepEqual(ended.output, ['Hello, Tokyo', 'Hello, Seattle']);
    assert.ok(host.now.getTime() - before > 86_000_000);
    assert.equal(await (await host.fetch('/api/hello?name=kit')).text(), 'Hello, kit!');
  } finally {
    await host.stop();
  }
});`,
};

let dir: string;

/** Installs what npm would: the package, the dependencies that it names, and those of the app. */
beforeAll(async () => {
  ({ dir } = await createTempApp({ main: 'src/functions/*.js', files: FILES }));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', dir], { cwd: path.join(ROOT, 'host') });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const modules = path.join(dir, 'node_modules');
  fs.unlinkSync(modules);
  const target = path.join(modules, '@longhaul/host');
  fs.mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', path.join(dir, filename), '-C', target, '--strip-components=1']);
  const { dependencies } = createRequire(target)(path.join(target, 'package.json')) as { dependencies: object };
  for (const name of [...Object.keys(dependencies), '@azure/functions', 'durable-functions']) {
    fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  }
});

const installed = (file: string) => path.join(dir, 'node_modules/@longhaul/host', file);

test('the packed package runs an app of func init', async () => {
  const { bin } = JSON.parse(fs.readFileSync(installed('package.json'), 'utf8')) as { bin: Record<string, string> };
  const cli = installed(bin['longhaul-host'] ?? '');
  expect(fs.statSync(cli).mode & 0o111).not.toBe(0);
  const host = await startHost({ cli, app: dir, stateDir: path.join(dir, 'state') });
  const answer = await fetch(`${host.url}/api/hello?name=Azure`);
  expect(await answer.text()).toBe('Hello, Azure!');
  const started = await fetch(`${host.url}/api/orchestrators/durableOrchestrator`, { method: 'POST' });
  const { statusQueryGetUri } = (await started.json()) as { statusQueryGetUri: string };
  const output = await eventually(async () => {
    const { runtimeStatus, output } = (await (await fetch(statusQueryGetUri)).json()) as Record<string, unknown>;
    return runtimeStatus === 'Completed' ? output : undefined;
  });
  expect(output).toEqual(['Hello, Tokyo', 'Hello, Seattle']);
  await host.stop();
});

test('its test kit runs in a test of node:test', async () => {
  const { stdout } = await run(NODE, ['--test', 'test/tomorrow.test.js'], { cwd: dir });
  expect(stdout).toMatch(/pass 1/);
});

test('its types are in the package', () => {
  const { exports } = JSON.parse(fs.readFileSync(installed('package.json'), 'utf8')) as {
    exports: Record<string, { types?: string; default: string } | string>;
  };
  for (const entry of Object.values(exports)) {
    for (const file of typeof entry === 'string' ? [entry] : Object.values(entry))
      expect(fs.existsSync(installed(file))).toBe(true);
  }
  expect(fs.readFileSync(installed('dist/testing/index.d.ts'), 'utf8')).toContain('startTestHost');
});
