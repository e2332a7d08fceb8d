import { type LookupAddress } from 'node:dns';
import fs from 'node:fs';
import { createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import vm from 'node:vm';
import { Webhook } from 'standardwebhooks';
import { ROOT } from '../../../dev/plan.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { type BodySource } from '../../../src/platform/http-connection.js';
import { newWebhookSecret } from '../../../src/platform/webhook-secret.js';
import { attemptWebhook, createWebhookSender, type Delivery } from '../../../src/webhooks/sender.js';
import { startFakeService, type Answer, type FakeService } from '../../support/fake-service.js';
import { arrayBuffersInUse } from '../../support/memory.js';
import { listen } from '../../support/scripted-server.js';

const receivers: Pick<FakeService, 'close'>[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function startReceiver(...answers: Answer[]): Promise<FakeService> {
  const receiver = await startFakeService(answers);
  receivers.push(receiver);
  return receiver;
}

const query = 'requestID=6f1c0b3e-0000-4000-8000-000000000001&statusCode=200';
const delivery = (url: string, more: Partial<Delivery> = {}): Delivery => ({
  url,
  id: '6f1c0b3e-0000-4000-8000-000000000001',
  query,
  body: Buffer.from('{"plate":"ABC"}'),
  contentType: 'application/json; charset=utf-8',
  ...more,
});
const sender = createWebhookSender({ allowPrivate: true });
const failed = (message: string) => ({
  message: `The webhook ${message}.`,
  data: { code: 'WebhookFailed', retryable: true },
});
const refused = (message: string) => ({
  message: `The webhook ${message}.`,
  data: { code: 'WebhookRefused', retryable: false },
});
const notPublic = refused('must be at a public address');

test('the receiver gets the body byte for byte with its content type, and no signature without a secret', async () => {
  const receiver = await startReceiver({ status: 204 });
  await sender.send(delivery(`${receiver.url}/hook`), { traceParent: '00-a-b-01' });
  expect(receiver.requests).toEqual([`POST /hook?${query}`]);
  expect(receiver.bodies).toEqual(['{"plate":"ABC"}']);
  expect(receiver.headers[0]).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-length': '15',
    traceparent: '00-a-b-01',
  });
  expect(receiver.headers[0]).not.toHaveProperty('webhook-signature');
});

test.each([
  ['/hook', `/hook?${query}`],
  ['/hook?', `/hook?${query}`],
  ['/hook?a=1&a=2', `/hook?a=1&a=2&${query}`],
  ['/hook?a=%20+b&c&d=%C3%A9&e=~', `/hook?a=%20+b&c&d=%C3%A9&e=~&${query}`],
  ['/hook?requestID=mine', `/hook?requestID=mine&${query}`],
  ['/hook?a=1#part', `/hook?a=1&${query}`],
  ['', `/?${query}`],
])('of %s the query stays as it is', async (at, expected) => {
  const receiver = await startReceiver({});
  await sender.send(delivery(receiver.url + at), {});
  expect(receiver.requests).toEqual([`POST ${expected}`]);
});

/** The sample of docs/webhooks.md. */
function documentedCheck(): (secret: string, headers: IncomingHttpHeaders, body: Buffer) => boolean {
  const text = fs.readFileSync(path.join(ROOT, 'docs/webhooks.md'), 'utf8');
  const code = /```js\n([^]*?)```/.exec(text)?.[1] ?? '';
  const load = vm.runInThisContext(`(require) => {${code}; return isGenuine; }`) as (
    load: NodeJS.Require,
  ) => ReturnType<typeof documentedCheck>;
  return load(require);
}

