import { once } from 'node:events';
import { request } from 'node:http';
import { type DurableExtension, type WebhookRequest, type WebhookResponse } from '../../../host/contracts.js';
import { type Listener, listen } from '../../../host/http/listener.js';
import { rpcHandler } from '../../../host/http/rpc.js';
import { type HostLog } from '../../../host/log.js';

/** Requests from the RPC port to the extension (host contract, 4.3), over real sockets. */

let listener: Listener | undefined;
afterEach(() => listener?.close(0));

const silent: HostLog = { enabled: () => false, log: () => undefined };

async function serve(handle: (request: WebhookRequest) => Promise<WebhookResponse>): Promise<string> {
  const extension = { handle } as DurableExtension;
  listener = await listen(
    '127.0.0.1',
    0,
    rpcHandler(() => extension, silent),
  );
  return `http://127.0.0.1:${listener.port}`;
}

test('the extension gets the path relative to its base, and its response is sent', async () => {
  const url = await serve(({ method, path, query, headers, body, origin }) =>
    Promise.resolve({
      status: 202,
      headers: { 'x-one': '1' },
      body: JSON.stringify([method, path, [...query], headers['x-test'], body.toString(), origin]),
    }),
  );
  const response = await fetch(`${url}/durabletask/instances/a%20b?x=1&y=ü`, {
    method: 'POST',
    headers: { 'X-Test': 't' },
    body: 'grüße',
  });
  expect([response.status, response.headers.get('x-one')]).toEqual([202, '1']);
  expect(await response.json()).toEqual([
    'POST',
    'instances/a%20b',
    [
      ['x', '1'],
      ['y', 'ü'],
    ],
    't',
    'grüße',
    url,
  ]);
});

test('the signal is aborted when the client disconnects', async () => {
  let aborted: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (aborted = resolve));
  let begun: () => void = () => undefined;
  const under = new Promise<void>((resolve) => (begun = resolve));
  const url = await serve(async ({ signal }) => {
    signal.addEventListener('abort', aborted);
    begun();
    await gone;
    return { status: 200 };
  });
  const sent = request(`${url}/durabletask/instances`, { agent: false }).on('error', () => undefined);
  sent.end();
  await under;
  sent.destroy();
  await gone;
});

test('a failing extension is a 500 and does not end the server', async () => {
  const url = await serve(() => Promise.reject(new Error('bang')));
  for (let i = 0; i < 2; i++) expect((await fetch(`${url}/durabletask/x`)).status).toBe(500);
});

test.each([
  ['a web page’s request', '/durabletask/x', { Origin: 'https://evil.test' }, 403],
  ['another name for this machine', '/durabletask/x', { Host: 'evil.test:80' }, 403],
  ['another path', '/other', {}, 404],
])('%s is refused', async (_name, path, headers, status) => {
  const url = await serve(() => Promise.resolve({ status: 200 }));
  const sent = request(`${url}${path}`, { headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(status);
});
