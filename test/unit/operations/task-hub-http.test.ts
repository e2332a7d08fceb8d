import type http from 'node:http';
import { type DurableClient, EntityId } from 'durable-functions';
import { configureClient } from '../../../src/operations/task-hub-http.js';
import { durableClientFor } from '../../support/durable-client.js';
import { listen, textOf, type ScriptedServer } from '../../support/scripted-server.js';

interface Recorded {
  method?: string;
  url?: string;
  body: string;
  contentType?: string;
  byAxios: boolean;
}

const INSTANCE = {
  id: 'i', // the answer to a start
  name: 'kind',
  instanceId: 'i',
  createdTime: '2026-11-28T00:00:00Z',
  lastUpdatedTime: '2026-11-28T00:00:00Z',
  input: null,
  output: 'ё',
  runtimeStatus: 'Completed',
};

let hub: ScriptedServer;
let recorded: Recorded[] = [];

async function record(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  const byAxios = headers['user-agent']?.startsWith('axios') ?? false;
  recorded.push({ method, url, body: await textOf(request), contentType: headers['content-type'], byAxios });
  const status = url?.includes('missing') ? 404 : method === 'POST' ? 202 : 200;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(INSTANCE));
}

beforeAll(async () => {
  hub = await listen((request, response) => void record(request, response));
});
afterAll(() => hub.close());
beforeEach(() => (recorded = []));

const calls: Record<string, (client: DurableClient) => Promise<unknown>> = {
  getStatus: (client) => client.getStatus('i'),
  'getStatus of an unknown id': (client) => client.getStatus('missing'),
  startNew: (client) => client.startNew('kind', { instanceId: 'i', input: { text: 'ё' } }),
  raiseEvent: (client) => client.raiseEvent('i', 'cancel', true),
  terminate: (client) => client.terminate('i', 'why'),
  purgeInstanceHistory: (client) => client.purgeInstanceHistory('i'),
  readEntityState: (client) => client.readEntityState(new EntityId('queue', 'e')),
  signalEntity: (client) => client.signalEntity(new EntityId('queue', 'e'), 'op', { a: 1 }),
};

const outcomeOf = (call: Promise<unknown>) => call.then(JSON.stringify, (error: unknown) => (error as Error).message);

test.each(Object.entries(calls))('%s is sent without axios, and is the same call', async (_name, call) => {
  const byLibrary = await outcomeOf(call(durableClientFor(hub.url)));
  const direct = await outcomeOf(call(configureClient(durableClientFor(hub.url), hub.url)));
  const [first, second] = recorded;
  // A library that names its HTTP client otherwise fails here.
  expect([first?.byAxios, second?.byAxios]).toEqual([true, false]);
  expect({ ...second, contentType: undefined, byAxios: true }).toEqual({ ...first, contentType: undefined });
  expect(direct).toBe(byLibrary);
});

test('a task hub elsewhere is called with the library’s own client', async () => {
  const client = configureClient(durableClientFor(hub.url), 'http://10.0.0.4:7071/');
  await client.getStatus('i');
  expect(recorded[0]?.byAxios).toBe(true);
});
