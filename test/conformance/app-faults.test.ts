import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { startHost } from '../support/host-process.js';
import { createTempApp } from '../support/temp-app.js';
import { testHere as test } from '../support/fixtures.js';

/** Errors of an app in the host's process fail one invocation, and the host keeps running. */

test.each([
  ['calls process.exit', 'process.exit(3)', 'AppExitError: The app called process.exit(3)'],
  ['calls itself without end', '(function again() { again(); })()', 'RangeError: Maximum call stack size exceeded'],
  ['throws nothing', 'throw undefined', undefined],
  ['rejects with a value that is not an error', 'return Promise.reject("plain")', 'failed: plain'],
])('a function that %s [own]', async (_name, code, message) => {
  const { dir, stateDir } = await createTempApp({
    main: 'app.js',
    files: {
      'app.js': `const { app } = require('@azure/functions');
        app.http('bad', { handler: () => { ${code} } });
        app.http('good', { handler: () => ({ body: 'good' }) });`,
    },
  });
  const host = await startHost({ app: dir, stateDir });
  const { status } = await fetch(`${host.url}/api/bad`);
  if (message !== undefined) {
    expect(status).toBe(500);
    await host.logged(message);
  }
  expect(await (await fetch(`${host.url}/api/good`)).text()).toBe('good');
  await host.stop();
});

test('an activity that calls process.exit has failed, and its orchestrator can catch it [own]', async () => {
  const host = await startFixture(await durableFixture());
  const api = new DurableApi(host.url);
  expect(
    await api.run('sideBySide', [
      ['exit', null],
      ['echo', 'fine'],
    ]),
  ).toEqual([expect.stringContaining('The app called process.exit(7)') as string, 'fine']);
  await host.stop();
});