describe('with a secret', () => {
  test('the check in the documentation accepts genuine webhooks, also with a body that is no text', async () => {
    const isGenuine = documentedCheck();
    const receiver = await startReceiver({});
    const secret = newWebhookSecret();
    const body = Buffer.from([0xff, 0x00, 0xfe]);
    await sender.send(delivery(receiver.url, { secrets: [secret], body }), {});
    const headers = receiver.headers[0] ?? {};
    expect(isGenuine(secret, headers, body)).toBe(true);
    expect(isGenuine(secret, headers, Buffer.from([0xff, 0x00, 0xff]))).toBe(false);
    expect(isGenuine(newWebhookSecret(), headers, body)).toBe(false);
    expect(isGenuine(secret, { ...headers, 'webhook-timestamp': '1795522800' }, body)).toBe(false);
    expect(isGenuine(secret, {}, body)).toBe(false);
  });

  test('the Standard Webhooks library accepts each attempt, under one id', async () => {
    const receiver = await startReceiver({ status: 500 }, {});
    const secret = newWebhookSecret();
    const signed = delivery(receiver.url, { secrets: [secret], body: Buffer.from('{"plate":"ÄÖ 12"}') });
    await expect(sender.send(signed, {})).rejects.toMatchObject(failed('answered 500'));
    await sender.send(signed, {});
    const [first, second] = receiver.headers as Record<string, string>[];
    for (const [index, headers] of [first, second].entries()) {
      const body = receiver.bodies[index] ?? '';
      expect(new Webhook(secret).verify(body, headers ?? {})).toEqual({ plate: 'ÄÖ 12' });
      expect(() => new Webhook(newWebhookSecret()).verify(body, headers ?? {})).toThrow('No matching signature');
      expect(() => new Webhook(secret).verify(`${body} `, headers ?? {})).toThrow('No matching signature');
    }
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
  });

  test('another request has another id', async () => {
    const receiver = await startReceiver({});
    const secret = newWebhookSecret();
    await sender.send(delivery(receiver.url, { secrets: [secret] }), {});
    await sender.send(delivery(receiver.url, { secrets: [secret], id: '6f1c0b3e-0000-4000-8000-000000000002' }), {});
    expect(receiver.headers[0]?.['webhook-id']).not.toBe(receiver.headers[1]?.['webhook-id']);
  });
});

test.each([
  ['400 may pass', { status: 400 }, 'answered 400'],
  ['404 may pass', { status: 404 }, 'answered 404'],
  ['410 may pass', { status: 410 }, 'answered 410'],
  ['503 may pass', { status: 503 }, 'answered 503'],
  ['304 may pass', { status: 304 }, 'answered 304'],
  ['a broken connection may pass', { fault: 'reset' as const }, 'cannot be reached'],
  ['a redirect that would make it a GET (301)', { status: 301, headers: { location: '/b' } }, 'answered 301'],
  ['a redirect that would make it a GET (302)', { status: 302, headers: { location: '/b' } }, 'answered 302'],
  ['a redirect that would make it a GET (303)', { status: 303, headers: { location: '/b' } }, 'answered 303'],
  ['a redirect to nowhere', { status: 307 }, 'answered 307'],
  ['a redirect to what is no URL', { status: 307, headers: { location: 'http://' } }, 'redirects to what is no URL'],
])('%s', async (_name, answer, message) => {
  const receiver = await startReceiver(answer);
  await expect(sender.send(delivery(receiver.url), {})).rejects.toMatchObject(failed(message));
  expect(receiver.requests).toHaveLength(1);
});

test.each([200, 201, 202, 204, 299])('%i is delivered', async (status) => {
  const receiver = await startReceiver({ status });
  await expect(sender.send(delivery(receiver.url), {})).resolves.toBe(status);
});

test('a refused connection is retryable', async () => {
  const receiver = await startFakeService([]);
  await receiver.close();
  await expect(sender.send(delivery(receiver.url), {})).rejects.toMatchObject(failed('cannot be reached'));
});

test('a receiver that never answers times out, and one that is stopped fails immediately', async () => {
  const receiver = await startReceiver({ fault: 'silent' });
  const hasty = createWebhookSender({ allowPrivate: true, timeoutMs: 50 });
  await expect(hasty.send(delivery(receiver.url), {})).rejects.toMatchObject(failed('did not answer in time'));
  const stopped = { signal: AbortSignal.abort() };
  await expect(sender.send(delivery(receiver.url), stopped)).rejects.toMatchObject(failed('was stopped'));
});

