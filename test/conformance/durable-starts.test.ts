import { DurableApi, durableFixture, type InstanceStatus, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { fresh, testDurable as test, testHere } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';
import { expectCleanState } from '../support/state-file.js';

/** Pending, suspended and continued instances: host contract, 6.8.6, 6.9, 8.6, 9.1 and 11. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startFixture(await durableFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const newId = () => fresh('start');
const open = (gate: string) => fetch(`${host.url}/api/gate/${gate}`, { method: 'POST' });
const post = (where: string, body?: unknown) => api.send('POST', where, body);

describe('an instance whose first turn has not ended', () => {
  /** Its gate is closed. */
  const pending = async () => {
    const id = await api.start('gatedTurn', { a: 1 }, newId());
    expect((await api.status(id)).runtimeStatus).toBe('Pending');
    return id;
  };

  test('is Pending, and has no history [source: DurableClient.cs]', async () => {
    const id = await pending();
    const { status, headers, body } = await api.send('GET', `instances/${id}?showHistory=true`);
    expect([status, headers.get('retry-after')]).toEqual([202, '5']);
    const { createdTime } = body as InstanceStatus;
    expect(body).toEqual({
      name: 'gatedTurn',
      instanceId: id,
      runtimeStatus: 'Pending',
      input: { a: 1 },
      customStatus: null,
      output: null,
      createdTime,
      lastUpdatedTime: createdTime,
    });
    const listed = await api.send('GET', `instances/?instanceIdPrefix=${id}&runtimeStatus=Pending`);
    expect(listed.body).toMatchObject([{ instanceId: id }]);
    await open(id);
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
  });

  test('keeps its id: a start with the same id is refused [recorded]', async () => {
    const id = await pending();
    const { status, body } = await post(`orchestrators/sequence/${id}`);
    expect([status, body]).toMatchObject([
      409,
      { Message: 'An Orchestration instance with the status Pending already exists.' },
    ]);
    expect(await post(`instances/${id}/restart?restartWithNewInstanceId=false`)).toMatchObject({ status: 409 });
    await open(id);
    await api.raise(id, 'go', 'first');
    expect(await api.ended(id)).toMatchObject({ name: 'gatedTurn', output: 'first' });
  });

  test('receives events that were raised before it waits [documented]', async () => {
    const id = await pending();
    expect((await api.raise(id, 'go', 'early')).status).toBe(202);
    expect((await api.status(id)).runtimeStatus).toBe('Pending');
    await open(id);
    expect((await api.ended(id)).output).toBe('early');
  });

  test.each([
    ['terminate', 'Terminated'],
    ['suspend', 'Suspended'],
  ])('accepts %s [source: DurableClient.cs]', async (operation, state) => {
    const id = await pending();
    expect((await post(`instances/${id}/${operation}?reason=enough`)).status).toBe(202);
    await open(id);
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === state);
  });

  test('cannot be purged [source: HttpApiHandler.cs]', async () => {
    const id = await pending();
    const { status, body } = await api.send('DELETE', `instances/${id}`);
    expect([status, body]).toEqual([412, expect.stringContaining('has status Pending') as unknown]);
    await open(id);
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
  });

  test('can be purged when its id begins with @, and does not come back [source: HttpApiHandler.cs]', async () => {
    const id = await api.start('gatedTurn', null, `@${newId()}`);
    expect((await api.send('DELETE', `instances/${id}`)).body).toEqual({ instancesDeleted: 1 });
    await open(id);
    await api.run('sequence'); // the result of the turn has arrived by its end
    expect((await api.send('GET', `instances/${id}`)).status).toBe(404);
  });
});

describe('after continue-as-new', () => {
  /** One in its second execution, which began in a later second than its first. */
  const renewed = async (start: (id: string) => Promise<unknown>, id = newId(), on = api) => {
    await start(id);
    const first = await eventually(async () => {
      const { status, body } = await on.send('GET', `instances/${id}`);
      return status === 202 && (body as InstanceStatus).customStatus !== null ? (body as InstanceStatus) : undefined;
    });
    await eventually(() => Promise.resolve(Date.now() >= Date.parse(first.createdTime) + 1_000 ? true : undefined));
    await on.raise(id, 'go');
    const second = await on.until(
      id,
      ({ input, historyEvents }) => (input as { round: number }).round === 2 && historyEvents?.length !== 0,
      'showHistory=true',
    );
    return { id, first, second };
  };

  test('the status is that of the new execution, with the custom status of the old one [own]', async () => {
    const { id, first, second } = await renewed((name) => api.start('renews', { round: 1 }, name));
    expect(second).toMatchObject({
      name: 'renews',
      instanceId: id,
      runtimeStatus: 'Running',
      input: { round: 2 },
      customStatus: 'set in the first',
      output: null,
    });
    expect(Date.parse(second.createdTime)).toBeGreaterThan(Date.parse(first.createdTime));
    expect(Date.parse(second.lastUpdatedTime)).toBeGreaterThanOrEqual(Date.parse(second.createdTime));
    expect(second.historyEvents).toEqual([expect.objectContaining({ Input: '{"round":2}', FunctionName: 'renews' })]);
    const listed = await api.send('GET', `instances/?instanceIdPrefix=${id}&createdTimeFrom=${second.createdTime}`);
    expect(listed.body).toMatchObject([{ instanceId: id, createdTime: second.createdTime }]);
    await api.raise(id, 'go', 'data');
    expect((await api.ended(id)).output).toEqual({ data: 'data', version: null, parent: null, id });
  });

  testHere('version and parent stay [source: TaskOrchestrationDispatcher.cs]', async () => {
    const own = await startFixture(await durableFixture({ defaultVersion: '4.0' }));
    const versioned = new DurableApi(own.url);
    const start = (name: string) => versioned.send('POST', `orchestrators/renews/${name}?version=3.3`, { round: 1 });
    const { id } = await renewed(start, newId(), versioned);
    await versioned.raise(id, 'go');
    expect((await versioned.ended(id)).output).toMatchObject({ version: '3.3' });
    await own.stop();
    const parent = newId();
    const child = await renewed((name) =>
      api.start('parent', { name: 'renews', id: name, input: { round: 1 } }, parent),
    );
    await api.raise(child.id, 'go', 'up');
    expect((await api.ended(parent)).output).toMatchObject({ child: { data: 'up', parent, id: child.id } });
  });
});

