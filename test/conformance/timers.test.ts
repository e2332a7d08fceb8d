import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '../support/eventually.js';
import { startHostOf, testHere as test, testHttp } from '../support/fixtures.js';
import { type HostProcess, startHost } from '../support/host-process.js';
import { noted, notesAt } from '../support/notes.js';
import { createTempApp, type TempApp } from '../support/temp-app.js';

/** Timer functions in a running host. */

/** The message of a retry's exception, as JSON text without quotes. */
const exception = (name: string, failure: number) =>
  `Microsoft.Azure.WebJobs.Host.FunctionInvocationException : Exception while executing function: Functions.${name} ---> ` +
  `Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException : Result: Failure\\nException: failure ${failure}\\nStack: Error: failure ${failure}\\n`;

describe('over HTTP', () => {
  let host: HostProcess;

  beforeAll(async () => {
    host = await startHostOf('http');
  });
  afterAll(() => host.stop());

  testHttp('a timer runs at each due time [documented]', async () => {
    const runs = () => notesAt(host.url, 'everySecond ');
    const before = (await runs()).length;
    const more = await eventually(async () => {
      const all = await runs();
      return all.length >= before + 2 ? all.slice(before) : undefined;
    }, 'two more runs');
    expect(new Set(more)).toEqual(new Set(['everySecond [false,null]']));
  });

  testHttp('a timer can run at the start [documented]', async () => {
    expect(await noted(host.url, 'atStart ')).toMatch(/^atStart \[false,/);
  });

  testHttp('a failed run is retried by its policy [source: FunctionExecutorExtensions.cs]', async () => {
    await noted(host.url, 'retried [2,');
    expect(await notesAt(host.url, 'retried ')).toEqual([
      'retried [0,2,null]',
      expect.stringContaining(`retried [1,2,"${exception('retried', 0)}`),
      expect.stringContaining(`retried [2,2,"${exception('retried', 1)}`),
    ]);
  });
});

const HOUR_MS = 3_600_000;

/** A timer function `tick` that logs its input. */
function timerApp(options: string): Promise<TempApp> {
  return createTempApp({
    main: 'app.js',
    files: {
      'app.js': `const { app } = require('@azure/functions');
        app.timer('tick', { ${options}, handler: (timer, context) =>
          context.log('tick ' + JSON.stringify([timer.isPastDue, timer.scheduleStatus?.last.slice(0, 10)])) });
        app.timer('broken', { schedule: '%NOBODY%', handler: () => undefined });
        app.timer('never', { schedule: '0 0 0 30 2 *', handler: () => undefined });`,
    },
  });
}

test('a timer runs when it is due, and invalid ones are reported [own]', async () => {
  const { dir, stateDir } = await timerApp(`schedule: '* * * * * *'`);
  const host = await startHost({ app: dir, stateDir });
  await host.logged('tick [false,null]');
  await host.stop();
  expect(host.stderr()).toMatch(/"broken" does not run: the setting NOBODY is not set/);
  expect(host.stderr()).toMatch(/"never" does not run: its schedule has no due time/);
});

test('a timer can run at the start [documented]', async () => {
  const { dir, stateDir } = await timerApp(`schedule: '0 0 0 1 1 *', runOnStartup: true`);
  const host = await startHost({ app: dir, stateDir });
  await host.logged('tick [false,"0001-01-01"]');
  await host.stop();
});

test('a run missed while no host ran is caught up once [documented]', async () => {
  const { dir, stateDir } = await timerApp(`schedule: '0 0 * * * *'`);
  const last = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 5 * HOUR_MS;
  const file = path.join(stateDir, 'timers/tick.json');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ last, next: last + HOUR_MS, lastUpdated: last }));
  const host = await startHost({ app: dir, stateDir });
  await host.logged(`tick [true,"${new Date(last).toISOString().slice(0, 10)}"]`);
  await host.stop();
  const kept = JSON.parse(await readFile(file, 'utf8')) as { next: number };
  expect(kept.next).toBeGreaterThan(Date.now());
  const again = await startHost({ app: dir, stateDir });
  await again.stop();
  expect(again.stderr()).not.toContain('tick');
});

test('a failed run is retried by its policy until the host stops [source: FunctionExecutorExtensions.cs]', async () => {
  const { dir, stateDir } = await createTempApp({
    main: 'app.js',
    files: {
      'app.js': `const { app } = require('@azure/functions');
        const retry = { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: 0 };
        app.timer('tick', { schedule: '0 0 0 1 1 *', runOnStartup: true, retry, handler: (_timer, context) => {
          const { retryCount, maxRetryCount, exception } = context.retryContext ?? {};
          context.log('run ' + JSON.stringify([retryCount, maxRetryCount, exception?.message]));
          throw new Error('failure ' + (retryCount ?? 0));
        } });
        app.timer('patient', { schedule: '0 0 0 1 1 *', runOnStartup: true,
          retry: { strategy: 'exponentialBackoff', maxRetryCount: -1, minimumInterval: 3600_000, maximumInterval: 7200_000 },
          handler: () => { throw new Error('not now'); } });`,
    },
  });
  const host = await startHost({ app: dir, stateDir });
  await host.logged("The timer's run failed: Error: failure 2");
  await host.logged('Retry 1 in 3600000 ms, after: Error: not now');
  await host.stop(); // the stop does not wait for the retry
  expect(host.stderr().match(/run \[.*\]/g)).toEqual([
    'run [0,2,null]',
    expect.stringContaining(`run [1,2,"${exception('tick', 0)}`),
    expect.stringContaining(`run [2,2,"${exception('tick', 1)}`),
  ]);
});
