import { Readable } from 'node:stream';
import { app, type HttpHandler, type HttpResponseInit, output } from '@azure/functions';
import '../../support/fixture-notes.js';

/**
 * An app whose functions tell what they get of a request, and return what the request says. With the setting STREAM it
 * is in stream mode.
 */

if (process.env.STREAM !== undefined) app.setup({ enableHttpStream: true });

const echo: HttpHandler = async (request, context) => ({
  jsonBody: {
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    query: [...request.query],
    params: request.params,
    body: await request.text(),
    trace: context.traceContext,
  },
});

app.http('echo', { route: 'echo/{id?}', methods: ['GET', 'POST'], handler: echo });
app.http('rest', { route: 'rest/{*rest}', handler: echo });
app.http('typed', { route: 'typed/{Id:int}', handler: echo });
app.http('named', { route: 'named/{headers}', handler: echo });

app.http('respond', {
  methods: ['GET', 'HEAD'],
  handler: ({ query }) => JSON.parse(query.get('with') ?? '{}') as HttpResponseInit,
});

/** Values of a handler whose return binding is a queue. */
const values: Record<string, unknown> = {
  text: 'hello',
  object: { a: 1, body: 'not a response' },
  number: 5,
  nothing: undefined,
};
const returned = output.storageQueue({ queueName: 'returned', connection: 'Store' });
for (const [name, value] of Object.entries(values)) {
  app.http(`return-${name}`, { return: returned, handler: () => value as never });
}

/** A queue whose name is a parameter: an invalid name fails the output after the function has returned. */
const named = output.storageQueue({ queueName: '{queue}', connection: 'Store' });
const bodies: Record<string, () => HttpResponseInit> = {
  empty: () => ({ status: 202 }),
  whole: () => ({ body: 'whole' }),
  streamed: () => ({
    body: Readable.from(
      (async function* () {
        yield 'one, ';
        await new Promise((resolve) => setImmediate(resolve));
        yield 'two';
      })(),
    ),
  }),
};
for (const [name, respond] of Object.entries(bodies)) {
  app.http(`output-${name}`, {
    extraOutputs: [named],
    handler: (_request, context) => {
      context.extraOutputs.set(named, 'a message');
      return respond();
    },
  });
}

app.http('throws', { handler: () => Promise.reject(new Error('a secret detail')) });
app.http('returns-nothing', { handler: () => undefined as never });
app.http('off', { authLevel: 'function', handler: () => ({ body: 'on' }) });
