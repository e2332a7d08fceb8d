import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createHttpConnection, TimeoutError } from '../../../src/platform/http-connection.js';

let server: http.Server;
let serve: http.RequestListener;
let connections = 0;
beforeEach(async () => {
  connections = 0;
  server = http.createServer((request, response) => serve(request, response)).on('connection', () => connections++);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const send = createHttpConnection();
const port = () => (server.address() as AddressInfo).port;
const post = (more: Partial<Parameters<typeof send>[0]> = {}) =>
  send({ method: 'POST', url: new URL(`http://127.0.0.1:${port()}/`), headers: {}, body: 'hello', ...more });
/** A connection can be used again a turn of the event loop after its response has ended. */
const isKept = () => new Promise((resolve) => setImmediate(resolve));
const echo: http.RequestListener = (request, response) => void request.pipe(response);

test('a request is sent whole, and its response is text', async () => {
  serve = echo;
  let sent = 0;
  const response = await post({ onSent: () => sent++ });
  expect([response.status, await response.text(), sent]).toEqual([200, 'hello', 1]);
});

test('a response is a stream that waits for its reader', async () => {
  const total = 50_000_000;
  let written = 0;
  serve = (_, response) => {
    const source = new Readable({
      read(size) {
        const bytes = Math.min(size, total - written);
        written += bytes;
        this.push(bytes > 0 ? Buffer.alloc(bytes) : null);
      },
    });
    source.pipe(response);
  };
  const stream = (await post()).stream();
  let bytes = 0;
  for await (const chunk of stream) {
    if (bytes === 0) expect(written).toBeLessThan(total);
    bytes += (chunk as Buffer).length;
  }
  expect(bytes).toBe(total);
});

test.each(['at once', 'later'])('a response that breaks off fails the stream, %s', async (when) => {
  serve = (_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    if (when === 'at once') setImmediate(() => response.destroy());
    else setTimeout(() => response.destroy(), 50);
  };
  const stream = (await post()).stream();
  const read = async () => {
    for await (const part of stream) expect(part).toEqual(Buffer.from('half'));
  };
  await expect(read()).rejects.toThrow();
  expect(stream.errored).toBeInstanceOf(Error);
});

test('a stream that is destroyed closes the connection', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  serve = (_, response) => {
    response.once('close', resolve).write('half');
  };
  (await post()).stream().destroy();
  await promise;
});

test('discarding a short body keeps the connection, discarding a long one closes it', async () => {
  serve = echo;
  for (let request = 0; request < 5; request++) {
    (await post()).discard(5);
    await isKept();
  }
  expect(connections).toBeLessThan(5);
  const { promise: closed, resolve } = Promise.withResolvers<unknown>();
  serve = (_, response) => {
    response.once('close', resolve).write('longer');
  };
  (await post()).discard(5);
  await closed;
});

test.each(['the headers', 'the body'])(
  'a request ends with its signal, or in time, while it waits for %s',
  async (what) => {
    serve = (_, response) => {
      if (what === 'the body') response.write('half');
    };
    const read = async (more: Parameters<typeof post>[0]) => (await post(more)).text();
    const stop = new AbortController();
    const stopped = read({ signal: stop.signal });
    const late = read({ timeoutMs: 20 });
    await expect(late).rejects.toBeInstanceOf(TimeoutError);
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await expect(read({ signal: stop.signal })).rejects.toThrow('enough');
  },
);

test('a request on a kept connection that was closed is sent again, one on a new connection is not', async () => {
  let requests = 0;
  serve = (request, response) => {
    if (++requests === 2) request.socket.destroy();
    else echo(request, response);
  };
  await (await post()).text();
  await isKept();
  expect(await (await post()).text()).toBe('hello');
  expect(requests).toBe(3);
  serve = (request) => void request.socket.destroy();
  await isKept();
  await expect(post({ url: new URL(`http://localhost:${port()}/`) })).rejects.toThrow();
});
