import { DurableApi } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { fixtureApp, fresh, startHostOf, testEntities as test, testHere } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** Locks of entities, and every way in which the orchestration that has one ends. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startHostOf('entities');
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const newKey = () => fresh('k');
const id = (key: string) => `@keeper@${key}`;
const call = (key: string, operation: string, input?: unknown) => ({ name: 'Keeper', key, operation, input });
const signal = (key: string, value: unknown) =>
  api.send('POST', `entities/keeper/${key}?op=set`, JSON.stringify(value));
const read = (key: string) => api.send('GET', `entities/keeper/${key}`);
const statusOf = async (key: string) => (await api.status(id(key))).customStatus;

/** Resolves once the entity has the status. */
const becomes = (key: string, wanted: object) =>
  eventually(
    async () => {
      const { status, body } = await api.send('GET', `instances/${id(key)}`);
      const { customStatus } = (body ?? {}) as { customStatus?: unknown };
      return status === 202 && JSON.stringify(customStatus) === JSON.stringify(wanted) ? true : undefined;
    },
    `${key} to have the status ${JSON.stringify(wanted)}`,
  );

/** Starts an orchestration that has the locks, and returns its id. */
async function lock(keys: string[], end: string, calls: string[] = []): Promise<string> {
  const owner = await api.start('locks', { keys, end, calls });
  await api.until(owner, ({ customStatus }) => customStatus === 'locked');
  return owner;
}

async function end(owner: string): Promise<void> {
  await api.raise(owner, 'go', 1);
  await api.ended(owner);
}

const trapOf = (key: string, owner: string) =>
  `On Azure this waits forever, because the entity '${id(key)}' is locked by the orchestration '${owner}', which has ended without releasing its lock. Release locks in a finally block, and do not terminate an orchestration that has a lock. Purge the entity to free it: DELETE instances/${id(key)}.`;

describe('a lock', () => {
  test.each(['release', 'return', 'again'])(
    'is released when its orchestration ends: %s [source: TaskOrchestrationShim.cs]',
    async (how) => {
      const keys = [newKey(), newKey()];
      const owner = await lock(keys, how);
      const waiting = await api.start('wantsLock', keys);
      await becomes(keys[0] ?? '', { queueSize: 1, lockedBy: owner });
      await end(owner);
      expect((await api.ended(waiting)).output).toBe('had it');
      for (const key of keys) await becomes(key, {});
    },
  );

  test('releases are sent in the order in which the entities were last called [source: DurableOrchestrationContext.cs]', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => fresh(name));
    const owner = await lock([b ?? '', a ?? '', c ?? ''], 'return', [b ?? '', a ?? '']);
    await end(owner);
    const { historyEvents = [] } = await api.status(owner, 'showHistory=true');
    const releases = historyEvents.filter(({ Name }) => Name === 'release');
    expect(releases.map(({ InstanceId }) => InstanceId)).toEqual([c, b, a].map((key) => id(key ?? '')));
    const request = JSON.parse(String(historyEvents[1]?.Input)) as { id: string; lockset: unknown[] };
    for (const { Input } of releases)
      expect(JSON.parse(String(Input))).toMatchObject({ parent: owner, id: request.id });
    const $type = `Microsoft.Azure.WebJobs.Extensions.DurableTask.EntityId, Microsoft.Azure.WebJobs.Extensions.DurableTask`;
    expect(request.lockset).toEqual([a, b, c].map((key) => ({ $type, name: 'keeper', key })));
  });

  test('the orchestration that returns with an open activity has released it [source: TaskOrchestrationShim.cs]', async () => {
    const key = newKey();
    const owner = await api.start('returnsEarly', key);
    await becomes(key, { lockedBy: owner });
    await api.raise(owner, 'go', 1);
    await becomes(key, {});
    expect((await api.ended(owner)).output).toBe('early');
  });

  test('the status of a locked entity has its owner and the messages that wait [source: SchedulerState.cs]', async () => {
    const key = newKey();
    const owner = await lock([key], 'return');
    const caller = await api.start('calls', [call(key, 'set', 1)]);
    await signal(key, 2);
    await becomes(key, { queueSize: 2, lockedBy: owner });
    const { input } = await api.status(id(key));
    expect(input).toMatchObject({ lockedBy: owner, queue: expect.arrayContaining([]) as unknown });
    const { queue } = input as { queue: object[] };
    expect(queue).toContainEqual(expect.objectContaining({ op: 'set', input: '1', parent: caller }));
    expect(queue).toContainEqual(expect.objectContaining({ op: 'set', input: '2', signal: true }));
    expect((await read(key)).status).toBe(404);
    await end(owner);
    await api.ended(caller);
    await becomes(key, { entityExists: true });
  });
});

