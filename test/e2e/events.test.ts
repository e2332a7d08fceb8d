import { EventSource } from 'eventsource';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client, setFault, type Body } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { startRelay, type Relay } from '../support/relay.js';

/** Events of an operation, read with an EventSource client (docs/operations.md). */

const SLOW = { mode: 'slow', delayMs: 600_000 };

let stack: Stack;
let app: Client;
beforeAll(async () => {
  stack = await startStack({
    services: ['imageProvider', 'plateReader'],
    faults: true,
    env: { IMAGE_PROVIDER_TIMEOUT_MS: '120000', EVENTS_HEARTBEAT_MS: '100' },
  });
  app = new Client(stack.url);
});
afterAll(() => stack.stop());
afterEach(() => setFault(stack.imageProvider.url));

const open: { close(): void }[] = [];
afterEach(() => open.splice(0).forEach((each) => each.close()));

/** Subscribes to an operation; `events` are the received ones, `source` has the state of the connection. */
function follow(url: string, id: string) {
  const source = new EventSource(`${url}/status/${id}/events`);
  const events: { id: string; monitor: Body }[] = [];
  source.addEventListener('status', ({ lastEventId, data }) => {
    events.push({ id: lastEventId, monitor: JSON.parse(String(data)) as Body });
  });
  open.push(source);
  return { source, events, statuses: () => events.map(({ monitor }) => monitor.status) };
}

async function network(): Promise<Relay> {
  const relay = await startRelay(stack.url);
  open.push(relay);
  return relay;
}

/** Starts a recognition that runs until it is canceled, and waits until it is Running. */
async function startSlow(): Promise<Body> {
  await setFault(stack.imageProvider.url, SLOW);
  const { body } = await app.post('/plates/recognize', { imageId: 10022 });
  return app.until(body.id, ({ status }) => status === 'Running');
}

/** Reads the stream as text until it matches `expected`, then disconnects. */
async function readUntil(id: string, expected: RegExp, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${stack.url}/status/${id}/events`, { headers });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (expected.test(text)) break;
  }
  return text;
}

test('the monitor is sent immediately and at every change, and the client does not reconnect after the end', async () => {
  const { id } = await startSlow();
  const { source, events, statuses } = follow(stack.url, id);
  await eventually(() => Promise.resolve(events[0]), 'the first event');
  expect(statuses()).toEqual(['Running']);
  await app.post(`/status/${id}:cancel`);
  await eventually(() => Promise.resolve(source.readyState === source.CLOSED || undefined), 'the end');
  expect(statuses().at(-1)).toBe('Canceled');
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  const { headers, body } = await app.get(`/status/${id}`);
  expect(events.at(-1)).toEqual({ id: headers.get('etag'), monitor: body });
});

test('a broken connection is resumed without duplicate events', async () => {
  const { id } = await startSlow();
  const relay = await network();
  const { events, statuses } = follow(relay.url, id);
  await eventually(() => Promise.resolve(events[0]), 'the first event');
  relay.cut();
  await eventually(() => Promise.resolve(relay.connections > 1 || undefined), 'the resumption');
  await app.post(`/status/${id}:cancel`);
  await eventually(() => Promise.resolve(statuses().at(-1) === 'Canceled' || undefined), 'the end');
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
});

test('a client that reconnects late gets the current state immediately', async () => {
  const { id } = await startSlow();
  const etag = (await app.get(`/status/${id}`)).headers.get('etag') ?? '';
  await app.post(`/status/${id}:cancel`);
  await app.finished(id);
  const { text } = await app.get(`/status/${id}/events`, { 'Last-Event-ID': etag });
  expect(text).toMatch(/^event: status\nid: "[\w-]+"\ndata: \{.*"status":"Canceled".*\}\n\n$/);
});

test('a stream that is resumed with the current state sends no event until there is a change', async () => {
  const { id } = await startSlow();
  const etag = (await app.get(`/status/${id}`)).headers.get('etag') ?? '';
  const text = await readUntil(id, /(: nothing new\n\n){4}/, { 'Last-Event-ID': etag });
  expect(text).not.toContain('event:');
});

test('the client reconnects after a restart of the app', async () => {
  const { id } = await startSlow();
  const { events, statuses } = follow(stack.url, id);
  await eventually(() => Promise.resolve(events[0]), 'the first event');
  await stack.kill('app', 'SIGKILL');
  await setFault(stack.imageProvider.url);
  await stack.restart('app');
  await eventually(() => Promise.resolve(statuses().includes('Succeeded') || undefined), 'the end');
});

test('many clients subscribe to one operation', async () => {
  const { id } = await startSlow();
  const followers = Array.from({ length: 50 }, () => follow(stack.url, id));
  await eventually(
    () => Promise.resolve(followers.every(({ events }) => events.length > 0) || undefined),
    'the first events',
  );
  await app.post(`/status/${id}:cancel`);
  const haveEnd = () => followers.every(({ statuses }) => statuses().at(-1) === 'Canceled');
  await eventually(() => Promise.resolve(haveEnd() || undefined), 'the end of all streams');
});

test.each([
  ['short', 400, 'InvalidOperationId'],
  ['0123456789abcdef-unknown', 404, 'OperationNotFound'],
])('the operation %s has no stream: %i %s', async (id, status, code) => {
  expect(await app.get(`/status/${id}/events`)).toMatchObject({ status, body: { error: { code } } });
  expect((await app.post(`/status/${id}/events`)).status).toBe(405);
});

test('the response is an event stream that is not cached', async () => {
  const { body } = await app.post('/plates/recognize', { imageId: 9965 });
  await app.finished(body.id);
  const { status, headers, text } = await app.get(`/status/${body.id}/events`, { Accept: 'text/event-stream' });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(text).toContain('"status":"Succeeded"');
});