test('an answer that never ends is delivered when its status is', async () => {
  const headers = { 'content-length': String(10 ** 12) };
  const receiver = await startReceiver({ headers, body: 'x' });
  await expect(sender.send(delivery(receiver.url), {})).resolves.toBe(200);
});

describe('a connection', () => {
  const SENT = 5;
  /** The next delivery may begin before the connection of the last one is free again. */
  async function deliverSome(receiver: FakeService): Promise<void> {
    for (let sent = 0; sent < SENT; sent++) await sender.send(delivery(receiver.url), {});
  }
  const connections = (receiver: FakeService) => new Set(receiver.ports).size;
  const text = (length: number) => ({ headers: { 'content-length': String(length) }, body: 'x'.repeat(length) });

  test.each([
    ['no body', text(0)],
    ['status 204', { status: 204 }],
    ['a short body', text(4_096)],
  ])('is used again after an answer with %s', async (_name, answer) => {
    const receiver = await startReceiver(answer);
    await deliverSome(receiver);
    expect(connections(receiver)).toBeLessThan(SENT);
  });

  test('is not used again after an answer whose body is slow', async () => {
    const receiver = await startReceiver({ headers: { 'content-length': '1000000' }, body: 'x' });
    await deliverSome(receiver);
    expect(connections(receiver)).toBe(SENT);
  });

  test('that was kept and breaks is replaced, once', async () => {
    const good = Array.from({ length: SENT }, () => ({}));
    const reset = { fault: 'reset' as const };
    const [receiver, broken] = [await startReceiver(...good, reset, {}), await startReceiver(...good, reset)];
    await deliverSome(receiver);
    await sender.send(delivery(receiver.url), {});
    expect(receiver.requests).toHaveLength(SENT + 2);
    await deliverSome(broken);
    await expect(sender.send(delivery(broken.url), {})).rejects.toMatchObject(failed('cannot be reached'));
    expect(broken.requests).toHaveLength(SENT + 2);
  });
});

describe('redirects', () => {
  test.each([307, 308])('%i is followed, three times at most, with method, body and signature', async (status) => {
    const on = (location: string) => ({ status, headers: { location } });
    const secret = newWebhookSecret();
    const target = await startReceiver({});
    const receiver = await startReceiver(on('b?c=d'), on('/e'), on(target.url.replace('http:', '')));
    await sender.send(delivery(`${receiver.url}/a`, { secrets: [secret] }), {});
    expect(receiver.requests).toEqual([`POST /a?${query}`, 'POST /b?c=d', 'POST /e']);
    expect(target.requests).toEqual(['POST /']);
    const [headers] = target.headers as Record<string, string>[];
    expect(new Webhook(secret).verify(target.bodies[0] ?? '', headers ?? {})).toEqual({ plate: 'ABC' });
  });

  test('a fourth is not followed', async () => {
    const receiver = await startReceiver({ status: 307, headers: { location: '/again' } });
    await expect(sender.send(delivery(receiver.url), {})).rejects.toMatchObject(failed('answered 307'));
    expect(receiver.requests).toHaveLength(4);
  });

  test.each(['file:///etc/passwd', 'http://user:secret@127.0.0.1/', 'gopher://127.0.0.1/'])(
    'to %s is refused',
    async (location) => {
      const receiver = await startReceiver({ status: 307, headers: { location } });
      await expect(sender.send(delivery(receiver.url), {})).rejects.toMatchObject({ data: { code: 'WebhookRefused' } });
      expect(receiver.requests).toHaveLength(1);
    },
  );
});

