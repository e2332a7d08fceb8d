import { once } from 'node:events';
import { Readable } from 'node:stream';
import { app, type HttpRequest, type InvocationContext } from '@azure/functions';

/** An app with one function per behaviour of streams that the conformance tests look at. */

app.setup({ enableHttpStream: true });

const never = new Promise<never>(() => undefined);
const bytesOf = (request: HttpRequest) => (request.body ?? []) as AsyncIterable<Uint8Array>;

app.http('mirror', { methods: ['POST'], handler: (request) => ({ body: request.body }) });

app.http('count', {
  methods: ['POST'],
  handler: async (request, context) => {
    let bytes = 0;
    for await (const chunk of bytesOf(request)) {
      if (bytes === 0) context.log('the first piece is here');
      bytes += chunk.length;
    }
    return { jsonBody: { bytes } };
  },
});

app.http('early', { methods: ['POST'], handler: () => ({ body: 'answered unread' }) });

app.http('abandon', {
  methods: ['POST'],
  handler: async (request) => {
    for await (const chunk of bytesOf(request))
      return { body: `had enough after ${chunk.length > 0 ? 'some' : 'none'}` };
    return { status: 400 };
  },
});

app.http('waitForBody', {
  methods: ['POST'],
  handler: async (request, context) => {
    context.log('waiting for the rest');
    try {
      return { body: await request.text() };
    } catch (error) {
      context.log(`the reader ended: ${(error as Error).name}`);
      throw error;
    }
  },
});

let release: () => void;
const released = new Promise<void>((resolve) => (release = resolve));
app.http('patient', {
  methods: ['POST'],
  handler: async (request, context) => {
    context.log('not reading yet');
    await released;
    return { jsonBody: { bytes: (await request.arrayBuffer()).byteLength } };
  },
});
app.http('release', {
  handler: () => {
    release();
    return { status: 202 };
  },
});

/** As much as the client takes, and what became of it. */
const flood = { pieces: 0, cancelled: 0 };
app.http('flood', {
  methods: ['GET', 'HEAD'],
  handler: () => ({
    body: new ReadableStream({
      pull: (controller) => {
        flood.pieces++;
        controller.enqueue(new Uint8Array(65_536));
      },
      cancel: () => {
        flood.cancelled++;
      },
    }),
  }),
});
app.http('flooded', { handler: () => ({ jsonBody: flood }) });

/** Streams that say one thing and then nothing more, of each kind that a body may be. */
const silent: Record<string, (context: InvocationContext) => ReadableStream | Readable> = {
  web: (context) =>
    new ReadableStream({
      start: (controller) => controller.enqueue('one'),
      cancel: () => context.log('the web stream is cancelled'),
    }),
  node: (context) => {
    const stream = new Readable({ read: () => undefined });
    stream.push('one');
    stream.once('close', () => context.log('the node stream is cancelled'));
    return stream;
  },
  events: (context) =>
    new ReadableStream({
      start: (controller) => controller.enqueue('data: one\n\n'),
      cancel: () => context.log('the events stream is cancelled'),
    }),
};
app.http('silent', {
  route: 'silent/{kind}',
  handler: ({ params: { kind = '' } }, context) => ({
    headers: { 'Content-Type': kind === 'events' ? 'text/event-stream' : 'text/plain' },
    body: silent[kind]?.(context),
  }),
});

app.http('badCancel', {
  handler: () => ({
    body: new ReadableStream({
      start: (controller) => controller.enqueue('one'),
      cancel: () => Promise.reject(new Error('cannot be cancelled')),
    }),
  }),
});

app.http('midway', {
  handler: () => ({
    body: Readable.from(
      (async function* () {
        yield 'half of it';
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error('the other half is lost');
      })(),
    ),
  }),
});

app.http('sized', {
  route: 'sized/{length:int}',
  methods: ['GET', 'HEAD'],
  handler: ({ params }) => ({
    headers: { 'Content-Length': params.length ?? '' },
    body: Readable.from([Buffer.from('12345')]),
  }),
});

app.http('untilTheEnd', {
  handler: () => ({
    body: Readable.from(
      (async function* () {
        yield 'first, ';
        await once(process, 'SIGTERM');
        yield 'last';
      })(),
    ),
  }),
});

app.http('never', { handler: () => never });

app.generic('noOutput', {
  trigger: { type: 'httpTrigger', name: 'req', authLevel: 'anonymous', methods: ['GET'] },
  handler: () => ({ status: 418 }),
});

app.http('context', {
  handler: (request, context) => ({
    jsonBody: { id: context.invocationId, forwarded: request.headers.get('x-forwarded-host') },
  }),
});
