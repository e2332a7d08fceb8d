import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { expectCleanState } from '../support/state-file.js';
import { testHere as test } from '../support/fixtures.js';

/** A host that is killed or stopped loses nothing (host contract, 11.1 to 11.3). */
test('a kill loses nothing that was acknowledged [own]', async () => {
  const app = await durableFixture();
  let host = await startFixture(app);
  let api = new DurableApi(host.url);
  const [waiting, suspended, pending] = [
    await api.start('waits'),
    await api.start('waits'),
    await api.start('farTimer'),
  ];
  await api.until(suspended, ({ runtimeStatus }) => runtimeStatus === 'Running');
  await api.send('POST', `instances/${suspended}/suspend`);
  await api.raise(suspended, 'go', 'held');
  await api.raise(waiting, 'unasked', 1);
  await api.raise(pending, 'go', 1);
  await host.kill('SIGKILL');

  host = await startFixture(app);
  api = new DurableApi(host.url);
  expect(await api.status(suspended)).toMatchObject({ runtimeStatus: 'Suspended', customStatus: 'waiting' });
  await api.send('POST', `instances/${suspended}/resume`);
  expect((await api.ended(suspended)).output).toEqual({ echoed: 'held' });
  await api.raise(waiting, 'go', 2);
  expect((await api.ended(waiting)).output).toEqual({ echoed: 2 });
  expect((await api.ended(pending)).output).toBe('event');
  await host.stop();
  expectCleanState(app.stateDir);
});

test('work that runs at a stop runs again at the next start [own]', async () => {
  const app = await durableFixture();
  const host = await startFixture(app);
  const id = await new DurableApi(host.url).start('slowStep', 300);
  await host.stop();
  const next = await startFixture(app);
  expect(await new DurableApi(next.url).ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: 1 });
  await next.stop();
});
