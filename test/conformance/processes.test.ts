import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isRunning } from '../../dev/processes.js';
import { DurableApi, durableFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { refusedStart, startHost, type HostProcess } from '../support/host-process.js';
import { createTempApp, type TempApp, type TempAppOptions } from '../support/temp-app.js';
import { testHere as test } from '../support/fixtures.js';

/** `--processes N`: the app runs in N processes, which may end unexpectedly. */

/** A small heap, so that it is exhausted quickly. */
const env = { NODE_OPTIONS: '--max-old-space-size=64' };
const start = (app: TempApp, processes = 2) =>
  startHost({ app: app.dir, stateDir: app.stateDir, args: ['--processes', String(processes)], env });

const pidsOf = (results: unknown) => [...new Set(results as number[])];
const times = (count: number, call: [string, unknown]) => Array.from({ length: count }, () => call);
/** Matches a text that contains `part`. */
const containing = (part: string): unknown => expect.stringContaining(part);

let app: TempApp;
let host: HostProcess;
let api: DurableApi;

describe('with the durable fixture [own]', () => {
  beforeAll(async () => {
    app = await durableFixture();
    host = await start(app);
    api = new DurableApi(host.url);
  });
  afterAll(() => host.stop());

  test('CPU-intensive activities run concurrently in other processes, and the host stays responsive', async () => {
    const id = await api.start('sideBySide', times(8, ['spin', 200]));
    let answers = 0;
    while ((await api.status(id)).runtimeStatus !== 'Completed') answers++;
    const pids = pidsOf((await api.status(id)).output);
    expect(pids).toHaveLength(2);
    expect(pids).not.toContain(host.pid);
    expect(answers).toBeGreaterThan(10);
  });

  test('activities do not wait for a busy process when another one is free', async () => {
    const [long, ...others] = (await api.run('sideBySide', [['spin', 2_000], ...times(20, ['spin', 5])])) as number[];
    // One call may be queued behind the long one; all others ran elsewhere.
    expect(others.filter((pid) => pid !== long).length).toBeGreaterThanOrEqual(19);
  });

  test('the work of a killed process goes to another one', async () => {
    const [victim] = pidsOf(await api.run('sideBySide', times(4, ['spin', 50])));
    const id = await api.start('sideBySide', times(6, ['spin', 500]));
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    process.kill(Number(victim), 'SIGKILL');
    const results = (await api.ended(id)).output as unknown[];
    expect(results.filter((result) => typeof result === 'number')).toHaveLength(6);
    expect(results).not.toContain(victim);
    await host.logged('ended: signal SIGKILL. A new one starts');
  });

  test.each([
    ['calls process.exit', 'exit', 'exit code 7'],
    ['uses up its memory', 'exhaust', 'signal SIGABRT'],
  ])('an activity that %s fails, and no other does', async (_name, activity, how) => {
    const output = (await api.run('sideBySide', [[activity, null], ...times(9, ['spin', 20])])) as unknown[];
    expect(output[0]).toEqual(
      containing(`The process that ran ${activity} ended before the function did, 3 times: ${how}`),
    );
    expect(output.slice(1).filter((result) => typeof result === 'number')).toHaveLength(9);
    await eventually(async () => {
      const pids = pidsOf(await api.run('sideBySide', times(30, ['spin', 20])));
      return pids.length === 2 ? true : undefined;
    }, 'a second process');
  });

  test('an activity’s error keeps its message, and its name in the log', async () => {
    expect((await api.ended(await api.start('uncaught'))).output).toEqual(containing('no plate'));
    expect(host.stderr()).toMatch(/The activity fail failed\. .*RangeError: no plate\\n +at .*durable\.js/);
  });

  test('the state folder still has one host', async () => {
    const { code, stderr } = await refusedStart({ app: app.dir, stateDir: app.stateDir, args: ['--processes', '1'] });
    expect([code, stderr]).toEqual([1, containing(`in use by a host with process id ${host.pid}`)]);
  });
});

// With a separate app

const activities = (code: string, more: Partial<TempAppOptions> = {}) =>
  createTempApp({
    main: 'app.js',
    ...more,
    files: {
      'app.js': `const { app } = require('@azure/functions'); const df = require('durable-functions');
        df.app.orchestration('run', function* (context) {
          return yield context.df.callActivity('act', context.df.getInput());
        });\n${code}`,
    },
  });

test('hooks, logs, the durable client and settings work in a process of the app [own]', async () => {
  const own = await activities(
    `let started = 0;
     app.hook.appStart(() => { started++; });
     app.hook.preInvocation((context) => { context.hookData.by = process.pid; });
     app.hook.log((context) => { context.message = context.message.replace('secret', '***'); });
     app.hook.appTerminate(() => console.error('good-bye of', process.pid));
     const client = df.input.durableClient();
     df.app.activity('act', { extraInputs: [client], handler: async (input, context) => {
       context.warn('a secret'); context.debug('unheard');
       const { runtimeStatus } = await df.getClient(context).getStatus(input);
       return { pid: process.pid, started, runtimeStatus, setting: process.env.ONE, trigger: context.triggerMetadata.instanceId };
     } });`,
    { settings: { ONE: 'file' } },
  );
  const running = await start(own, 1);
  const calls = new DurableApi(running.url);
  const id = await calls.start('run', 'theOne', 'theOne');
  const output = (await calls.ended(id)).output as { pid: number };
  expect(output).toMatchObject({ started: 1, runtimeStatus: 'Running', setting: 'file', trigger: 'theOne' });
  await running.stop();
  expect(running.stderr()).toMatch(/WRN Function\.act\.User: a \*\*\*\n/);
  expect(running.stderr()).not.toContain('unheard');
  expect(running.stderr()).toContain(`good-bye of ${output.pid}`);
});

test('functionTimeout ends a process that hangs [own]', async () => {
  const own = await activities(
    `df.app.activity('act', { handler: (input) => { while (input === 'hang'); return process.pid; } });`,
    { hostJson: { version: '2.0', functionTimeout: '00:00:01' } },
  );
  const running = await start(own, 1);
  const calls = new DurableApi(running.url);
  const pid = await calls.run('run', 'quick');
  const hung = await calls.ended(await calls.start('run', 'hang'));
  expect(hung.output).toEqual(containing('act took more than 1 s (\\"functionTimeout\\" in host.json)'));
  await eventually(() => Promise.resolve(isRunning(Number(pid)) ? undefined : true), 'the end of the process');
  expect(await calls.run('run', 'quick')).not.toBe(pid);
  await running.stop();
});

test('a process that cannot load the app stops the start [own]', async () => {
  const own = await activities(
    `if (process.send) throw new Error('not in a second process');
     df.app.activity('act', { handler: () => 1 });`,
  );
  const { code, stderr } = await refusedStart({ app: own.dir, stateDir: own.stateDir, args: ['--processes', '2'] });
  expect([code, stderr]).toEqual([
    1,
    containing("A process could not load the app: AppLoadError: The app's entry file app.js failed: Error: not in"),
  ]);
});

test('no process outlives its host, not even one that hangs [own]', async () => {
  const own = await activities(
    `const fs = require('node:fs');
     df.app.activity('act', { handler: () => { fs.writeFileSync(__dirname + '/pid', String(process.pid)); for (;;); } });`,
  );
  const running = await start(own, 2);
  await new DurableApi(running.url).start('run');
  const pid = await eventually(async () => Number(await readFile(path.join(own.dir, 'pid'), 'utf8')) || undefined);
  await running.kill('SIGKILL');
  await eventually(() => Promise.resolve(isRunning(pid) ? undefined : true), 'the end of the process');
});

// All kinds of functions

const ANYWHERE = `
  df.app.activity('act', { handler: () => process.pid });
  df.app.orchestration('turn', function* (context) { return process.pid; });
  df.app.entity('batch', (context) => context.df.return(process.pid));
  df.app.orchestration('entity', function* (context) {
    return yield context.df.callEntity(new df.EntityId('batch', context.df.instanceId), 'get');
  });
  app.http('pid', { handler: () => ({ jsonBody: process.pid }) });
  app.http('echo', { methods: ['POST'], handler: async (request) => ({ body: await request.text() }) });
  app.http('refuse', { methods: ['POST'], handler: () => ({ status: 413, body: 'too large' }) });
  app.http('hang', { handler: (request) => {
    require('node:fs').writeFileSync(__dirname + '/hangs', String(process.pid));
    return new Promise(() => undefined);
  } });
  app.setup({ enableHttpStream: true });`;

describe('with an app that reports its process id [own]', () => {
  let own: TempApp;
  let running: HostProcess;
  let calls: DurableApi;
  const times3 = <T>(call: () => Promise<T>) => Promise.all(Array.from({ length: 12 }, call));
  const pid = async () => await (await fetch(`${running.url}/api/pid`)).json();

  beforeAll(async () => {
    own = await activities(ANYWHERE);
    running = await start(own, 3);
    calls = new DurableApi(running.url);
  });
  afterAll(() => running.stop());

  test('turns, batches, activities and requests go to all processes', async () => {
    const all = JSON.parse(await readFile(path.join(own.stateDir, 'processes.json'), 'utf8')) as number[];
    expect(all).toHaveLength(3);
    for (const found of [
      await times3(() => calls.run('turn')),
      await times3(() => calls.run('entity')),
      await times3(() => calls.run('run')),
      await times3(pid),
    ])
      expect([...new Set(found)].sort()).toEqual([...all].sort());
  });

  test('a request reaches a process as it was sent', async () => {
    const body = 'x'.repeat(300_000);
    const answer = await fetch(`${running.url}/api/echo`, { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([200, body]);
    expect((await fetch(`${running.url}/api/nothing`)).status).toBe(404);
  });

  test('a client gets the answer of a function that does not read the body', async () => {
    const body = Buffer.alloc(12_000_000);
    for (let count = 0; count < 5; count++) {
      const answer = await fetch(`${running.url}/api/refuse`, { method: 'POST', body });
      expect([answer.status, await answer.text()]).toEqual([413, 'too large']);
    }
  });

  test('a killed process closes its connections; others serve requests, and a new one starts', async () => {
    const hanging = fetch(`${running.url}/api/hang`);
    const victim = await eventually(
      async () => Number(await readFile(path.join(own.dir, 'hangs'), 'utf8')) || undefined,
    );
    process.kill(victim, 'SIGKILL');
    await expect(hanging).rejects.toThrow('fetch failed');
    expect(await times3(pid)).not.toContain(victim);
    await eventually(async () => (new Set(await times3(pid)).size === 3 ? true : undefined), 'a third process');
  });
});

test('--workers is another name for --processes [own]', async () => {
  const own = await activities(`df.app.activity('act', { handler: () => process.pid });`);
  const running = await startHost({ app: own.dir, stateDir: own.stateDir, args: ['--workers', '1'] });
  await running.logged('--workers is now --processes');
  expect(await new DurableApi(running.url).run('run')).not.toBe(running.pid);
  await running.stop();
});
