import { DurableApi, durableFixture, type InstanceStatus, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { type HostProcess } from '../support/host-process.js';
import { fresh, testDurable as test } from '../support/fixtures.js';

/** What clients see of an instance from its start to its end: host contract, 5, 6.8.5, 7, 9 and 11. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startFixture(await durableFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const inState = (id: string, wanted: string) => api.until(id, ({ runtimeStatus }) => runtimeStatus === wanted);
const control = (id: string, what: string) => api.send('POST', `instances/${id}/${what}`);

describe('a start with an id in use [recorded]', () => {
  const begin: Record<string, (id: string) => Promise<unknown>> = {
    Running: (id) => api.start('waits', null, id),
    Suspended: async (id) => {
      await api.start('waits', null, id);
      return control(id, 'suspend');
    },
    Completed: (id) => api.start('sequence', null, id),
    Failed: (id) => api.start('throws', null, id),
    Terminated: async (id) => {
      await api.start('waits', null, id);
      return control(id, 'terminate');
    },
  };

  test.each(['Running', 'Suspended'])('by an instance that is %s is refused and changes nothing', async (state) => {
    const id = fresh(`taken-${state}`);
    await begin[state]?.(id);
    await inState(id, state);
    const { status, text } = await api.send('POST', `orchestrators/sequence/${id}`);
    expect([status, text]).toEqual([409, expect.stringContaining(`with the status ${state} already exists`)]);
    expect(await api.status(id)).toMatchObject({ name: 'waits', runtimeStatus: state });
  });

  test.each(['Completed', 'Failed', 'Terminated'])(
    'by an instance that is %s replaces it with its history',
    async (state) => {
      const id = fresh(`taken-${state}`);
      await begin[state]?.(id);
      await inState(id, state);
      await api.start('waits', 'new', id);
      const { input, historyEvents } = await api.until(id, isWaiting, 'showHistory=true');
      expect(input).toBe('new');
      expect(historyEvents).toEqual([
        expect.objectContaining({ EventType: 'ExecutionStarted', FunctionName: 'waits' }),
      ]);
    },
  );

  test('ids differ by the case of their letters', async () => {
    const id = fresh('cased');
    const other = id.toUpperCase();
    await api.start('waits', null, id);
    await api.start('waits', null, other);
    await api.raise(other, 'go', 1);
    expect(await api.ended(other)).toMatchObject({ output: { echoed: 1 } });
    expect((await api.until(id, isWaiting)).runtimeStatus).toBe('Running');
  });
});

const isWaiting = ({ customStatus }: InstanceStatus) => customStatus === 'waiting';

describe('a failure with properties [recorded]', () => {
  test('reaches the orchestrator', async () => {
    expect(await api.run('structuredFailure')).toEqual({
      message: 'PlateError: no such plate',
      errorType: 'PlateError',
      errorMessage: 'no such plate',
      properties: { plate: 7 },
    });
  });

  test('of a child reaches its parent', async () => {
    expect(await api.run('structuredFromChild')).toEqual({ plate: 8 });
  });
});

describe('terminate [recorded]', () => {
  test.each([
    ['?reason=enough', 'enough'],
    ['?reason=%7B%22why%22%3A1%7D', { why: 1 }],
    ['', null],
  ])('with "%s" shows %j as the output', async (query, output) => {
    const id = await api.start('waits');
    await api.send('POST', `instances/${id}/terminate${query}`);
    expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Terminated', output });
  });

  test('does not end sub-orchestrations', async () => {
    const child = fresh('survivor');
    const parent = await api.start('parent', { name: 'waits', input: 1, id: child });
    await eventually(async () => ((await api.send('GET', `instances/${child}`)).status === 202 ? true : undefined));
    await control(parent, 'terminate');
    await api.ended(parent);
    await api.raise(child, 'go', 'still there');
    expect(await api.ended(child)).toMatchObject({ output: { echoed: 'still there' } });
  });
});

test('a suspended instance holds the results of activities and timers [source: TaskOrchestrationContext.cs]', async () => {
  const ids = [await api.start('slowStep', 1_000), await api.start('timer', 1_000)];
  for (const id of ids) await control(id, 'suspend');
  for (const id of ids) await inState(id, 'Suspended');
  await api.run('timer', 1_100); // by its end both answers are there
  for (const id of ids) {
    expect(await api.status(id)).toMatchObject({ runtimeStatus: 'Suspended', output: null });
    await control(id, 'resume');
  }
  expect(await Promise.all(ids.map(async (id) => (await api.ended(id)).output))).toEqual([1, true]);
});

test('an instance that waits cannot be purged; a terminated one can, and is gone [recorded]', async () => {
  const id = await api.start('waits');
  await api.until(id, isWaiting);
  expect((await api.send('DELETE', `instances/${id}`)).status).toBe(412);
  await control(id, 'terminate');
  await api.ended(id);
  expect((await api.send('DELETE', `instances/${id}`)).body).toEqual({ instancesDeleted: 1 });
  expect((await api.raise(id, 'go', 1)).status).toBe(404);
  expect((await api.send('GET', `instances/${id}`)).status).toBe(404);
  await api.start('waits', null, id);
  expect(await api.until(id, isWaiting)).toMatchObject({ runtimeStatus: 'Running' });
});

describe('list [recorded]', () => {
  test('by several statuses, repeated or with commas; unknown ones are ignored', async () => {
    const prefix = fresh('listed');
    await api.start('waits', null, `${prefix}-waits`);
    for (const name of ['sequence', 'throws']) {
      await api.start(name, null, `${prefix}-${name}`);
      await api.ended(`${prefix}-${name}`);
    }
    await api.until(`${prefix}-waits`, isWaiting);
    const ids = async (query: string) => {
      const { body } = await api.send('GET', `instances/?instanceIdPrefix=${prefix}-&${query}`);
      return (body as InstanceStatus[]).map(({ instanceId }) => instanceId.slice(prefix.length + 1)).sort();
    };
    expect(await ids('runtimeStatus=Completed,Failed')).toEqual(['sequence', 'throws']);
    expect(await ids('runtimeStatus=Running&runtimeStatus=Failed')).toEqual(['throws', 'waits']);
    expect(await ids('runtimeStatus=Running,Sleeping')).toEqual(['waits']);
    expect(await ids(`createdTimeFrom=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
  });
});

test('the history has no internal fields [recorded]', async () => {
  const child = fresh('history-child');
  const id = await api.start('parent', { name: 'uncaught', input: 1, id: child });
  await api.ended(id);
  const ofChild = await api.status(child, 'showHistory=true&showHistoryOutput=true');
  const ofParent = await api.status(id, 'showHistory=true&showHistoryOutput=true');
  const seen = [ofChild, ofParent].map(({ historyEvents }) => historyEvents?.map((event) => event.EventType));
  expect(seen).toEqual([
    ['ExecutionStarted', 'TaskFailed', 'ExecutionCompleted'],
    ['ExecutionStarted', 'SubOrchestrationInstanceFailed', 'ExecutionCompleted'],
  ]);
  const failed = ofParent.historyEvents?.[1];
  expect(failed).toMatchObject({ FunctionName: 'uncaught', Reason: expect.stringContaining('no plate') as unknown });
  const hidden = ['EventId', 'IsPlayed', 'TaskScheduledId', 'TimerId', 'OrchestrationInstance', 'ParentInstance'];
  for (const event of [...(ofChild.historyEvents ?? []), ...(ofParent.historyEvents ?? [])]) {
    expect(Object.keys(event).filter((name) => hidden.includes(name))).toEqual([]);
  }
});

test('exhausted retries show every attempt in the history [recorded]', async () => {
  const id = await api.start('retries', { key: fresh('history-retries'), times: 9, attempts: 3 });
  const { historyEvents } = await api.ended(id, 'showHistory=true');
  const failures = historyEvents?.filter(({ EventType }) => EventType === 'TaskFailed');
  expect(failures?.map(({ Reason }) => Reason)).toEqual(
    [1, 2, 3].map((attempt) => expect.stringContaining(`attempt ${attempt}`) as unknown),
  );
});

test('the history of a terminated instance has events and suspensions in the order of their arrival [recorded]', async () => {
  const id = await api.start('waits');
  const types = async () =>
    ((await api.status(id, 'showHistory=true')).historyEvents ?? []).map(({ EventType, Name }) => Name ?? EventType);
  const order = async (what: string, state: string) => {
    await control(id, `${what}?reason=because`);
    await inState(id, state);
  };
  await api.until(id, isWaiting);
  await api.raise(id, 'other', { v: 1 });
  await order('suspend', 'Suspended');
  await api.raise(id, 'held', 1);
  expect(await types()).toEqual(['ExecutionStarted', 'other', 'ExecutionSuspended', 'held']);
  await order('resume', 'Running');
  await order('terminate', 'Terminated');
  expect(await types()).toEqual([
    ...['ExecutionStarted', 'other', 'ExecutionSuspended', 'held', 'ExecutionResumed'],
    ...['ExecutionTerminated', 'ExecutionCompleted'],
  ]);
});
