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

describe('a start with an id that is taken', () => {
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

  test.each(['Running', 'Suspended'])('by one that is %s is refused and changes nothing', async (state) => {
    const id = fresh(`taken-${state}`);
    await begin[state]?.(id);
    await inState(id, state);
    const { status, text } = await api.send('POST', `orchestrators/sequence/${id}`);
    expect([status, text]).toEqual([500, expect.stringContaining(`with the status ${state} already exists`)]);
    expect(await api.status(id)).toMatchObject({ name: 'waits', runtimeStatus: state });
  });

  test.each(['Completed', 'Failed', 'Terminated'])('by one that is %s replaces it, history and all', async (state) => {
    const id = fresh(`taken-${state}`);
    await begin[state]?.(id);
    await inState(id, state);
    await api.start('waits', 'anew', id);
    const { input, historyEvents } = await api.until(id, isWaiting, 'showHistory=true');
    expect(input).toBe('anew');
    expect(historyEvents).toEqual([expect.objectContaining({ EventType: 'ExecutionStarted', FunctionName: 'waits' })]);
  });

  test('ids differ by their case', async () => {
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

test('a version given to the start is the orchestrator’s', async () => {
  const answer = await api.send('POST', 'orchestrators/version?version=2.5&timeout=60&pollingInterval=1');
  expect(answer.body).toMatchObject({ version: '2.5', child: '7.0' });
});

describe('a failure with properties', () => {
  test('reaches the orchestrator as such', async () => {
    expect(await api.run('structuredFailure')).toEqual({
      message: 'PlateError: no such plate',
      errorType: 'PlateError',
      errorMessage: 'no such plate',
      properties: { plate: 7 },
    });
  });

  test('goes on from a child to its parent', async () => {
    expect(await api.run('structuredFromChild')).toEqual({ plate: 8 });
  });
});

describe('terminate', () => {
  test.each([
    ['?reason=enough', 'enough'],
    ['?reason=%7B%22why%22%3A1%7D', { why: 1 }],
    ['', null],
  ])('with "%s" shows %j as the output', async (query, output) => {
    const id = await api.start('waits');
    await api.send('POST', `instances/${id}/terminate${query}`);
    expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Terminated', output });
  });

  test('leaves children running', async () => {
    const child = fresh('survivor');
    const parent = await api.start('parent', { name: 'waits', input: 1, id: child });
    await eventually(async () => ((await api.send('GET', `instances/${child}`)).status === 202 ? true : undefined));
    await control(parent, 'terminate');
    await api.ended(parent);
    await api.raise(child, 'go', 'still there');
    expect(await api.ended(child)).toMatchObject({ output: { echoed: 'still there' } });
  });
});

test('a suspended instance holds the answers of activities and timers too', async () => {
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

describe('purge', () => {
  test('of one that waits: it is gone, and what comes later finds nobody', async () => {
    const id = await api.start('waits');
    await api.until(id, isWaiting);
    expect((await api.send('DELETE', `instances/${id}`)).body).toEqual({ instancesDeleted: 1 });
    expect((await api.raise(id, 'go', 1)).status).toBe(404);
    expect((await api.send('GET', `instances/${id}`)).status).toBe(404);
    await api.start('waits', null, id);
    expect(await api.until(id, isWaiting)).toMatchObject({ runtimeStatus: 'Running' }); // the event did not linger
  });
});

describe('list', () => {
  test('by several statuses, repeated or with commas, unknown ones ignored', async () => {
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

test('the history names what happened and hides the bookkeeping', async () => {
  const child = fresh('told-child');
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

test('retries that are exhausted show every attempt in the history', async () => {
  const id = await api.start('retries', { key: fresh('told-retries'), times: 9, attempts: 3 });
  const { historyEvents } = await api.ended(id, 'showHistory=true');
  const failures = historyEvents?.filter(({ EventType }) => EventType === 'TaskFailed');
  expect(failures?.map(({ Reason }) => Reason)).toEqual(
    [1, 2, 3].map((attempt) => expect.stringContaining(`attempt ${attempt}`) as unknown),
  );
});
