import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors } from '../../../src/platform/errors.js';
import {
  BodySourceError,
  createHttpConnection,
  TimeoutError,
  type BodySource,
} from '../../../src/platform/http-connection.js';

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

describe('a body from a source', () => {
  const MB = 1_000_000;

  /** A source of parts, which counts how often it was opened and how many of its streams are not closed. */
  function sourceOf(bytes: number, parts: () => Iterable<Buffer> | AsyncIterable<Buffer>) {
    const source = {
      bytes,
      opened: 0,
      unclosed: 0,
      open: () => {
        source.opened++;
        source.unclosed++;
        return Promise.resolve(Readable.from(parts()).once('close', () => source.unclosed--));
      },
    };
    return source satisfies BodySource;
  }
  function* partsOf(bytes: number, onPart: (sent: number) => void = () => undefined) {
    for (let sent = 0; sent < bytes; sent += MB / 10) {
      onPart(sent);
      yield Buffer.alloc(MB / 10, 'x');
    }
  }
  const words = () => ['he', 'll', 'o'].map((word) => Buffer.from(word));
  const closed = async (source: ReturnType<typeof sourceOf>) => {
    while (source.unclosed > 0) await sleep(1);
  };

  test('is sent part by part with its length', async () => {
    const headers: unknown[] = [];
    serve = (request, response) => {
      headers.push(request.headers['content-length'], request.headers['transfer-encoding']);
      request.pipe(response);
    };
    expect(await (await post({ body: sourceOf(5, words) })).text()).toBe('hello');
    expect(await (await post({ body: sourceOf(0, () => []) })).text()).toBe('');
    expect(headers).toEqual(['5', undefined, '0', undefined]);
  });

  test('is opened again when its request is sent again', async () => {
    let requests = 0;
    serve = (request, response) => {
      if (++requests === 2) request.socket.destroy();
      else echo(request, response);
    };
    const source = sourceOf(5, words);
    for (let sent = 0; sent < 2; sent++) {
      expect(await (await post({ body: source })).text()).toBe('hello');
      await isKept();
    }
    expect([requests, source.opened]).toEqual([3, 3]);
    await closed(source);
  });

  test('waits for a receiver that is slow', async () => {
    let [received, inFlight] = [0, 0];
    const count = async (request: http.IncomingMessage) => {
      for await (const part of request) {
        received += (part as Buffer).length;
        await isKept(); // a turn for each part
      }
    };
    serve = (request, response) => void count(request).then(() => response.end('ok'));
    const onPart = (sent: number) => {
      inFlight = Math.max(inFlight, sent - received);
    };
    const source = sourceOf(100 * MB, () => partsOf(100 * MB, onPart));
    expect(await (await post({ body: source })).text()).toBe('ok');
    expect([received, inFlight < 20 * MB]).toEqual([100 * MB, true]);
  });

  test('may be answered before it is sent, and is not read to its end then', async () => {
    serve = (_, response) => void response.writeHead(413).end('too large');
    const source = sourceOf(1_000 * MB, () => partsOf(1_000 * MB));
    const response = await post({ body: source });
    expect([response.status, await response.text()]).toEqual([413, 'too large']);
    await closed(source);
  });

  test('may fail: the error is that of the source', async () => {
    serve = echo;
    const away = commonErrors.ServiceUnavailable('away');
    const closes = new Error('closed');
    const failing = (error: Error) =>
      sourceOf(10, function* () {
        yield Buffer.from('hello');
        throw error;
      });
    await expect(post({ body: failing(away) })).rejects.toMatchObject({ cause: away });
    const brokenOff = post({ body: failing(closes) });
    await expect(brokenOff).rejects.toBeInstanceOf(BodySourceError);
    await expect(brokenOff).rejects.toMatchObject({ cause: { data: { code: 'ServiceUnavailable' }, cause: closes } });
    const absent = { bytes: 1, open: () => Promise.reject(closes) };
    await expect(post({ body: absent })).rejects.toMatchObject({ name: 'BodySourceError', cause: closes });
  });

  test('a connection that breaks is no error of the source', async () => {
    serve = (request) => void request.once('data', () => request.socket.destroy());
    const source = sourceOf(100 * MB, () => partsOf(100 * MB));
    const broken = post({ body: source });
    await expect(broken).rejects.toThrow();
    await expect(broken).rejects.not.toBeInstanceOf(BodySourceError);
    await closed(source);
  });

  test('has as much time as it needs, while it advances', async () => {
    serve = echo;
    const slow = sourceOf(5, async function* () {
      for (const part of words()) {
        yield part;
        await sleep(60);
      }
    });
    expect(await (await post({ body: slow, idleTimeoutMs: 150 })).text()).toBe('hello');
  });

  test('ends when it does not advance, and tells whose fault it is', async () => {
    serve = () => undefined;
    const endless = sourceOf(100 * MB, () => partsOf(100 * MB));
    await expect(post({ body: endless, idleTimeoutMs: 50 })).rejects.toBeInstanceOf(TimeoutError);
    const silent = sourceOf(5, async function* () {
      yield Buffer.from('he');
      await new Promise(() => undefined);
    });
    await expect(post({ body: silent, idleTimeoutMs: 50 })).rejects.toBeInstanceOf(BodySourceError);
    const unanswered = sourceOf(5, words);
    await expect(post({ body: unanswered, idleTimeoutMs: 50 })).rejects.toBeInstanceOf(TimeoutError);
    const stop = AbortSignal.timeout(50);
    await expect(post({ body: endless, signal: stop })).rejects.toThrow('aborted due to timeout');
    await closed(endless);
  });
});
