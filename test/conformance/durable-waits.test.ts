import { DurableApi, durableFixture, type InstanceStatus, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { fresh, testDurable as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** Clients that wait for an end: host contract, 4.2, 4.3, 5.1 and 5.2. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startFixture(await durableFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const newId = () => fresh('wait');
const post = (where: string, body?: unknown) => api.send('POST', where, body);

describe('a start that waits [source: HttpApiHandler.cs]', () => {
  const waiting = (name: string, query = '') => post(`orchestrators/${name}?timeout=60&pollingInterval=1${query}`, '7');

  test.each(['', '&returnInternalServerErrorOnFailure=true'])(
    'answers 200 for a failure, also with "%s"',
    async (query) => {
      const { status, body } = await waiting('throws', query);
      expect([status, body]).toMatchObject([200, { runtimeStatus: 'Failed', input: 7 }]);
    },
  );

  test('shows of a failure what a status query shows', async () => {
    const { body } = await waiting('throws', '&showInput=false&showHistory=true');
    expect(body).toMatchObject({ input: null });
    expect((body as InstanceStatus).historyEvents?.at(-1)).toMatchObject({ OrchestrationStatus: 'Failed' });
  });

  test('answers the status of an instance that is terminated while it waits', async () => {
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

  test('a restart waits too', async () => {
    const id = await api.start('throws');
    await api.ended(id);
    const { status, body } = await post(`instances/${id}/restart?timeout=60&pollingInterval=1`);
    expect([status, body]).toMatchObject([200, { runtimeStatus: 'Failed' }]);
  });
});

test('a status query is 500 for a failure when it asks for that, in any case of letters [source: HttpApiHandler.cs]', async () => {
  const id = await api.start('throws');
  await api.ended(id);
  const ask = async (value: string) =>
    (await api.send('GET', `instances/${id}?RETURNinternalServerErrorOnFailure=${value}`)).status;
  expect([await ask('TRUE'), await ask('False'), await ask('perhaps')]).toEqual([500, 200, 200]);
});

describe('the client of the library waits [source: client.ts]', () => {
  const waitFor = async (id: string, ms = 60_000) => {
    const response = await fetch(`${host.url}/api/waitFor/${id}?ms=${ms}`, { method: 'POST' });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  test('and answers the output, or the status of an instance that did not complete', async () => {
    const [done, failed, stopped] = [await api.start('sequence'), await api.start('throws'), await api.start('waits')];
    await post(`instances/${stopped}/terminate`);
    expect(await waitFor(done)).toMatchObject({ status: 200, body: { sum: 13 } });
    expect(await waitFor(failed)).toMatchObject({ status: 500, body: { runtimeStatus: 'Failed' } });
    expect(await waitFor(stopped)).toMatchObject({ status: 200, body: { runtimeStatus: 'Terminated' } });
  });

  test('the URLs have the host name of the request', async () => {
    const { port } = new URL(host.url);
    const start = `http://localhost:${port}/api/start/sequence?id=${newId()}`;
    const urls = (await (await fetch(start, { method: 'POST' })).json()) as Record<string, string>;
    expect(urls.statusQueryGetUri).toMatch(`http://localhost:${port}/`);
    expect((await fetch(urls.statusQueryGetUri ?? '')).ok).toBe(true);
  });

  test('until its time is up, and then answers the URLs of the instance at the origin of the request', async () => {
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