test('each turn that ends changes the time of the last update [source: AzureTableTrackingStore.cs]', async () => {
  const id = await api.start('waits', null, newId());
  const { createdTime } = await api.until(id, ({ customStatus }) => customStatus === 'waiting');
  await eventually(() => Promise.resolve(Date.now() >= Date.parse(createdTime) + 1_000 ? true : undefined));
  await api.raise(id, 'unasked', 1);
  const later = await api.until(id, ({ lastUpdatedTime }) => lastUpdatedTime > createdTime);
  expect(later).toMatchObject({ runtimeStatus: 'Running', createdTime });
});

describe('a suspended instance receives only after it is resumed', () => {
  const stays = async (id: string, ends: () => Promise<unknown>) => {
    await post(`instances/${id}/suspend`);
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    await ends();
    expect(await api.status(id)).toMatchObject({ runtimeStatus: 'Suspended', output: null });
    await post(`instances/${id}/resume`);
    return api.ended(id);
  };

  test('the result of a sub-orchestration [documented]', async () => {
    const child = newId();
    const id = await api.start('parent', { name: 'waits', id: child });
    await eventually(async () => ((await api.send('GET', `instances/${child}`)).status === 202 ? true : undefined));
    const { output } = await stays(id, async () => {
      await api.raise(child, 'go', 1);
      await api.ended(child);
    });
    expect(output).toEqual({ child: { echoed: 1 } });
  });

  test('the result of an entity [documented]', async () => {
    const [key, holder] = [newId(), newId()];
    await api.start('holder', { keys: [key], end: 'return' }, holder);
    await api.until(holder, ({ customStatus }) => customStatus === 'locked true');
    const id = await api.start('addOne', { name: 'tally', key });
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    const { output } = await stays(id, async () => {
      await api.raise(holder, 'go');
      await eventually(async () => ((await api.send('GET', `entities/tally/${key}`)).body === 1 ? true : undefined));
    });
    expect(output).toMatchObject({ before: 0 });
  });
});

describe('a function that ended with a lock and an open sub-orchestration', () => {
  test.each([
    ['return', { runtimeStatus: 'Completed', output: 'return' }],
    ['again', { runtimeStatus: 'Completed', output: 'again' }],
  ])('%s: its lock is released, and the instance ends after the sub-orchestration [own]', async (end, expected) => {
    const id = await api.start('leavesChildWaiting', { key: newId(), end }, newId());
    await api.raise(id, 'go');
    await api.until(id, ({ customStatus }) => customStatus === 'locked');
    await api.raise(`${id}-child`, 'go');
    await api.until(`${id}-child`, ({ customStatus }) => customStatus === 'wants it');
    await api.raise(id, 'end');
    expect(await api.ended(`${id}-child`)).toMatchObject({ output: 'had it' });
    expect(await api.ended(id)).toMatchObject(expected);
  });

  test('throw: its lock is never released, a trap for the sub-orchestration [source: TaskOrchestrationShim.cs]', async () => {
    const id = await api.start('leavesChildWaiting', { key: newId(), end: 'throw' }, newId());
    await api.raise(id, 'go');
    await api.until(id, ({ customStatus }) => customStatus === 'locked');
    await api.raise(id, 'end');
    await api.raise(`${id}-child`, 'go');
    const [child, parent] = [await api.ended(`${id}-child`), await api.ended(id)];
    expect([child.runtimeStatus, child.output]).toEqual([
      'Failed',
      expect.stringContaining('On Azure this waits forever'),
    ]);
    expect([parent.runtimeStatus, parent.output]).toEqual(['Failed', expect.stringContaining('with a lock')]);
  });

  testHere('has released it after the host is killed [own]', async () => {
    const killed = await durableFixture();
    let process = await startFixture(killed);
    let one = new DurableApi(process.url);
    const id = await one.start('leavesChildWaiting', { key: 'k', end: 'return' });
    await one.raise(id, 'go');
    await one.until(id, ({ customStatus }) => customStatus === 'locked');
    await one.raise(id, 'end');
    await process.kill('SIGKILL');
    process = await startFixture(killed);
    one = new DurableApi(process.url);
    await one.raise(`${id}-child`, 'go');
    expect(await one.ended(id)).toMatchObject({ output: 'return' });
    await process.stop();
    expectCleanState(killed.stateDir);
  });
});