describe('a body from a source', () => {
  const PART = 64 * 1024;
  const PARTS = 3_200; // 200 MiB

  /** A body of parts that are not kept. @param onPart called when a part is asked for, with those before it */
  function partsOf(count: number, onPart: (before: number) => void = () => undefined): BodySource & { opened: number } {
    const source = {
      bytes: count * PART,
      opened: 0,
      open: () => {
        source.opened++;
        const parts = function* () {
          for (let part = 0; part < count; part++) {
            onPart(part);
            yield Buffer.alloc(PART, part);
          }
        };
        return Promise.resolve(Readable.from(parts()));
      },
    };
    return source;
  }

  /** A receiver that does not keep bodies. */
  async function startCounter(answer: (response: ServerResponse) => void, secret = newWebhookSecret()) {
    const received = { bytes: 0, headers: {} as IncomingHttpHeaders, signature: '' };
    const server = await listen((request, response) => {
      const { 'webhook-id': id, 'webhook-timestamp': at } = request.headers as Record<string, string>;
      const mac = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(`${id}.${at}.`);
      Object.assign(received, { bytes: 0, headers: request.headers });
      request.on('data', (part: Buffer) => {
        received.bytes += part.length;
        mac.update(part);
      });
      request.once('end', () => {
        received.signature = `v1,${mac.digest('base64')}`;
        answer(response);
      });
    });
    receivers.push(server);
    return { received, url: server.url };
  }

  test('of 200 MB is signed and sent within bounded memory', async () => {
    const secret = newWebhookSecret();
    const { received, url } = await startCounter((response) => response.end(), secret);
    const before = arrayBuffersInUse();
    let [growth, inFlight] = [0, 0];
    const body = partsOf(PARTS, (part) => {
      if (part % 100 === 0) growth = Math.max(growth, arrayBuffersInUse() - before);
      if (received.bytes > 0) inFlight = Math.max(inFlight, part * PART - received.bytes);
    });
    await sender.send(delivery(url, { secrets: [secret], body }), {});
    const { bytes, headers, signature } = received;
    expect([bytes, headers['content-length'], body.opened]).toEqual([body.bytes, String(body.bytes), 2]);
    expect(headers['webhook-signature']).toBe(signature);
    // Buffers of the operating system for one connection: at most 32 + 4 MiB by default on large machines.
    expect(inFlight).toBeLessThan(48 * 1024 * 1024);
    expect(growth).toBeLessThan(16 * 1024 * 1024);
  });

  test.each([307, 308])('is opened again for a redirect (%i)', async (status) => {
    const target = await startCounter((response) => response.end());
    const first = await startCounter((response) => response.writeHead(status, { location: target.url }).end());
    const body = partsOf(3);
    await sender.send(delivery(first.url, { body }), {});
    expect([first.received.bytes, target.received.bytes, body.opened]).toEqual([body.bytes, body.bytes, 2]);
  });

  test.each(['with', 'without'])('that fails is not a failure of the receiver, %s a signature', async (signed) => {
    const secrets = signed === 'with' ? [newWebhookSecret()] : undefined;
    const receiver = await startReceiver({});
    const attempt = (body: BodySource) => attemptWebhook(sender, delivery(receiver.url, { secrets, body }), {});
    const away = commonErrors.ServiceUnavailable('away');
    await expect(attempt({ bytes: 1, open: () => Promise.reject(away) })).rejects.toBe(away);
    const brokenOff = () => Promise.resolve(Readable.from(throwing()));
    const throwing = function* () {
      yield Buffer.from('x');
      throw new Error('reset');
    };
    await expect(attempt({ bytes: 2, open: brokenOff })).rejects.toMatchObject({
      data: { code: 'ServiceUnavailable' },
    });
    const silent = () => Promise.resolve(new Readable({ read: () => undefined }));
    const hasty = createWebhookSender({ allowPrivate: true, timeoutMs: 50 });
    const stalled = attemptWebhook(hasty, delivery(receiver.url, { secrets, body: { bytes: 1, open: silent } }), {});
    await expect(stalled).rejects.toMatchObject({ data: { code: 'ServiceUnavailable' } });
  });

  test('has more time than a short one, while it advances', async () => {
    const counter = await startCounter((response) => response.end());
    const hasty = createWebhookSender({ allowPrivate: true, timeoutMs: 100 });
    const slow = { bytes: 300_000, open: () => Promise.resolve(Readable.from(slowly())) };
    const slowly = async function* () {
      for (let part = 0; part < 3; part++) {
        await sleep(60);
        yield Buffer.alloc(100_000);
      }
    };
    await hasty.send(delivery(counter.url, { body: slow }), {});
    expect(counter.received.bytes).toBe(300_000);
  });

  test('that the receiver does not take fails in time', async () => {
    const server = await listen((request) => void request.pause());
    receivers.push(server);
    const hasty = createWebhookSender({ allowPrivate: true, timeoutMs: 100 });
    const attempt = attemptWebhook(hasty, delivery(server.url, { body: partsOf(PARTS) }), {});
    await expect(attempt).resolves.toEqual({ error: 'The webhook did not answer in time.' });
  });
});

