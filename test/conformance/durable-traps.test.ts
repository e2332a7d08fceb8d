import { DurableApi, startWaits, waitsFixture } from '../support/durable-api.js';
import { fresh, testHere, testWaits as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** What orchestrations wait for, and the traps: what waits forever in Azure fails here (docs/host.md, "Traps"). */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startWaits(await waitsFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const newId = () => fresh('waits');
const typesOf = async (id: string) =>
  ((await api.status(id, 'showHistory=true')).historyEvents ?? []).map(({ EventType }) => EventType);
const hasEvent = (id: string, type: string) =>
  api.until(
    id,
    ({ historyEvents }) => historyEvents?.some(({ EventType }) => EventType === type) === true,
    'showHistory=true',
  );
/** Fails with a trap whose text contains this. */
const expectTrap = async (id: string, text: string) => {
  const { runtimeStatus, output } = await api.ended(id);
  expect([runtimeStatus, output]).toEqual(['Failed', expect.stringContaining(text) as unknown]);
  expect(output).toContain('failed: On Azure this ');
};

describe('a timer in two races', () => {
  const raced = async (input: object) => {
    const id = await api.start('racesAgain', input);
    await hasEvent(id, 'TimerCreated');
    await api.raise(id, 'one');
    return id;
  };

  test('with an event in the second: it starts twice, and the race is decided [source: OutOfProcOrchestrationShim.cs]', async () => {
    const id = await raced({ rival: 'event' });
    await api.raise(id, 'two');
    expect((await api.ended(id)).output).toBe('raced');
    expect((await typesOf(id)).filter((type) => type === 'TimerCreated')).toHaveLength(2);
  });

  test('after an activity in the second: the race is decided [source: OutOfProcOrchestrationShim.cs]', async () => {
    expect((await api.ended(await raced({ rival: 'activity', isFirst: true }))).output).toBe('raced');
  });

  test('before an activity in the second: a trap [recorded]', async () => {
    await expectTrap(await raced({ rival: 'activity' }), 'member of two Task.any');
  });

  test('and then an activity: a trap [source: OutOfProcOrchestrationShim.cs]', async () => {
    const id = await raced({ rival: 'event', step: true });
    await api.raise(id, 'two');
    await expectTrap(id, 'Create a new timer for each race');
  });

  test('a new timer for each race is none [source: OutOfProcOrchestrationShim.cs]', async () => {
    expect(await api.run('racesAnew')).toBe(2);
  });
});

test('an activity in a second compound would run twice: a trap [source: OutOfProcOrchestrationShim.cs]', async () => {
  const id = await api.start('anyThenAll', null, newId());
  await expectTrap(id, "runs the task 'note' a second time");
  expect((await api.runs(id)).sort()).toEqual([`${id} one`, `${id} two`]);
});

test.each([200, 1_000, 1_999])(
  'a timer of %i ms fires up to a second early: Azure rounds its wait down to seconds [recorded]',
  async (ms) => {
    expect(await api.run('early', ms)).toBe('early');
  },
);

describe('after a failure in Task.all [source: OutOfProcOrchestrationShim.cs]', () => {
  test.each(['activity', 'child', 'entity'])('the next step runs when the %s is over', async (member) => {
    const id = await api.start('failsBeside', { member, isCaught: true }, newId());
    expect((await api.ended(id)).output).toBe(`${id} after`);
    expect(await api.runs(`${id} `)).toEqual([`${id} ${member}`, `${id} after`]);
  });

  test.each(['activity', 'child', 'entity'])('the instance ends when the %s is over', async (member) => {
    const id = await api.start('failsBeside', { member, isCaught: false }, newId());
    const { runtimeStatus, output } = await api.ended(id);
    expect([runtimeStatus, output]).toEqual(['Failed', expect.stringContaining('no plate') as unknown]);
    expect(await api.runs(`${id} `)).toEqual([`${id} ${member}`]);
  });

  test.each([true, false])('an event is a member too; caught: %s', async (isCaught) => {
    const id = await api.start('failsBeside', { member: 'event', isCaught }, newId());
    expect((await hasEvent(id, 'TaskFailed')).runtimeStatus).toBe('Running');
    expect(await api.runs(`${id} `)).toEqual([]);
    await api.raise(id, 'go');
    expect((await api.ended(id)).runtimeStatus).toBe(isCaught ? 'Completed' : 'Failed');
    const types = await typesOf(id);
    const rest = isCaught ? ['TaskCompleted', 'ExecutionCompleted'] : ['ExecutionCompleted'];
    expect(types).toEqual(['ExecutionStarted', 'TaskFailed', 'EventRaised', ...rest]);
  });

  test('a call while another member is to be retried is a trap', async () => {
    const id = await api.start('failsBeside', { member: 'retried', isCaught: true }, newId());
    await expectTrap(id, 'mixes up the results of tasks');
  });
});

test('Task.any leaves entity calls and events behind at the end [source: OutOfProcOrchestrationShim.cs]', async () => {
  const id = await api.start('leavesBehind', null, newId());
  expect((await api.ended(id)).output).toBe('first');
  expect(await typesOf(id)).not.toContain('EventRaised');
});

describe('what Azure does not know', () => {
  test.each([
    ['activity', 'activity'],
    ['child', 'orchestrator'],
    ['entity', 'entity'],
  ])('a called %s is a trap [recorded]', async (kind, named) => {
    const id = await api.start('callsUnknown', kind);
    await expectTrap(id, `the ${named} function 'nobody' doesn't exist or is disabled`);
    expect(await typesOf(id)).toEqual(['ExecutionStarted', 'ExecutionCompleted']);
  });

  test('a started orchestrator is accepted and fails [recorded]', async () => {
    const { runtimeStatus, name, output } = await api.ended(await api.start('NoBody'));
    expect([runtimeStatus, name]).toEqual(['Failed', 'NoBody']);
    expect(output).toContain(
      "Orchestrator function 'NoBody' failed: The function 'NoBody' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: '",
    );
  });

  test('names keep the spelling of the client [recorded]', async () => {
    const id = await api.start('WAITS');
    await api.raise(id, 'go', 1);
    expect(await api.ended(id)).toMatchObject({ name: 'WAITS', output: 1 });
  });
});

test('retries after their timeout are a trap [recorded]', async () => {
  await expectTrap(await api.start('retryTimeout'), "the retryTimeoutInMilliseconds of 'flaky' is exceeded");
});

describe('the id of a sub-orchestration [recorded]', () => {
  test('in use is a trap', async () => {
    const used = await api.start('waits', null, newId());
    await expectTrap(await api.start('childWithId', used), `an instance with the ID '${used}' exists`);
    expect((await api.send('GET', `instances/${used}`)).status).toBe(202);
  });

  test('of its parent is a trap', async () => {
    const id = newId();
    await expectTrap(await api.start('childWithId', id, id), 'of its parent');
  });

  test('of an entity is a trap', async () => {
    await expectTrap(await api.start('childWithId', '@slowEntity@k'), 'the ID of an entity');
  });

  test('of an ended instance is taken over', async () => {
    const used = await api.start('version', null, newId());
    await api.ended(used);
    const parent = await api.start('childWithId', used);
    await api.until(used, ({ name }) => name === 'waits');
    await api.raise(used, 'go', 'taken over');
    expect((await api.ended(parent)).output).toBe('taken over');
  });
});

describe('a rewind', () => {
  test('of a failure beside an entity call ends [source: AzureTableTrackingStore.cs]', async () => {
    const id = await api.start('rewindable', null, newId());
    expect((await api.ended(id)).runtimeStatus).toBe('Failed');
    expect((await api.send('POST', `instances/${id}/rewind?reason=again`)).status).toBe(202);
    const { output } = await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Completed');
    expect(output).toBe(`${id} after`);
    expect((await api.runs(`${id} `)).sort()).toEqual(
      ['after', 'entity', 'flaky 1', 'flaky 2'].map((what) => `${id} ${what}`),
    );
  });
});

describe('a version', () => {
  const withVersion = async (settings: Record<string, unknown>, version: string) => {
    const app = await waitsFixture(settings);
    const other = await startWaits(app);
    const one = new DurableApi(other.url);
    const { body } = await one.send('POST', `orchestrators/version/v1?version=${version}`);
    const { runtimeStatus, output } = await one.ended((body as { id: string }).id);
    await other.stop();
    return [runtimeStatus, output];
  };
  const trap = ['Failed', expect.stringContaining('On Azure this stays Pending forever') as unknown];
  const mismatch = [
    'Failed',
    expect.stringContaining('Orchestration version did not comply with Worker Versioning') as unknown,
  ];

  test.each([
    ['without defaultVersion', {}, '1.2', trap],
    ['later than defaultVersion', { defaultVersion: '1.9' }, '1.10', trap],
    ['earlier than defaultVersion', { defaultVersion: '1.10' }, '1.9', ['Completed', '1.9']],
    ['with strategy Strict', { defaultVersion: '2', versionMatchStrategy: 'Strict' }, '1', trap],
    ['with strategy None', { versionMatchStrategy: 'None' }, '7', ['Completed', '7']],
    ['with failure strategy Fail', { versionFailureStrategy: 'Fail' }, '7', mismatch],
  ])('%s [source: TaskOrchestrationDispatcher.cs]', async (_what, settings, version, expected) => {
    expect(await withVersion(settings, version)).toEqual(expected);
  });
});

testHere('a trap is one error line in the log [own]', async () => {
  const id = await api.start('callsUnknown', 'activity');
  await api.ended(id);
  expect(
    host
      .stderr()
      .split('\n')
      .filter((line) => line.includes(id) && line.includes('On Azure')),
  ).toHaveLength(1);
});
