import { DurableApi, durableFixture, type InstanceStatus, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { fresh, testDurable as test, testHere } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** What orchestrators see when they are replayed, and what stays of them at their end: host contract, 6, 8.2 and 11. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startFixture(await durableFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const entity = (name: string, key: string) => api.send('GET', `entities/${name}/${key}`);
const becomes = (name: string, key: string, wanted: unknown) =>
  eventually(
    async () => {
      const { body } = await entity(name, key);
      return JSON.stringify(body) === JSON.stringify(wanted) ? true : undefined;
    },
    `${name} ${key} to be ${JSON.stringify(wanted)}`,
  );

describe('a replay', () => {
  test('has the GUIDs and the time of the first run, and isReplaying [documented]', async () => {
    const { now, then, replaying } = (await api.run('replayed')) as {
      now: { guid: string; at: string }[];
      then: unknown[];
      replaying: boolean[];
    };
    expect(then).toEqual(now.slice(0, 2));
    expect(new Set(now.map(({ guid }) => guid)).size).toBe(3);
    expect(now.map(({ at }) => at)).toEqual(now.map(({ at }) => at).sort());
    expect(replaying).toEqual([true, true, false]);
  });

  testHere('logs again what does not depend on isReplaying [documented]', async () => {
    const id = fresh('talks');
    await api.start('talks', null, id);
    await api.ended(id);
    const times = (text: string) => host.stderr().split(`${id} ${text}`).length - 1;
    expect([times('at each replay'), times('at the first run')]).toEqual([3, 1]);
  });

  test('the last of several waits for one event gets it [source: TaskOrchestrationExecutor.js]', async () => {
    const id = await api.start('twoWaiters');
    await api.raise(id, 'go', 'first');
    await api.raise(id, 'go', 'second');
    expect((await api.ended(id)).output).toEqual(['late', 'first', 'second']);
  });

  testHere(
    'names of activities, orchestrators and entities compare without case [source: FunctionName.cs]',
    async () => {
      const versioned = await startFixture(await durableFixture({ defaultVersion: '9' }));
      expect(await new DurableApi(versioned.url).run('otherCase')).toEqual([1, '9', 2]);
      await versioned.stop();
    },
  );

  test('values become JSON [source: OutOfProcOrchestrationShim.cs]', async () => {
    const value = { date: '1970-01-01T00:00:00.000Z', number: null, list: [null, 1] };
    expect(await api.run('values')).toEqual({ echoed: value, own: value });
  });

  test('only a member Timestamp of the input becomes a date [source: Utils.js]', async () => {
    const time = '2026-01-01T00:00:00Z';
    expect(await api.run('timestamps', { Timestamp: time, when: time })).toEqual([true, 'string']);
  });

  test('a custom status that is falsy is null in the status [source: TaskOrchestrationDispatcher.cs]', async () => {
    expect(await api.ended(await api.start('customStatuses'))).toMatchObject({ output: 'kept', customStatus: null });
  });

  test('an asynchronous generator fails with an explanation [source: TaskOrchestrationExecutor.js]', async () => {
    const { runtimeStatus, output } = await api.ended(await api.start('asynchronous'));
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain('programming constraint violation');
  });
});

describe('at the end', () => {
  test.each([
    ['return', 'Completed', 1],
    ['throw', 'Failed', 1],
    ['again', 'Completed', 2], // the next execution gets the text quoted, and signals too
  ] as const)(
    '%s: what was signaled right before is sent, once [source: OutOfProcOrchestrationShim.cs]',
    async (how, state, count) => {
      const id = await api.start('signalsAtTheEnd', how);
      expect((await api.ended(id)).runtimeStatus).toBe(state);
      await becomes('tally', id, count);
    },
  );

  test('a signal to an entity that does not exist fails the orchestration [source: DurableOrchestrationContext.cs]', async () => {
    const { runtimeStatus, output } = await api.ended(await api.start('signalsNobody'));
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain(
      "failed: The function 'nosuchentity' doesn't exist, is disabled, or is not an entity function.",
    );
  });

  const open = (gate: string) => fetch(`${host.url}/api/gate/${gate}`, { method: 'POST' });
  const kinds = ({ historyEvents = [] }: InstanceStatus) => historyEvents.map(({ EventType }) => EventType);

  test('the instance waits for the other members of a Task.all that failed [source: TaskOrchestrationExecutor.cs]', async () => {
    const id = await api.start('failsBesideIt');
    await api.until(id, (status) => kinds(status).includes('TaskFailed'), 'showHistory=true');
    expect((await api.status(id)).runtimeStatus).toBe('Running');
    await open(id);
    const ended = await api.ended(id, 'showHistory=true');
    expect(ended.output).toBe('caught');
    expect(kinds(ended)).toEqual(['ExecutionStarted', 'TaskFailed', 'TaskCompleted', 'ExecutionCompleted']);
    expect(await api.runs(id)).toEqual([`${id} gated`]);
  });

  test('after a termination a running activity continues, and its result is dropped [documented]', async () => {
    const id = await api.start('callsGatedActivity');
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await api.send('POST', `instances/${id}/terminate?reason=enough`);
    expect((await api.ended(id)).output).toBe('enough');
    await open(id);
    await eventually(async () => ((await api.runs(id)).length === 1 ? true : undefined), 'the activity to have run');
    expect(await api.status(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough' });
  });
});

describe('an entity [source: TaskEntityShim.cs]', () => {
  const newKey = () => fresh('replay');
  const signal = (key: string, op: string, input?: unknown) =>
    api.send('POST', `entities/careless/${key}?op=${op}`, input === undefined ? undefined : JSON.stringify(input));

  test('keeps what an operation set before it threw, and runs the next ones', async () => {
    const key = newKey();
    for (const [op, input] of [
      ['keep', 1],
      ['keepAndThrow', 2],
      ['keep', 3],
    ] as const)
      await signal(key, op, input);
    await becomes('careless', key, ['1', '2', '3']);
  });

  test('input can be any JSON, or nothing', async () => {
    const key = newKey();
    for (const input of [0, false, null, '', undefined, { a: [] }]) await signal(key, 'keep', input);
    await becomes('careless', key, ['0', 'false', 'null', '""', 'nothing', '{"a":[]}']);
  });

  test('that only returned a result has no state to read', async () => {
    const key = newKey();
    await signal(key, 'answer');
    const { body } = await eventually(async () => {
      const answer = await api.send('GET', `instances/@careless@${key}`);
      return answer.status === 202 ? answer : undefined;
    });
    expect(body).toMatchObject({ customStatus: { entityExists: true } });
    expect((await entity('careless', key)).status).toBe(404);
  });

  testHere('that returns twice returns a result of the next operation of its batch too', async () => {
    expect(await api.run('asksBothAtOnce')).toEqual([1, 2]);
  });

  test('gets no input when another one signals with an empty one', async () => {
    const key = newKey();
    await signal(key, 'forward');
    await becomes('careless', `${key}-target`, ['nothing']);
  });
});