/** As in production, but 127.0.0.1 counts as public, because the receivers are there. */
describe('where addresses must be public', () => {
  const isPublic = (address: string) => address === '127.0.0.1';
  const named = (url: string, name: string) => url.replace('127.0.0.1', name);

  /** Gives the answers in turn, the last one repeatedly, and counts. */
  function names(...answers: string[][]) {
    const asked: string[] = [];
    const resolve = (name: string): Promise<LookupAddress[]> => {
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      asked.push(name);
      return Promise.resolve(answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    };
    return { asked, sender: createWebhookSender({ allowPrivate: false, isPublic, resolve }) };
  }

  test('a name is resolved once, and the connection goes to the address that was checked', async () => {
    const receiver = await startReceiver({});
    const dns = names(['127.0.0.1'], ['127.0.0.2']);
    await dns.sender.send(delivery(named(receiver.url, 'hooks.example')), {});
    expect(dns.asked).toEqual(['hooks.example']);
    expect(receiver.headers[0]?.host).toBe(new URL(named(receiver.url, 'hooks.example')).host);
  });

  test('a name whose address has changed is refused, and nothing is sent', async () => {
    const receiver = await startReceiver({});
    const dns = names(['127.0.0.1'], ['127.0.0.2']);
    const there = delivery(named(receiver.url, 'hooks.example'));
    await dns.sender.send(there, {});
    await expect(dns.sender.send(there, {})).rejects.toMatchObject(notPublic);
    expect(receiver.requests).toHaveLength(1);
  });

  test.each([
    ['one private address', ['10.0.0.1']],
    ['a private address beside a public one', ['127.0.0.1', '10.0.0.1']],
    ['an IPv4 inside of an IPv6', ['::ffff:127.0.0.1']],
  ])('a name with %s is refused, over http and https', async (_name, addresses) => {
    const receiver = await startReceiver({});
    const there = named(receiver.url, 'hooks.example');
    await expect(names(addresses).sender.send(delivery(there), {})).rejects.toMatchObject(notPublic);
    const secure = there.replace('http:', 'https:');
    await expect(names(addresses).sender.send(delivery(secure), {})).rejects.toMatchObject(notPublic);
    expect(receiver.requests).toEqual([]);
  });

  test.each([
    'http://127.0.0.2/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706434/',
    'http://0x7f.2/',
    'http://localhost/',
    'http://metadata.example/',
    '//169.254.169.254/latest/meta-data/',
  ])('a redirect to %s is refused', async (location) => {
    const receiver = await startReceiver({ status: 307, headers: { location } });
    await expect(names(['169.254.169.254']).sender.send(delivery(receiver.url), {})).rejects.toMatchObject(notPublic);
    expect(receiver.requests).toHaveLength(1);
  });

  test('a redirect to a good name is followed', async () => {
    const target = await startReceiver({});
    const location = named(target.url, 'hooks.example');
    const receiver = await startReceiver({ status: 308, headers: { location } });
    await names(['127.0.0.1']).sender.send(delivery(receiver.url), {});
    expect(target.requests).toEqual(['POST /']);
  });

  test('a name that cannot be resolved is retryable', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    const lost = createWebhookSender({ allowPrivate: false, resolve });
    await expect(lost.send(delivery('http://hooks.example/'), {})).rejects.toMatchObject(failed('cannot be reached'));
  });
});