describe('a lock whose orchestration ends without releasing it stays for ever: a trap', () => {
  const enders: [string, (owner: string) => Promise<unknown>][] = [
    ['throw', end],
    ['terminate', (owner) => api.send('POST', `instances/${owner}/terminate`)],
  ];

  test.each(enders)('%s: the next ones fail [source: TaskOrchestrationShim.cs]', async (how, endIt) => {
    const [key, other] = [newKey(), newKey()];
    const owner = await lock([key, other], how);
    const waiting = await api.start('wantsLock', [key]);
    const caller = await api.start('calls', [call(key, 'set', 1)]);
    await becomes(key, { queueSize: 2, lockedBy: owner });
    await endIt(owner);
    const trap = trapOf(key, owner);
    expect((await api.ended(caller)).output).toEqual([`caught: ${trap}`]);
    const failed = await api.ended(waiting);
    expect([failed.runtimeStatus, failed.output]).toEqual(['Failed', expect.stringContaining(trap) as unknown]);
    await becomes(key, { lockedBy: owner });
    await becomes(other, { lockedBy: owner });

    expect(await api.run('calls', [call(other, 'get')])).toEqual([`caught: ${trapOf(other, owner)}`]);
    const refused = await signal(key, 1);
    expect([refused.status, refused.body]).toEqual([400, { Message: trap }]);
  });

  test('an orchestration that does not wait for the lock gets it nevertheless [source: TaskEntityShim.cs]', async () => {
    const key = newKey();
    const owner = await lock([key], 'return');
    const left = await api.start('leavesLock', key);
    await becomes(key, { queueSize: 1, lockedBy: owner });
    await api.raise(left, 'go', 1);
    expect((await api.ended(left)).output).toBe('left');
    await end(owner);
    await becomes(key, { lockedBy: left });
    expect(await api.run('calls', [call(key, 'get')])).toEqual([`caught: ${trapOf(key, left)}`]);
  });

  test('a rewound orchestration has its lock again, and releases it [source: DurableTaskExtension.cs]', async () => {
    const key = newKey();
    const owner = await api.start('failsInLock', key);
    await api.ended(owner);
    await becomes(key, { lockedBy: owner });
    expect((await api.send('POST', `instances/${owner}/rewind`)).status).toBe(202);
    await api.until(owner, ({ output }) => output === 'released');
    await becomes(key, { entityExists: true });
    expect((await read(key)).body).toBe('rewound');
    expect(await api.run('calls', [call(key, 'get')])).toEqual([JSON.stringify(JSON.stringify('rewound'))]);
  });

  test('a purge of the entity frees it [source: AzureTableTrackingStore.cs]', async () => {
    const key = newKey();
    const owner = await lock([key], 'throw');
    await end(owner);
    await becomes(key, { lockedBy: owner });
    const purged = await api.send('DELETE', `instances/${id(key)}`);
    expect([purged.status, purged.body]).toEqual([200, { instancesDeleted: 1 }]);
    await signal(key, 1);
    await becomes(key, { entityExists: true });
  });

  testHere(
    'it is still there after a kill, and the log says what is lost [source: TaskOrchestrationShim.cs]',
    async () => {
      const app = await fixtureApp('entities');
      let process = await startHostOf('entities', app);
      const mine = api;
      api = new DurableApi(process.url);
      const key = newKey();
      const owner = await lock([key], 'throw');
      await api.send('POST', `entities/keeper/${key}?op=set`, '1'); // waits for the lock
      await end(owner);
      await process.logged(`${id(key)}: the operation 'set' from a client failed. On Azure this waits forever`);
      await process.kill('SIGKILL');
      process = await startHostOf('entities', app);
      api = new DurableApi(process.url);
      expect(await statusOf(key)).toEqual({ lockedBy: owner });
      expect(await api.run('calls', [call(key, 'get')])).toEqual([`caught: ${trapOf(key, owner)}`]);
      await process.stop();
      api = mine;
    },
  );
});
