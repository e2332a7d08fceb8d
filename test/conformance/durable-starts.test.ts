import { DurableApi, durableFixture, type InstanceStatus, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import type { HostProcess } from '../support/host-process.js';

/** What has not begun, what is waited for, and what begins again: host contract, 4.3, 5.1, 5.2, 6.8.6, 9.1 and 11. */
let host: HostProcess;
let api: DurableApi;
let made = 0;

beforeAll(async () => {
  host = await startFixture(await durableFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const newId = () => `start-${process.pid}-${Date.now()}-${++made}`;
const open = (gate: string) => fetch(`${host.url}/api/gate/${gate}`, { method: 'POST' });
const post = (where: string, body?: unknown) => api.send('POST', where, body);

describe('an instance whose first turn is not over', () => {
  /** Its gate is closed. */
  const pending = async () => {
    const id = await api.start('gatedTurn', { a: 1 }, newId());
    expect((await api.status(id)).runtimeStatus).toBe('Pending');
    return id;
  };

  test('is Pending, and has no history to show', async () => {
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

  test('keeps its id: a start that wants it is refused and changes nothing', async () => {
    const id = await pending();
    const { status, body } = await post(`orchestrators/sequence/${id}`);
    expect([status, body]).toMatchObject([
      500,
      { ExceptionMessage: 'An Orchestration instance with the status Pending already exists.' },
    ]);
    expect(await post(`instances/${id}/restart?restartWithNewInstanceId=false`)).toMatchObject({ status: 500 });
    await open(id);
    await api.raise(id, 'go', 'first');
    expect(await api.ended(id)).toMatchObject({ name: 'gatedTurn', output: 'first' });
  });

  test('takes events, which are there when it begins to wait', async () => {
    const id = await pending();
    expect((await api.raise(id, 'go', 'early')).status).toBe(202);
    expect((await api.status(id)).runtimeStatus).toBe('Pending');
    await open(id);
    expect((await api.ended(id)).output).toBe('early');
  });

  test.each([
    ['terminate', 'Terminated'],
    ['suspend', 'Suspended'],
  ])('takes the order to %s', async (order, state) => {
    const id = await pending();
    expect((await post(`instances/${id}/${order}?reason=enough`)).status).toBe(202);
    await open(id);
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === state);
  });

  test('can be purged, and does not come back', async () => {
    const id = await pending();
    expect((await api.send('DELETE', `instances/${id}`)).body).toEqual({ instancesDeleted: 1 });
    await open(id);
    await api.run('sequence'); // by its end the turn's result is in as well
    expect((await api.send('GET', `instances/${id}`)).status).toBe(404);
  });
});

describe('a start that waits', () => {
  const waiting = (name: string, query = '') => post(`orchestrators/${name}?timeout=60&pollingInterval=1${query}`, '7');

  test.each(['', '&returnInternalServerErrorOnFailure=true'])(
    'answers 200 for a failure, with "%s" too',
    async (query) => {
      const { status, body } = await waiting('throws', query);
      expect([status, body]).toMatchObject([200, { runtimeStatus: 'Failed', input: 7 }]);
    },
  );

  test('shows of a failure what a status query would', async () => {
    const { body } = await waiting('throws', '&showInput=false&showHistory=true');
    expect(body).toMatchObject({ input: null });
    expect((body as InstanceStatus).historyEvents?.at(-1)).toMatchObject({ OrchestrationStatus: 'Failed' });
  });

  test('answers the status of what was terminated meanwhile', async () => {
    const id = newId();
    const answer = post(`orchestrators/waits/${id}?timeout=60&pollingInterval=1`);
    await eventually(async () =>
      (await post(`instances/${id}/terminate?reason=no`)).status === 202 ? true : undefined,
    );
    expect(await answer).toMatchObject({ status: 200, body: { runtimeStatus: 'Terminated', output: 'no' } });
  });

  test('needs both numbers to wait', async () => {
    for (const query of ['timeout=60', 'pollingInterval=1']) {
      expect((await post(`orchestrators/sequence?${query}`)).status).toBe(202);
    }
  });

  test('again: a restart answers the output', async () => {
    const id = await api.start('throws');
    await api.ended(id);
    const { status, body } = await post(`instances/${id}/restart?timeout=60&pollingInterval=1`);
    expect([status, body]).toMatchObject([200, { runtimeStatus: 'Failed' }]);
  });
});

test('a status query is 500 for a failure when it asks for that, in any spelling', async () => {
  const id = await api.start('throws');
  await api.ended(id);
  const ask = async (value: string) =>
    (await api.send('GET', `instances/${id}?RETURNinternalServerErrorOnFailure=${value}`)).status;
  expect([await ask('TRUE'), await ask('False'), await ask('perhaps')]).toEqual([500, 200, 200]);
});

describe('the library’s client waits', () => {
  const waitFor = async (id: string, ms = 60_000) => {
    const response = await fetch(`${host.url}/api/waitFor/${id}?ms=${ms}`, { method: 'POST' });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  test('and answers the output alone, or the status of what did not complete', async () => {
    const [done, failed, stopped] = [await api.start('sequence'), await api.start('throws'), await api.start('waits')];
    await post(`instances/${stopped}/terminate`);
    expect(await waitFor(done)).toMatchObject({ status: 200, body: { sum: 13 } });
    expect(await waitFor(failed)).toMatchObject({ status: 500, body: { runtimeStatus: 'Failed' } });
    expect(await waitFor(stopped)).toMatchObject({ status: 200, body: { runtimeStatus: 'Terminated' } });
  });

  test('no longer than asked, and then names the URLs of the instance at the origin of the request', async () => {
    const id = await api.start('waits');
    const { status, headers, body } = await waitFor(id, 40);
    const { id: named, ...urls } = body as Record<string, string>;
    expect([status, named, headers.get('retry-after')]).toEqual([202, id, '10']);
    expect(headers.get('location')).toBe(urls.statusQueryGetUri);
    expect(Object.keys(urls)).toContain('rewindPostUri');
    for (const url of Object.values(urls))
      expect(url).toMatch(`${host.url}/runtime/webhooks/durabletask/instances/${id}`);
    const send = (url = '', method = 'POST') => fetch(url, { method });
    expect((await send(urls.statusQueryGetUri, 'GET')).status).toBe(202);
    expect((await send(urls.terminatePostUri?.replace('{text}', 'over'))).status).toBe(202);
    expect(await api.ended(id)).toMatchObject({ output: 'over' });
    expect((await send(urls.purgeHistoryDeleteUri, 'DELETE')).status).toBe(200);
  });
});

describe('after continue-as-new', () => {
  /** One in its second execution, which began in a later second than its first. */
  const renewed = async (start: (id: string) => Promise<unknown>, id = newId()) => {
    await start(id);
    const first = await eventually(async () => {
      const { status, body } = await api.send('GET', `instances/${id}`);
      return status === 202 && (body as InstanceStatus).customStatus !== null ? (body as InstanceStatus) : undefined;
    });
    await eventually(() => Promise.resolve(Date.now() >= Date.parse(first.createdTime) + 1_000 ? true : undefined));
    await api.raise(id, 'go');
    const second = await api.until(
      id,
      ({ input, historyEvents }) => (input as { round: number }).round === 2 && historyEvents?.length !== 0,
      'showHistory=true',
    );
    return { id, first, second };
  };

  test('the status is that of the new execution, with the custom status of the old one', async () => {
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
    expect(second.historyEvents).toEqual([expect.objectContaining({ Input: { round: 2 }, FunctionName: 'renews' })]);
    const listed = await api.send('GET', `instances/?instanceIdPrefix=${id}&createdTimeFrom=${second.createdTime}`);
    expect(listed.body).toMatchObject([{ instanceId: id, createdTime: second.createdTime }]);
    await api.raise(id, 'go', 'data');
    expect((await api.ended(id)).output).toEqual({ data: 'data', version: '', parent: null, id });
  });

  test('version and parent stay', async () => {
    const start = (name: string) => post(`orchestrators/renews/${name}?version=3.3`, { round: 1 });
    const { id } = await renewed(start);
    await api.raise(id, 'go');
    expect((await api.ended(id)).output).toMatchObject({ version: '3.3' });
    const parent = newId();
    const child = await renewed((name) =>
      api.start('parent', { name: 'renews', id: name, input: { round: 1 } }, parent),
    );
    await api.raise(child.id, 'go', 'up');
    expect((await api.ended(parent)).output).toMatchObject({ child: { data: 'up', parent, id: child.id } });
  });
});

describe('a function that ended with a lock held and a child open', () => {
  test.each([
    ['return', { runtimeStatus: 'Completed', output: 'return' }],
    ['throw', { runtimeStatus: 'Failed' }],
    ['again', { runtimeStatus: 'Completed', output: 'again' }],
  ])('%s: holds the lock no longer, so the child gets it, and the instance ends', async (end, expected) => {
    const id = await api.start('leavesChildWaiting', { key: newId(), end }, newId());
    await api.raise(id, 'go');
    await api.until(id, ({ customStatus }) => customStatus === 'locked');
    await api.raise(`${id}-child`, 'go');
    await api.until(`${id}-child`, ({ customStatus }) => customStatus === 'wants it');
    await api.raise(id, 'end');
    expect(await api.ended(`${id}-child`)).toMatchObject({ output: 'had it' });
    expect(await api.ended(id)).toMatchObject(expected);
  });
});
