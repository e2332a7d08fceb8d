import { once } from 'node:events';
import http, { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { followOperation, startOperation } from '../../../dev/client.js';

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

let server: Server | undefined;

/** A server that returns these answers, one per request; the last one repeats. */
async function startServer(...answers: Answer[]): Promise<string> {
  let next = 0;
  server = http.createServer((request, response) => {
    const { status, headers, body } = answers[Math.min(next++, answers.length - 1)] ?? { status: 500 };
    request.resume();
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  if (server) await once(server, 'close');
  server = undefined;
});

test('a start returns the URL of the status monitor', async () => {
  const url = await startServer({ status: 202, headers: { 'Operation-Location': 'http://here/status/1' } });
  expect(await startOperation(url, {})).toBe('http://here/status/1');
});

test.each<[string, Answer]>([
  ['an error status', { status: 400, body: { error: { code: 'InvalidRequest' } } }],
  ['no Operation-Location', { status: 202 }],
])('a start with %s fails', async (_what, answer) => {
  const url = await startServer(answer);
  await expect(startOperation(url, {})).rejects.toThrow(`answered ${answer.status}`);
});

test('an operation is followed until it has ended', async () => {
  const headers = { 'Retry-After': '0' };
  const url = await startServer(
    { status: 200, headers, body: { id: '1', status: 'NotStarted' } },
    { status: 200, headers, body: { id: '1', status: 'Running' } },
    { status: 200, body: { id: '1', status: 'Succeeded', result: 7 } },
  );
  const seen: string[] = [];
  const last = await followOperation(url, { onMonitor: ({ status }) => seen.push(status) });
  expect(last.result).toBe(7);
  expect(seen).toEqual(['NotStarted', 'Running', 'Succeeded']);
});

test('an expired monitor ends the polling with an error', async () => {
  const url = await startServer({ status: 410, body: { error: { code: 'OperationExpired' } } });
  await expect(followOperation(url)).rejects.toThrow('answered 410');
});

test('the signal ends the polling, also during a long wait', async () => {
  const url = await startServer({
    status: 200,
    headers: { 'Retry-After': '10' },
    body: { id: '1', status: 'Running' },
  });
  const abort = new AbortController();
  const following = followOperation(url, { signal: abort.signal, onMonitor: () => setImmediate(() => abort.abort()) });
  await expect(following).rejects.toMatchObject({ name: 'AbortError' });
});
