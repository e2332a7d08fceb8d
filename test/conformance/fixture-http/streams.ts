import { once } from 'node:events';
import { Readable } from 'node:stream';
import { app, type HttpRequest } from '@azure/functions';
import { note } from '../../support/fixture-notes.js';

/**
 * One function per behavior of streams that the conformance tests check; they need the setting STREAM (app.ts). `as` in
 * the query is the name of a test's run.
 */

const nameOf = ({ query }: HttpRequest) => query.get('as') ?? '';

const never = new Promise<never>(() => undefined);
const bytesOf = (request: HttpRequest) => (request.body ?? []) as AsyncIterable<Uint8Array>;

app.http('mirror', { methods: ['POST'], handler: (request) => ({ body: request.body }) });

app.http('count', {
  methods: ['POST'],
  handler: async (request, context) => {
    let bytes = 0;
    for await (const chunk of bytesOf(request)) {
      if (bytes === 0) note(context, `the first piece of ${nameOf(request)} is here`);
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
    note(context, `${nameOf(request)} waits for the rest`);
    try {
      return { body: await request.text() };
    } catch (error) {
      note(context, `the reader of ${nameOf(request)} ended: ${(error as Error).name}`);
      throw error;
    }
  },
});

const releases = new Map<string, () => void>();
app.http('patient', {
  methods: ['POST'],
  handler: async (request, context) => {
    const released = new Promise<void>((resolve) => releases.set(nameOf(request), resolve));
    note(context, `${nameOf(request)} is not reading yet`);
    await released;
    return { jsonBody: { bytes: (await request.arrayBuffer()).byteLength } };
  },
});
app.http('release', {
  handler: (request) => {
    releases.get(nameOf(request))?.();
    return { status: 202 };
  },
});

/** Writes as much as the client reads, and notes how the stream ended. */
interface Flood {
  pieces: number;
  cancelled: number;
}
const floods = new Map<string, Flood>();
app.http('flood', {
  methods: ['GET', 'HEAD'],
  handler: (request) => {
    const flood: Flood = { pieces: 0, cancelled: 0 };
    floods.set(nameOf(request), flood);
    return {
      body: new ReadableStream({
        pull: (controller) => {
          flood.pieces++;
          controller.enqueue(new Uint8Array(65_536));
        },
        cancel: () => {
          flood.cancelled++;
        },
      }),
    };
  },
});
app.http('flooded', { handler: (request) => ({ jsonBody: floods.get(nameOf(request)) ?? null }) });

/** Streams of each kind that send one chunk and then stay idle. */
const silent: Record<string, (cancelled: () => void) => ReadableStream | Readable> = {
  web: (cancelled) => new ReadableStream({ start: (controller) => controller.enqueue('one'), cancel: cancelled }),
  node: (cancelled) => {
    const stream = new Readable({ read: () => undefined });
    stream.push('one');
    stream.once('close', cancelled);
    return stream;
  },
  events: (cancelled) =>
    new ReadableStream({ start: (controller) => controller.enqueue('data: one\n\n'), cancel: cancelled }),
};
app.http('silent', {
  route: 'silent/{kind}',
  handler: (request, context) => {
    const { kind = '' } = request.params;
    const cancelled = () => note(context, `the ${kind} stream ${nameOf(request)} is cancelled`);
    return {
      headers: { 'Content-Type': kind === 'events' ? 'text/event-stream' : 'text/plain' },
      body: silent[kind]?.(cancelled),
    };
  },
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
