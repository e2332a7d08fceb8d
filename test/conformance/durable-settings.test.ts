import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { fixtureApp, startHostOf, testHere as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** What host.json decides for orchestrations: host contract, 6.5, 6.10, 7, 11.6 and 12. */
type Check = (api: DurableApi, host: HostProcess) => Promise<void>;

const withSettings = async (settings: Record<string, unknown>, check: Check) => {
  const host = await startFixture(await durableFixture(settings));
  await check(new DurableApi(host.url), host);
  await host.stop();
};

describe('storeInputsInOrchestrationHistory', () => {
  /** Of an orchestration whose child is open, and of one whose activities have ended. */
  const inputs = async (api: DurableApi, query = '') => {
    const id = await api.start('parent', { name: 'waits', input: 8 });
    const { historyEvents: open } = await api.until(
      id,
      ({ historyEvents = [] }) => historyEvents.length === 2,
      `showHistory=true${query}`,
    );
    const done = await api.start('sequence', 'x');
    const { historyEvents: ended } = await api.ended(done, `showHistory=true${query}`);
    const shown = (events: typeof ended) => events?.map((event) => ('Input' in event ? event.Input : 'hidden'));
    return [shown(open), shown(ended)];
  };
  const hidden = 'hidden';

  test('by default the history has the input of the orchestration only [recorded]', () =>
    withSettings({}, async (api) => {
      expect(await inputs(api)).toEqual([
        ['{"name":"waits","input":8}', null],
        ['"x"', null, null, null, hidden],
      ]);
    }));

  test('true shows those of its calls too, unless inputs are not requested [source: TaskOrchestrationDispatcher.cs]', () =>
    withSettings({ storeInputsInOrchestrationHistory: true }, async (api) => {
      const [open, ended] = await inputs(api);
      expect(open).toEqual(['{"name":"waits","input":8}', '8']);
      expect(ended).toEqual(['"x"', '[{"a":1,"b":2}]', '[{"a":3,"b":10}]', '[{"sum":13,"input":"x"}]', hidden]);
      expect(await inputs(api, '&showInput=false')).toEqual([Array(2).fill(hidden), Array(5).fill(hidden)]);
    }));
});

test('defaultVersion is the version of orchestrations without one [source: HttpApiHandler.cs]', () =>
  withSettings({ defaultVersion: '7.0' }, async (api) => {
    expect(await api.run('version')).toEqual({ version: '7.0', child: '7.0' });
    expect(await api.run('parent', { name: 'childVersion' })).toEqual({ child: '7.0' });
    const id = 'versioned';
    const given = await api.send('POST', `orchestrators/childVersion/${id}?version=2.5&timeout=60&pollingInterval=1`);
    expect(given.body).toBe('2.5');
    const again = await api.send('POST', `instances/${id}/restart?timeout=60&pollingInterval=1`);
    expect(again.body).toBe('7.0'); // host contract, 9.5
    expect((await api.send('GET', `instances/${id}`)).body).toMatchObject({ version: '2.5' });
  }));

describe('overridableExistingInstanceStates [source: OverridableStates.cs]', () => {
  test('AnyState: a start replaces an instance that is Running or Pending', () =>
    withSettings({ overridableExistingInstanceStates: 'AnyState' }, async (api, { url }) => {
      await api.start('waits', 'old', 'running');
      await api.until('running', ({ customStatus }) => customStatus === 'waiting');
      await api.start('gatedTurn', 'old', 'pending');
      for (const id of ['running', 'pending']) {
        await api.start('sequence', 'new', id);
        expect(await api.ended(id)).toMatchObject({ name: 'sequence', input: 'new', output: { sum: 13 } });
      }
      await fetch(`${url}/api/gate/pending`, { method: 'POST' });
      await api.run('sequence'); // by its end the old turn is over
      expect(await api.status('pending')).toMatchObject({ name: 'sequence', runtimeStatus: 'Completed' });
    }));

  test('AnyState: the last of several starts at the same time stays', () =>
    withSettings({ overridableExistingInstanceStates: 'AnyState' }, async (api) => {
      const answers = await Promise.all([1, 2, 3, 4].map((n) => api.send('POST', 'orchestrators/sequence/one', n)));
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
      expect((await api.ended('one')).runtimeStatus).toBe('Completed');
      expect((await api.send('GET', 'instances/?instanceIdPrefix=one')).body).toHaveLength(1);
    }));
});

test('an instance whose function the app no longer has fails with its next turn [source: DurableTaskExtension.cs]', async () => {
  const app = await durableFixture();
  const host = await startFixture(app);
  const id = await new DurableApi(host.url).start('waits');
  await new DurableApi(host.url).until(id, ({ customStatus }) => customStatus === 'waiting');
  await host.stop();
  const next = await startHostOf('http', { ...(await fixtureApp('http')), stateDir: app.stateDir });
  const api = new DurableApi(next.url);
  await api.raise(id, 'go');
  const { runtimeStatus, output } = await api.ended(id);
  expect([runtimeStatus, output]).toEqual(['Failed', expect.stringContaining("'waits' doesn't exist")]);
  await next.stop();
});

describe('functionTimeout [source: FunctionExecutionHelper.cs]', () => {
  const hasty = async () => startFixture(await fixtureApp('durable', { functionTimeout: '00:00:01' }));

  test('a turn that exceeds it runs again until it ends, with a line in the log', async () => {
    const host = await hasty();
    const api = new DurableApi(host.url);
    const [slow, doomed] = [await api.start('gatedTurn', null, 'slow'), await api.start('gatedTurn', null, 'doomed')];
    await api.send('POST', `instances/${doomed}/terminate?reason=hopeless`);
    expect(await api.run('sequence')).toMatchObject({ sum: 13 }); // others go on
    await host.logged(`slow (gatedTurn): A turn took longer than "functionTimeout"`);
    expect(await api.ended(doomed)).toMatchObject({ runtimeStatus: 'Terminated', output: 'hopeless' });
    expect((await api.status(slow)).runtimeStatus).toBe('Pending');
    await fetch(`${host.url}/api/gate/slow`, { method: 'POST' });
    await api.raise(slow, 'go', 1);
    expect(await api.ended(slow)).toMatchObject({ runtimeStatus: 'Completed', output: 1 });
    await host.stop();
  });

  test('a batch of an entity that exceeds it has failed as a whole: the state stays, and the next batch runs', async () => {
    const host = await hasty();
    const api = new DurableApi(host.url);
    const id = await api.start('callsGatedBatch', ['add', 'wait', 'add'], 'batch');
    expect((await api.ended(id)).output).toEqual([
      1,
      expect.stringContaining('gatedBatch took more than 1 s ("functionTimeout" in host.json)'),
      2,
    ]);
    await host.stop();
  });

  test('an activity that exceeds it has failed', async () => {
    const host = await hasty();
    const api = new DurableApi(host.url);
    const { runtimeStatus, output } = await api.ended(await api.start('slowStep', 1_500));
    expect([runtimeStatus, output]).toEqual(['Failed', expect.stringContaining('slow took more than 1 s')]);
    await host.stop();
  });
});
