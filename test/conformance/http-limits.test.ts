import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import { fixtureApp, startHostOf, testHere, testHttp, testStream } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** Limits of requests, and the shutdown (host contract, 3.3). */

const LIMIT = 104_857_600;

function post(host: HostProcess, headers: Record<string, string | number>): ClientRequest {
  return request(`${host.url}/api/bytes`, { method: 'POST', headers, agent: false });
}

async function statusOf(sent: ClientRequest): Promise<number | undefined> {
  const [response] = (await once(sent, 'response')) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

describe.each([
  { mode: 'whole requests', fixture: 'http', test: testHttp },
  { mode: 'streams', fixture: 'stream', test: testStream },
] as const)('$mode', ({ fixture, test }) => {
  const streams = fixture === 'stream';
  const start = async (http: Record<string, number> = {}): Promise<HostProcess> =>
    startHostOf(fixture, await fixtureApp(fixture, { extensions: { http } }), {}, ['--log-level', 'debug']);

  test('a body with a too large Content-Length is refused before it is sent [source: HttpRequestBodySizeMiddleware.cs]', async () => {
    const host = await start();
    const sent = post(host, { 'Content-Length': LIMIT + 1 });
    sent.flushHeaders();
    expect(await statusOf(sent)).toBe(500);
    sent.destroy();
    await host.stop();
  });

  test('`Expect: 100-continue` is answered unless the body is too large [source: Http1ContentLengthMessageBody.cs]', async () => {
    const host = await start();
    const large = post(host, { 'Content-Length': LIMIT + 1, Expect: '100-continue' });
    let invited = false;
    large.on('continue', () => (invited = true)).flushHeaders();
    expect([await statusOf(large), invited]).toEqual([500, false]);
    large.destroy();
    const small = post(host, { 'Content-Length': 2, Expect: '100-continue' });
    small.on('continue', () => small.end('ok')).flushHeaders();
    expect(await statusOf(small)).toBe(200);
    await host.stop();
  });

  test('a body without a length is refused once it is too long [source: HttpRequestBodySizeMiddleware.cs]', async () => {
    const host = await start();
    const sent = post(host, {});
    const answered = statusOf(sent);
    const chunk = Buffer.alloc(1_048_576);
    let left = LIMIT / chunk.length + 1;
    const send = () => {
      while (left-- > 0) if (!sent.write(chunk)) return void sent.once('drain', send);
    };
    send();
    expect(await answered).toBe(streams ? 500 : 411); // 411: a trap
    sent.destroy();
    await host.stop();
  });

  testHere('the limit of bodies is a setting [source: HttpRequestBodySizeMiddleware.cs]', async () => {
    const env = { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' };
    const host = await startHostOf(fixture, await fixtureApp(fixture), env);
    const statuses = [];
    for (const size of [1_000, 1_001])
      statuses.push((await fetch(`${host.url}/api/bytes`, { method: 'POST', body: new Uint8Array(size) })).status);
    expect(statuses).toEqual([200, 500]);
    await host.stop();
  });

  test('headers that are too long are refused [recorded]', async () => {
    const host = await start();
    const response = await fetch(`${host.url}/api/echo`, { headers: { 'x-test': 'x'.repeat(40_000) } });
    expect(response.status).toBe(431);
    await host.stop();
  });

  testHere(
    'requests over the limit are 429, and waiting requests run in order [source: HttpThrottleMiddleware.cs]',
    async () => {
      const host = await start({ maxOutstandingRequests: 2, maxConcurrentRequests: 1 });
      const first = fetch(`${host.url}/api/hold`);
      await host.logged('held 1');
      // Two requests in one packet arrive in order: the first waits, the second exceeds the limit.
      const { hostname, port } = new URL(host.url);
      const socket = connect(Number(port), hostname);
      const line = 'GET /api/echo HTTP/1.1\r\nHost: x\r\n';
      socket.write(`${line}\r\n${line}Connection: close\r\n\r\n`);
      let answers = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (answers += chunk));
      const ended = once(socket, 'end');
      await host.logged('A request was rejected with 429');
      await fetch(`${host.url}/admin/functions/queued`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"input":"release"}',
      });
      expect((await first).status).toBe(200);
      await ended;
      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 429']);
      expect(answers).toMatch(/x-function-scaleout: 1/i);
      await host.stop();
    },
  );

  test('a client that disconnects during a request does not affect the host [documented]', async () => {
    const host = await start();
    const { hostname, port } = new URL(host.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /api/bytes HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    await once(socket, 'connect');
    socket.destroy();
    expect((await fetch(`${host.url}/api/echo`)).status).toBe(200);
    await host.stop();
  });

  testHere('a stopping host completes running requests and accepts no new ones [own]', async () => {
    const host = await start();
    const held = fetch(`${host.url}/api/lastCall`);
    await host.logged('waiting for the end');
    const stopped = host.stop();
    expect(await (await held).text()).toBe('served');
    await stopped;
    await expect(fetch(`${host.url}/api/echo`)).rejects.toThrow();
  });

  testHere('a second signal ends a host that is still stopping [own]', async () => {
    const host = await start();
    const held = fetch(`${host.url}/api/hold`).catch(() => undefined);
    await host.logged('held 1');
    process.kill(host.pid, 'SIGINT');
    await host.logged('Stopping');
    expect(await host.kill('SIGINT')).toBe(130);
    await held;
  });
});
