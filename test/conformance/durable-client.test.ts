import { type Answer, DurableApi, durableFixture, type InstanceStatus, startFixture } from '../support/durable-api.js';
import { fresh, startHostOf, testDurable, testHere } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** The library's client with all its options (host contract, 4), and the paths and bodies of the API (5). */
const WAYS = [
  ['over the RPC endpoint', testDurable, async () => startFixture(await durableFixture())],
  [
    'over the webhooks, with their key',
    testHere,
    async () => startHostOf('durable', await durableFixture({ localRpcEndpointEnabled: false }), {}, ['--auth']),
  ],
] as const;

describe.each(WAYS)('the client of the library, %s,', (_way, test, begin) => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await begin();
  });
  afterAll(() => host.stop());

  const newId = () => fresh('client');
  const carryOut = async (call: string, given: Record<string, unknown> = {}) => {
    const body = JSON.stringify({ call, ...given });
    const response = await fetch(`${host.url}/api/carryOut`, { method: 'POST', body });
    return (await response.json()) as { result?: unknown; error?: string };
  };
  const statusOf = async (id: string, options = {}) =>
    (await carryOut('getStatus', { id, options })).result as InstanceStatus;
  const ended = async (id: string, options = {}) => {
    await fetch(`${host.url}/api/waitFor/${id}`, { method: 'POST' });
    return statusOf(id, options);
  };
  const start = async (name: string, options = {}) =>
    (await carryOut('startNew', { name, options: { instanceId: newId(), ...options } })).result as string;

  test('starts with an id and an input [recorded]', async () => {
    const instanceId = newId();
    expect(await start('sequence', { instanceId, input: { a: 1 } })).toBe(instanceId);
    expect(await ended(instanceId)).toMatchObject({
      name: 'sequence',
      instanceId,
      runtimeStatus: 'Completed',
      input: { a: 1 },
      output: { sum: 13, input: { a: 1 } },
    });
  });

  test('starts an unknown orchestrator, which fails [recorded]', async () => {
    expect(await ended(await start('nobody'))).toMatchObject({ name: 'nobody', runtimeStatus: 'Failed' });
  });

  test('passes megabytes [own]', async () => {
    const input = 'é'.repeat(2_000_000);
    const id = await start('sequence', { input });
    expect((await ended(id)).output).toEqual({ sum: 13, input });
  });

  test('raises events with data, and hears of missing instances [recorded]', async () => {
    const id = await start('waits');
    expect(await carryOut('raiseEvent', { id, name: 'go', data: { some: 'data' } })).toEqual({ result: null });
    expect((await ended(id)).output).toEqual({ echoed: { some: 'data' } });
    expect(await carryOut('raiseEvent', { id, name: 'go', data: 1 })).toEqual({ result: null }); // 410 is no error to it
    expect((await carryOut('raiseEvent', { id: 'nobody', name: 'go', data: 1 })).error).toContain('nobody');
    expect((await carryOut('rewind', { id: 'nobody' })).error).toContain('nobody');
    expect((await carryOut('getStatus', { id: 'nobody' })).error).toContain('404');
  });

  // Elsewhere it would find and purge what other tests have started.
  testHere('finds and purges by time and status [source: HttpApiHandler.cs]', async () => {
    const before = new Date(Date.now() - 1_000).toISOString();
    const [failed, open] = [await start('throws'), await start('waits')];
    await ended(failed);
    const found = async (options: Record<string, unknown>) =>
      ((await carryOut('getStatusBy', { options })).result as InstanceStatus[]).map(({ instanceId }) => instanceId);
    expect(await found({ createdTimeFrom: before, runtimeStatus: ['Failed'] })).toEqual([failed]);
    expect(await found({ createdTimeFrom: before, runtimeStatus: ['Failed', 'Running'] })).toEqual(
      expect.arrayContaining([failed, open]),
    );
    expect(await found({ createdTimeTo: '2001-01-01T00:00:00Z', runtimeStatus: ['Failed'] })).toEqual([]);
    const purge = { options: { createdTimeFrom: before, runtimeStatus: ['Failed'] } };
    expect(await carryOut('purgeBy', purge)).toEqual({ result: { instancesDeleted: 1 } });
    expect(await carryOut('purgeBy', purge)).toEqual({ result: { instancesDeleted: 0 } });
    expect(await carryOut('purge', { id: failed })).toEqual({ result: { instancesDeleted: 0 } });
    expect((await carryOut('purge', { id: open })).error).toContain('412');
    expect((await carryOut('purgeBy', { options: { createdTimeFrom: before } })).error).toContain('On Azure this');
  });

  test('signals and reads entities [recorded]', async () => {
    const id = newId();
    expect(await carryOut('signal', { name: 'Tally', id, data: 5 })).toEqual({ result: null });
    await ended(await start('addOne', { input: { name: 'tally', key: id } })); // it comes after the signal
    expect(await carryOut('readEntity', { name: 'tally', id })).toEqual({
      result: { entityExists: true, entityState: 6 },
    });
    expect((await carryOut('signal', { name: 'nobody', id })).error).toContain('400');
  });
});

