import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { type HostProcess } from '../support/host-process.js';
import { type TempApp } from '../support/temp-app.js';
import { fresh, testDurable as test, testHere } from '../support/fixtures.js';

/** Entities and critical sections. Locks whose owner ends are in durable-locks.test.ts. */
let app: TempApp;
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  app = await durableFixture();
  host = await startFixture(app);
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

/** A key that no other test uses. */
const newKey = () => fresh('k');
const signal = (name: string, key: string, op: string, input?: unknown) =>
  api.send('POST', `entities/${name}/${key}?op=${op}`, input === undefined ? undefined : JSON.stringify(input));
const read = (name: string, key: string) => api.send('GET', `entities/${name}/${key}`);
/** Resolves once the entity's state is as wanted. */
const becomes = (name: string, key: string, wanted: unknown) =>
  eventually(
    async () => {
      const { body } = await read(name, key);
      return JSON.stringify(body) === JSON.stringify(wanted) ? true : undefined;
    },
    `${name} ${key} to be ${JSON.stringify(wanted)}`,
  );

describe('over HTTP', () => {
  test('a signal is stored, runs, and creates the state [recorded]', async () => {
    const key = newKey();
    expect((await read('tally', key)).status).toBe(404);
    expect(await signal('tally', key, 'add', 5)).toMatchObject({ status: 202, text: '' });
    await becomes('tally', key, 5);
    expect((await read('TALLY', key)).body).toBe(5);
    expect((await read('tally', key.toUpperCase())).status).toBe(404);
  });

  test('content of another type than JSON is text [source: HttpApiHandler.cs]', async () => {
    const key = newKey();
    await api.send('POST', `entities/list/${key}?op=push`, 'plain words', { 'content-type': 'text/plain' });
    await signal('list', key, 'push', { a: 1 });
    await becomes('list', key, ['plain words', { a: 1 }]);
  });

  test('DELETE sends the operation delete [recorded]', async () => {
    const key = newKey();
    await signal('tally', key, 'add', 1);
    expect((await api.send('DELETE', `entities/tally/${key}`)).status).toBe(202);
    await eventually(async () => ((await read('tally', key)).status === 404 ? true : undefined));
    await signal('tally', key, 'add', 2);
    await becomes('tally', key, 2);
  });

  test('a key can contain @ [source: DurableClient.cs]', async () => {
    const key = `a@${newKey()}@c`;
    await signal('tally', key, 'add', 8);
    await becomes('tally', key, 8);
  });

  test.each([
    ['an unknown entity', 'entities/nobody/k?op=add', '1'],
    ['invalid JSON', 'entities/tally/k?op=add', '{'],
  ])('%s is 400 [recorded]', async (_name, where, body) => {
    expect((await api.send('POST', where, body)).status).toBe(400);
  });

  test('the list has the entities that exist, in pages, by name and time [recorded]', async () => {
    const key = newKey();
    for (let index = 0; index < 5; index++) await signal('list', `${key}-${index}`, 'push', index);
    await becomes('list', `${key}-4`, [4]);
    const seen: { entityId: { name: string; key: string }; state: unknown; lastOperationTime: string }[] = [];
    let token = '';
    do {
      const answer = await api.send('GET', 'entities/LIST?top=2&fetchState=true', undefined, {
        'x-ms-continuation-token': token,
      });
      expect((answer.body as unknown[]).length).toBeLessThanOrEqual(2);
      seen.push(...(answer.body as typeof seen));
      token = answer.headers.get('x-ms-continuation-token') ?? '';
    } while (token !== '');
    const mine = seen.filter(({ entityId }) => entityId.key.startsWith(`${key}-`));
    expect(mine.map(({ entityId, state }) => [entityId, state])).toEqual(
      [0, 1, 2, 3, 4].map((index) => [{ name: 'list', key: `${key}-${index}` }, [index]]),
    );
    expect(mine[0]?.lastOperationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/);
    const plain = (await api.send('GET', 'entities/')).body as typeof seen;
    expect(plain.every(({ state }) => state === null)).toBe(true);
    expect((await api.send('GET', 'entities/list?lastOperationTimeFrom=2999-01-01T00:00:00Z')).body).toEqual([]);
  });

  test('the library’s client signals and reads [recorded]', async () => {
    const key = newKey();
    const call = (what: string, body?: string) =>
      fetch(`${host.url}/api/entities/${what}/Tally/${key}?op=add`, { method: 'POST', ...(body && { body }) });
    expect(await (await call('read')).json()).toEqual({ entityExists: false });
    expect((await call('signal', '3')).status).toBe(202);
    await becomes('tally', key, 3);
    expect(await (await call('read')).json()).toEqual({ entityExists: true, entityState: 3 });
    const unknown = await fetch(`${host.url}/api/entities/signal/nobody/k?op=x`, { method: 'POST' });
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('400')]);
  });
});

