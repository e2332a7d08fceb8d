import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { type HostProcess } from '../support/host-process.js';
import { type TempApp } from '../support/temp-app.js';
import { fresh, testDurable as test, testHere } from '../support/fixtures.js';

/** Entities and critical sections: host contract, 5.8 and 8. */
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
  test('a signal is kept, runs, and makes the state', async () => {
    const key = newKey();
    expect((await read('tally', key)).status).toBe(404);
    expect(await signal('tally', key, 'add', 5)).toMatchObject({ status: 202, text: '' });
    await becomes('tally', key, 5);
    expect((await read('TALLY', key)).body).toBe(5);
    expect((await read('tally', key.toUpperCase())).status).toBe(404);
  });

  test('content that is not JSON by its type is text', async () => {
    const key = newKey();
    await api.send('POST', `entities/list/${key}?op=push`, 'plain words', { 'content-type': 'text/plain' });
    await signal('list', key, 'push', { a: 1 });
    await becomes('list', key, ['plain words', { a: 1 }]);
  });

  test('DELETE sends the operation delete', async () => {
    const key = newKey();
    await signal('tally', key, 'add', 1);
    expect((await api.send('DELETE', `entities/tally/${key}`)).status).toBe(202);
    await eventually(async () => ((await read('tally', key)).status === 404 ? true : undefined));
    await signal('tally', key, 'add', 2);
    await becomes('tally', key, 2);
  });

  test('$ is the empty key, and a key may hold @', async () => {
    await api.send('DELETE', 'entities/tally/$');
    await eventually(async () => ((await read('tally', '$')).status === 404 ? true : undefined));
    await signal('tally', '$', 'add', 7);
    await becomes('tally', '$', 7);
    const key = `a@${newKey()}@c`;
    await signal('tally', key, 'add', 8);
    await becomes('tally', key, 8);
  });

  test.each([
    ['an unknown entity', 'entities/nobody/k?op=add', '1'],
    ['bad JSON', 'entities/tally/k?op=add', '{'],
    ['a bad key', `entities/tally/${encodeURIComponent('a/b')}?op=add`, '1'],
    ['a key that is too long', `entities/tally/${'k'.repeat(257)}?op=add`, '1'],
  ])('%s is 400', async (_name, where, body) => {
    expect((await api.send('POST', where, body)).status).toBe(400);
  });

  test('the list has the entities that exist, in pages, by name and time', async () => {
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
    expect(mine[0]?.lastOperationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const plain = (await api.send('GET', 'entities/')).body as typeof seen;
    expect(plain.every(({ state }) => state === null)).toBe(true);
    expect((await api.send('GET', 'entities/list?lastOperationTimeFrom=2999-01-01T00:00:00Z')).body).toEqual([]);
  });

  test('the library’s client signals and reads', async () => {
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

  test('instances do not list entities', async () => {
    await signal('tally', newKey(), 'add', 1);
    const { body } = await api.send('GET', 'instances/?top=1000');
    expect((body as { instanceId: string }[]).filter(({ instanceId }) => instanceId.startsWith('@'))).toEqual([]);
  });
});

describe('from orchestrators', () => {
  test('calls answer, signals do not wait', async () => {
    expect(await api.run('entityCalls')).toEqual({
      value: 7,
      both: { before: 7, isNew: false, id: { name: 'tally', key: expect.any(String) as unknown } },
      nothing: 'nothing',
    });
  });

  test('what an operation throws reaches the caller as text that says which', async () => {
    expect(await api.run('entityErrors')).toEqual([
      expect.stringContaining(`The operation 'fail' of the entity '@tally@`),
      'caught: no counting today',
      expect.stringContaining(`'withdraw'`),
      expect.stringContaining(`'noSuchEntity'`.toLowerCase()),
    ]);
  });

  test('one sender’s messages arrive in order', async () => {
    expect(await api.run('entityOrder')).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('signals to many entities all arrive, beside calls', async () => {
    const counters = Array.from({ length: 10 }, newKey);
    expect(await api.run('entityFanOut', { counters, rounds: 20 })).toEqual(counters.map(() => 20));
  });

  test('an answer that comes after continue-as-new is nobody’s event', async () => {
    expect(await api.run('entityEvents')).toBe('entity');
  });

  test('the history shows what was sent and answered', async () => {
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

  test('an entity signals another', async () => {
    const [one, other] = [newKey(), newKey()];
    await signal('tally', one, 'tell', other);
    await becomes('tally', other, 1);
  });

  test('scheduled signals come at their time', async () => {
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

  test('transfers among accounts leave the sum as it was', async () => {
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

  test('what others send waits for the release, in order', async () => {
    const [a, b] = [newKey(), newKey()];
    const id = await locks([b, a], 'release');
    await signal('tally', a, 'add', 1);
    const caller = await api.start('addOne', { name: 'tally', key: b });
    expect((await read('tally', a)).status).toBe(404);
    await api.raise(id, 'go');
    await becomes('tally', a, 1);
    await api.until(id, ({ customStatus }) => customStatus === 'locked false');
    await becomes('tally', b, 1_001);
    expect((await api.ended(caller)).output).toMatchObject({ before: 0 });
    await api.raise(id, 'end');
    expect((await api.ended(id)).output).toBe('release');
  });

  test.each(['return', 'throw', 'again', 'terminate', 'purge'])(
    'the lock ends when its holder ends: %s',
    async (end) => {
      const keys = [newKey(), newKey()];
      const id = await locks(keys, end);
      const waiting = await api.start('holder', { keys, end: 'return' });
      for (const key of keys) await signal('tally', key, 'add', 1);
      expect((await read('tally', keys[0] ?? '')).status).toBe(404);
      if (end === 'terminate') await api.send('POST', `instances/${id}/terminate`);
      else if (end === 'purge') await api.send('DELETE', `instances/${id}`);
      else await api.raise(id, 'go');
      await api.until(waiting, ({ customStatus }) => customStatus === 'locked true');
      await api.raise(waiting, 'go');
      for (const key of keys) await becomes('tally', key, 1);
    },
  );

  test('a holder that ends while it still waits for its lock does not get it', async () => {
    const [first, second] = [newKey(), newKey()];
    const holder = await locks([second], 'return');
    const waiting = await api.start('holder', { keys: [first, second], end: 'return' });
    await signal('tally', first, 'get'); // behind the lock, once that has been granted
    await api.until(waiting, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await api.send('POST', `instances/${waiting}/terminate`);
    await api.ended(waiting);
    await api.raise(holder, 'go');
    await api.ended(holder);
    for (const key of [first, second]) {
      await signal('tally', key, 'add', 1);
      await becomes('tally', key, 1);
    }
  });

  test('the rules of the library hold, and the numbers agree after it', async () => {
    const rule = 'LockingRulesViolationError';
    expect(await api.run('lockRules')).toEqual([[rule, rule, rule, rule, 'allowed'], 1]);
  });
});

describe('when the host is killed', () => {
  testHere('acknowledged signals, locks and who waits for them are there again', async () => {
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
    await api.raise(holder, 'go');
    await becomes('tally', a, 10);
    expect((await api.ended(waiting)).output).toMatchObject({ before: 0 });
    await process.stop();
    const db = new DatabaseSync(path.join(killed.stateDir, 'durable.sqlite'));
    expect(db.prepare('SELECT count(*) AS count FROM inbox').get()).toEqual({ count: 0 });
    expect(db.prepare('SELECT count(*) AS count FROM entity WHERE holder IS NOT NULL').get()).toEqual({ count: 0 });
    db.close();
    api = new DurableApi(host.url);
  });

  testHere('a lock whose holder ended right before is free, although nobody speaks to the entity', async () => {
    const killed = await durableFixture();
    let process = await startFixture(killed);
    const there = new DurableApi(process.url);
    const holder = await there.start('holder', { keys: ['a'], end: 'return' });
    await there.until(holder, ({ customStatus }) => customStatus === 'locked true');
    await process.kill('SIGKILL');

    const open = () => new DatabaseSync(path.join(killed.stateDir, 'durable.sqlite'));
    let file = open();
    file.prepare('UPDATE instance SET status = 5 WHERE id = ?').run(holder); // terminated, in the last commit
    file.close();
    process = await startFixture(killed);
    await process.stop();
    file = open();
    expect(file.prepare('SELECT holder FROM entity').all()).toEqual([{ holder: null }]);
    file.close();
  });
});