testHere.each([[[]], [['--processes', '1']]])('an activity has the client too, with %j [own]', async (args) => {
  const host = await startHostOf('durable', undefined, {}, args);
  const api = new DurableApi(host.url);
  const given = { call: 'startNew', name: 'sequence', options: { instanceId: 'from-activity', input: 1 } };
  expect(await api.run('callsCarriesOut', given)).toBe('from-activity');
  expect((await api.ended('from-activity')).output).toEqual({ sum: 13, input: 1 });
  await host.stop();
});

describe('the API', () => {
  let host: HostProcess;
  let api: DurableApi;
  beforeAll(async () => {
    host = await startFixture(await durableFixture());
    api = new DurableApi(host.url);
  });
  afterAll(() => host.stop());

  const isJson = ({ headers }: Answer) => headers.get('content-type') === 'application/json; charset=utf-8';

  testDurable(
    'paths and names of parameters are case-insensitive, ids are not [source: HttpApiHandler.cs]',
    async () => {
      const id = fresh('Path');
      expect((await api.send('POST', `ORCHESTRATORS/Waits/${id}/`, '1')).status).toBe(202);
      expect(
        (await api.send('POST', `Instances/${id}/RAISEevent/go/?TASKHUB=Hub&Connection=Storage`, '2')).status,
      ).toBe(202);
      expect((await api.ended(id, 'SHOWINPUT=false')).input).toBeNull();
      expect((await api.send('GET', `instances/${id.toLowerCase()}`)).status).toBe(404);
    },
  );

  testDurable('an id with special characters is encoded in its URLs [recorded]', async () => {
    const id = fresh('a b&c=ü%');
    const { body } = await api.send('POST', `orchestrators/waits/${encodeURIComponent(id)}`);
    const { id: named, statusQueryGetUri = '', sendEventPostUri = '' } = body as Record<string, string>;
    expect([named, statusQueryGetUri]).toEqual([
      id,
      expect.stringContaining(`/instances/${encodeURIComponent(id).replaceAll('%20', '+')}?`),
    ]);
    const headers = { 'content-type': 'application/json' };
    await fetch(sendEventPostUri.replace('{eventName}', 'go'), { method: 'POST', headers, body: '1' });
    expect(await api.ended(encodeURIComponent(id))).toMatchObject({ instanceId: id, output: { echoed: 1 } });
  });

  testDurable('a plus in an id is a space, encoded or not [source: HttpApiHandler.cs]', async () => {
    const id = fresh('a+b');
    for (const given of [id, encodeURIComponent(`c${id}`)]) {
      const { body } = await api.send('POST', `orchestrators/sequence/${given}`);
      expect(body).toMatchObject({ id: decodeURIComponent(given).replace('+', ' ') });
    }
  });

  testDurable('a start reads its body, whatever its type [recorded]', async () => {
    const start = (body?: string) =>
      api.send('POST', 'orchestrators/inputs?timeout=60&pollingInterval=1', body, { 'content-type': 'text/plain' });
    expect((await start('\ufeff {"a":1} ')).body).toMatchObject({ input: { a: 1 } });
    expect((await start()).body).toMatchObject({ input: null });
    expect((await start('plain words')).status).toBe(400);
  });

  testDurable('answers are JSON with a charset, errors have one of two shapes [recorded]', async () => {
    const id = await api.start('waits');
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    const started = await api.send('POST', 'orchestrators/sequence?timeout=60&pollingInterval=1');
    const long = await api.send('POST', 'orchestrators/sequence', '{');
    const short = await api.send('POST', `orchestrators/sequence/${id}`);
    expect([started, long, short].map(isJson)).toEqual([true, true, true]);
    expect(Object.keys(long.body as object)).toEqual(['Message', 'ExceptionMessage', 'ExceptionType', 'StackTrace']);
    expect(Object.keys(short.body as object)).toEqual(['Message']);
  });

  testDurable('lists have an end time too, and no history [recorded]', async () => {
    const id = await api.start('waits', null, fresh('ends'));
    const { createdTime } = await api.status(id);
    const list = async (to: number) => {
      const where = `instances/?instanceIdPrefix=${id}&showHistory=true&createdTimeTo=${new Date(to).toISOString()}`;
      return (await api.send('GET', where)).body as InstanceStatus[];
    };
    expect(await list(Date.parse(createdTime) - 1_000)).toEqual([]);
    const [found] = await list(Date.parse(createdTime) + 1_000);
    expect(found).toMatchObject({ instanceId: id });
    expect(found).not.toHaveProperty('historyEvents');

    const key = fresh('ends');
    await api.run('addOne', { name: 'tally', key });
    const entities = async (to: string) =>
      JSON.stringify((await api.send('GET', `entities/tally?top=1000&${to}`)).body);
    expect(await entities('lastOperationTimeTo=2999-01-01T00:00:00Z')).toContain(key);
    expect(await entities('lastOperationTimeTo=2001-01-01T00:00:00Z')).not.toContain(key);
  });

  testDurable('a restart keeps only name and input [source: DurableClient.cs]', async () => {
    const first = await api.start('waits', { b: 2 });
    await api.until(first, ({ customStatus }) => customStatus === 'waiting');
    await api.raise(first, 'go', 'one');
    await api.ended(first);
    const again = (await api.send('POST', `instances/${first}/restart`)).body as { id: string };
    const { customStatus } = await api.until(again.id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    expect([customStatus, (await api.status(again.id)).input]).toEqual(['waiting', { b: 2 }]);
  });
});
