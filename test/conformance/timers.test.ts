import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startHost } from '../support/host-process.js';
import { createTempApp, type TempApp } from '../support/temp-app.js';

/** Timer functions in a running host (host contract, 10.1). */

const HOUR_MS = 3_600_000;

/** A timer function `tick` that logs what it was given. */
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

test('a timer runs when it is due, and those that cannot are named', async () => {
  const { dir, stateDir } = await timerApp(`schedule: '* * * * * *'`);
  const host = await startHost({ app: dir, stateDir });
  await host.logged('tick [false,null]');
  await host.stop();
  expect(host.stderr()).toMatch(/"broken" is not served: the setting NOBODY is not set/);
  expect(host.stderr()).toMatch(/"never" is not served: its schedule never occurs/);
});

test('a timer can run at the start', async () => {
  const { dir, stateDir } = await timerApp(`schedule: '0 0 0 1 1 *', runOnStartup: true`);
  const host = await startHost({ app: dir, stateDir });
  await host.logged('tick [false,"0001-01-01"]');
  await host.stop();
});

test('what was missed while no host ran is made up for, once', async () => {
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
