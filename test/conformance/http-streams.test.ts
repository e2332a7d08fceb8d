import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '../support/eventually.js';
import { fixtureApp, fresh, type HostJson, startHostOf, testHere, testStream as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';
import { noted } from '../support/notes.js';

/** Streamed requests and responses (host contract, 2.8); http-functions and http-limits test what both modes share. */

const MIB = 1_048_576;

let host: HostProcess;

const start = async (hostJson: HostJson = {}) => startHostOf('stream', await fixtureApp('stream', hostJson));

beforeAll(async () => {
  host = await start();
});
afterAll(() => host.stop());

const get = (at: string, init?: RequestInit) => fetch(`${host.url}/api/${at}`, init);

/** A client that controls when it sends and receives. */
function open(at: string, options: RequestOptions = {}, of = host): ClientRequest {
  return request(`${of.url}/api/${at}`, { agent: false, ...options });
}

async function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

/** Opens a stream and reads its first chunk. */
async function openStream(at: string, of = host) {
  const sent = open(at, {}, of);
  sent.end();
  const response = await responseTo(sent);
  const first = String(await once(response, 'data'));
  const ended = closed(response).then(() => response.complete);
  return { sent, response, first, ended };
}

/** Resolves when it has ended or failed. */
function closed(stream: ClientRequest | IncomingMessage): Promise<void> {
  return new Promise((resolve) => stream.on('error', () => undefined).once('close', resolve));
}

async function sendAll(sent: ClientRequest, pieces: number): Promise<void> {
  const piece = Buffer.alloc(MIB, 'x');
  for (let left = pieces; left > 0; left--) if (!sent.write(piece)) await once(sent, 'drain');
}

test('request and response are streamed at the same time [documented]', async () => {
  const sent = open('mirror', { method: 'POST' });
  sent.write('ping');
  const response = await responseTo(sent);
  expect(String(await once(response, 'data'))).toBe('ping');
  sent.end('pong');
  expect(await text(response)).toBe('pong');
});

test('concurrent streams do not mix their contents [documented]', async () => {
  const contents = Array.from({ length: 200 }, (_, index) => `${index} `.repeat(10_000));
  const answers = await Promise.all(
    contents.map(async (body) => (await get('mirror', { method: 'POST', body })).text()),
  );
  expect(answers).toEqual(contents);
});

test('a function reads a large body while it is being sent [documented]', async () => {
  const as = fresh('count');
  const sent = open(`count?as=${as}`, { method: 'POST', headers: { 'Content-Length': 64 * MIB } });
  await sendAll(sent, 1);
  await noted(host.url, `the first piece of ${as} is here`);
  await sendAll(sent, 63);
  sent.end();
  expect(JSON.parse(await text(await responseTo(sent)))).toEqual({ bytes: 64 * MIB });
});

test('a client sends no faster than the function reads [own]', async () => {
  const as = fresh('patient');
  const sent = open(`patient?as=${as}`, { method: 'POST', headers: { 'Content-Length': 64 * MIB } });
  let isSent = false;
  const sending = sendAll(sent, 64).then(() => (isSent = true));
  await noted(host.url, `${as} is not reading yet`);
  for (let look = 0; look < 100; look++) await (await get('context')).text();
  expect(isSent).toBe(false);
  await get(`release?as=${as}`);
  await sending;
  sent.end();
  expect(JSON.parse(await text(await responseTo(sent)))).toEqual({ bytes: 64 * MIB });
});

test('a function writes no faster than its client reads, and its stream is canceled when the client disconnects [own]', async () => {
  const as = fresh('flood');
  const sent = open(`flood?as=${as}`);
  sent.end();
  const response = await responseTo(sent);
  response.pause();
  const flooded = async () => (await (await get(`flooded?as=${as}`)).json()) as { pieces: number; cancelled: number };
  for (let look = 0; look < 100; look++) await flooded();
  expect((await flooded()).pieces).toBeLessThan(500); // 31 MiB; connections buffer a few
  sent.destroy();
  await eventually(async () => ((await flooded()).cancelled === 1 ? true : undefined), 'the cancellation');
});

test('HEAD has the headers of a stream, which is canceled [own]', async () => {
  const as = fresh('head');
  const response = await get(`flood?as=${as}`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
  expect(await (await get(`flooded?as=${as}`)).json()).toMatchObject({ cancelled: 1 });
});

test.each(['web', 'node', 'events'])(
  'an idle %s stream is canceled when its client disconnects [own]',
  async (kind) => {
    const as = fresh(kind);
    const { sent, first } = await openStream(`silent/${kind}?as=${as}`);
    expect(first).toContain('one');
    sent.destroy();
    await noted(host.url, `the ${kind} stream ${as} is cancelled`);
  },
);

testHere('a stream that fails to cancel is logged, and the host keeps running [own]', async () => {
  const { sent } = await openStream('badCancel');
  sent.destroy();
  await host.logged('cannot be cancelled');
  expect((await get('context')).status).toBe(200);
});

test('a reader of the body gets an error when the client disconnects [own]', async () => {
  const as = fresh('reader');
  const sent = open(`waitForBody?as=${as}`, { method: 'POST', headers: { 'Content-Length': 10 } });
  void closed(sent);
  sent.write('abc');
  await noted(host.url, `${as} waits for the rest`);
  sent.destroy();
  await noted(host.url, `the reader of ${as} ended: `);
});

test('a stream that fails midway closes the connection [own]', async () => {
  const { first, ended } = await openStream('midway');
  expect([first, await ended]).toEqual(['half of it', false]);
});

testHere('the log has the error of a stream that failed midway [own]', async () => {
  const { ended } = await openStream('midway');
  await ended;
  await host.logged('the other half is lost');
});

test('a response may be sent before the body is read, and the connection stays usable [own]', async () => {
  const { hostname, port } = new URL(host.url);
  const socket = connect(Number(port), hostname);
  for (const at of ['early', 'abandon', 'early']) {
    socket.write(`POST /api/${at} HTTP/1.1\r\nHost: x\r\nContent-Length: ${8 * MIB}\r\n\r\n`);
    socket.write(Buffer.alloc(8 * MIB));
  }
  socket.write('GET /api/context HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const answers = await text(socket);
  expect(answers.match(/answered unread|had enough|"id"/g)).toEqual([
    'answered unread',
    'had enough',
    'answered unread',
    '"id"',
  ]);
});

test('`Expect: 100-continue` is answered before the function runs [source: HttpTriggerAttributeBindingProvider.cs]', async () => {
  const sent = open('early', { method: 'POST', headers: { 'Content-Length': 2, Expect: '100-continue' } });
  sent.on('continue', () => sent.end('ok')).flushHeaders();
  expect(await text(await responseTo(sent))).toBe('answered unread');
});

test('a body that exceeds the limit after the response has started closes the connection [source: HttpRequestBodySizeMiddleware.cs]', async () => {
  const sent = open('mirror', { method: 'POST' });
  const cut = closed(sent);
  sent.write('x');
  (await responseTo(sent)).on('error', () => undefined).resume();
  const piece = Buffer.alloc(MIB);
  const send = () => {
    while (!sent.destroyed) if (!sent.write(piece)) return void sent.once('drain', send);
  };
  send();
  await cut;
});

test('the Content-Length of the app is sent, and the connection is closed when it is wrong [source: httpProxy.ts]', async () => {
  const right = await get('sized/5');
  expect([right.headers.get('content-length'), await right.text()]).toEqual(['5', '12345']);
  const head = await get('sized/7', { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe('7');
  await expect(get('sized/6').then((answer) => answer.text())).rejects.toThrow();
  expect(await (await get('sized/4')).text()).toBe('1234');
});

test('an HTTP function without an HTTP output would keep its client waiting [source: httpProxy.ts]', async () => {
  const response = await get('noOutput');
  expect([response.status, await response.text()]).toEqual([
    500,
    expect.stringMatching(/^On Azure this request gets no/),
  ]);
});

test('the response has the id of the invocation, and the app gets the headers of the client [source: httpProxy.ts]', async () => {
  const response = await get('context', { headers: { 'x-forwarded-host': 'outside.test' } });
  const id = response.headers.get('x-ms-invocation-id');
  expect(await response.json()).toEqual({ id, forwarded: 'outside.test' });
  expect(id).toMatch(/^[\da-f-]{36}$/);
});

testHere(
  'a response that exceeds functionTimeout is 500, or its connection is closed after it has started [own]',
  async () => {
    const hasty = await start({ functionTimeout: '00:00:01' });
    const [answer, stream] = await Promise.all([
      fetch(`${hasty.url}/api/never`),
      openStream('silent/web?as=hasty', hasty),
    ]);
    expect([answer.status, await stream.ended]).toEqual([500, false]);
    await hasty.logged('the web stream hasty is cancelled');
    await hasty.stop();
  },
);

testHere(
  'a stopping host ends event streams, waits for other streams, and closes those that do not end [own]',
  async () => {
    const stopping = await start();
    const [events, ending, endless] = await Promise.all([
      openStream('silent/events', stopping),
      openStream('untilTheEnd', stopping),
      openStream('silent/web?as=endless', stopping),
    ]);
    const rest = text(ending.response);
    const stopped = stopping.stop();
    expect(await events.ended).toBe(true);
    expect([ending.first, await rest, await ending.ended]).toEqual(['first, ', 'last', true]);
    expect(await endless.ended).toBe(false);
    await stopped;
    expect(stopping.stderr()).toContain('the web stream endless is cancelled');
  },
);

testHere('a host with only event streams stops immediately [own]', async () => {
  const stopping = await start();
  const streams = await Promise.all(Array.from({ length: 20 }, () => openStream('silent/events', stopping)));
  await stopping.stop();
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(streams.map(() => true));
});