describe('from orchestrators', () => {
  test('calls wait for their result, signals do not [recorded]', async () => {
    expect(await api.run('entityCalls')).toEqual({
      value: 7,
      both: { before: 7, isNew: false, id: { name: 'tally', key: expect.any(String) as unknown } },
      nothing: 'nothing',
    });
  });

  test('a call to an entity function that does not exist is a trap [recorded]', async () => {
    const { output } = await api.ended(await api.start('entityErrors'));
    expect(JSON.stringify(output)).toContain(
      "On Azure this waits forever, because the entity function 'nosuchentity' doesn't exist or is disabled.",
    );
  });

  test('messages of one sender arrive in order [documented]', async () => {
    expect(await api.run('entityOrder')).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('signals to many entities all arrive, in parallel with calls [documented]', async () => {
    const counters = Array.from({ length: 10 }, newKey);
    expect(await api.run('entityFanOut', { counters, rounds: 20 })).toEqual(counters.map(() => 20));
  });

  test('a response that arrives after continue-as-new is ignored [source: DurableOrchestrationContext.cs]', async () => {
    expect(await api.run('entityEvents')).toBe('entity');
  });

  test('the history has the messages that were sent and received [recorded]', async () => {
    const id = await api.start('addOne', { name: 'Tally', key: newKey() });
    const { historyEvents = [] } = await api.ended(id, 'showHistory=true&showHistoryOutput=true');
    expect(historyEvents.map(({ EventType }) => EventType)).toEqual([
      'ExecutionStarted',
      'EventSent',
      'EventRaised',
      'ExecutionCompleted',
    ]);
    expect(historyEvents[1]).toMatchObject({ Name: 'op' });
  });

  test('a signal from an entity to a name that is not in lower case is a trap [source: TaskEntityShim.cs]', async () => {
    const [one, other] = [newKey(), newKey()];
    await signal('tally', one, 'tell', other);
    await eventually(async () =>
      (await api.send('GET', `instances/@tally@${one}`)).status === 202 ? true : undefined,
    );
    expect((await read('tally', other)).status).toBe(404);
  });

  test('scheduled signals arrive at their time [source: TaskEntityShim.cs]', async () => {
    const id = await api.start('scheduledSignal');
    await becomes('list', id, [0, 1, 2]);
  });
});

describe('critical sections', () => {
  const locks = async (keys: string[], end: string) => {
    const id = await api.start('holder', { keys, end });
    await api.until(id, ({ customStatus }) => customStatus === 'locked true');
    return id;
  };

  test('transfers among accounts keep the sum [documented]', async () => {
    const accounts = Array.from({ length: 4 }, newKey);
    for (const account of accounts) await signal('account', account, 'deposit', 100);
    const transfers = Array.from({ length: 24 }, (_, index) => ({
      from: accounts[index % 4],
      to: accounts[(index * 3 + 1) % 4],
      amount: 10 + index,
    })).filter(({ from, to }) => from !== to);
    const ends = await Promise.all(transfers.map((transfer) => api.run('transfer', transfer)));
    expect(new Set(ends)).toEqual(new Set(['moved']));
    const balances = await Promise.all(accounts.map(async (key) => (await read('account', key)).body));
    expect(balances.reduce<number>((sum, one) => sum + (one as { balance: number }).balance, 0)).toBe(400);
  });

  test('messages of others wait for the release, in order [documented]', async () => {
    const [a, b] = [newKey(), newKey()];
    const id = await locks([b, a], 'release');
    await signal('tally', a, 'add', 1);
    const caller = await api.start('addOne', { name: 'tally', key: b });
    expect((await read('tally', a)).status).toBe(404);
    await api.raise(id, 'go', 1);
    await becomes('tally', a, 1);
    await api.until(id, ({ customStatus }) => customStatus === 'locked false');
    await becomes('tally', b, 1_001);
    expect((await api.ended(caller)).output).toMatchObject({ before: 0 });
    await api.raise(id, 'end', 1);
    expect((await api.ended(id)).output).toBe('release');
  });

  test('the rules of the library apply, and the numbers agree after it [recorded]', async () => {
    const rule = 'LockingRulesViolationError';
    expect(await api.run('lockRules')).toEqual([[rule, rule, rule, rule, 'allowed'], 1]);
  });
});

describe('when the host is killed', () => {
  testHere('accepted signals, locks and the messages that wait for them are still there [own]', async () => {
    const killed = await durableFixture();
    let process = await startFixture(killed);
    api = new DurableApi(process.url);
    const [a, b] = [newKey(), newKey()];
    const holder = await api.start('holder', { keys: [a, b], end: 'return' });
    await api.until(holder, ({ customStatus }) => customStatus === 'locked true');
    for (let index = 0; index < 10; index++) await signal('tally', a, 'add', 1);
    const waiting = await api.start('addOne', { name: 'tally', key: b });
    await signal('tally', 'free', 'add', 3);
    await process.kill('SIGKILL');

    process = await startFixture(killed);
    api = new DurableApi(process.url);
    await becomes('tally', 'free', 3);
    expect((await read('tally', a)).status).toBe(404);
    await api.raise(holder, 'go', 1);
    await becomes('tally', a, 10);
    expect((await api.ended(waiting)).output).toMatchObject({ before: 0 });
    await process.stop();
    const db = new DatabaseSync(path.join(killed.stateDir, 'durable.sqlite'));
    expect(db.prepare('SELECT count(*) AS count FROM inbox').get()).toEqual({ count: 0 });
    expect(db.prepare('SELECT count(*) AS count FROM entity WHERE holder IS NOT NULL').get()).toEqual({ count: 0 });
    db.close();
    api = new DurableApi(host.url);
  });
});
