import { app, type HttpRequest, type InvocationContext, output } from '@azure/functions';
import * as df from 'durable-functions';
import { note } from '../../support/fixture-notes.js';

/** An app with one function per behavior that the HTTP conformance tests check. */

if (process.env.STREAM !== undefined) app.setup({ enableHttpStream: true });

app.hook.appStart((context) => {
  console.error(`appStart ${Object.keys(context.hookData).length}`);
});
app.hook.appTerminate(() => {
  console.error('appTerminate');
});

app.http('echo', {
  route: 'echo/{id?}',
  methods: ['GET', 'POST', 'PUT', 'HEAD'],
  handler: async (request, context) => ({
    headers: { 'X-Function': context.functionName },
    jsonBody: {
      method: request.method,
      url: request.url,
      header: request.headers.get('x-test'),
      query: [...request.query],
      params: request.params,
      body: await request.text(),
      trace: context.traceContext?.traceParent,
      metadata: context.triggerMetadata ?? null,
    },
  }),
});

app.http('bytes', {
  methods: ['POST'],
  handler: async (request) => ({ body: new Uint8Array(await request.arrayBuffer()) }),
});

app.http('answer', {
  route: 'answer/{status:int}',
  handler: (request) => ({ status: Number(request.params.status), body: 'text' }),
});

app.http('decorated', {
  handler: () => ({
    headers: { 'Content-Length': '1', 'Transfer-Encoding': 'chunked', 'X-Twice': 'a, b' },
    body: 'decorated',
    cookies: [
      { name: 'one', value: 'a b', path: '/', httpOnly: true, maxAge: 5, sameSite: 'Strict' },
      { name: 'two', value: '2' },
    ],
  }),
});

app.http('nothing', { handler: () => undefined as never });
app.http('boom', { handler: () => Promise.reject(new Error('bang: a secret detail')) });
app.http('text', { handler: () => 'not an object' as never });
app.http('badCookie', { handler: () => ({ cookies: [{ name: 'a b', value: '' }] }) });

// Alphabetical order decides between these two, not the literal and not the order here.
app.http('zeta', { route: 'items/list', handler: () => ({ body: 'zeta' }) });
app.http('alpha', { route: 'items/{id}', handler: () => ({ body: 'alpha' }) });

app.http('forFunction', { route: 'levels/function', authLevel: 'function', handler: () => ({ body: 'in' }) });
app.http('forAdmin', { route: 'levels/admin', authLevel: 'admin', handler: () => ({ body: 'in' }) });
app.http('off', { handler: () => ({ body: 'on' }) });

app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName === 'hooked') {
    context.hookData.seen = context.inputs.length;
    const handler = context.functionHandler;
    context.functionHandler = async (...inputs) => ({
      inner: (await handler(...inputs)) as unknown,
      seen: Number(context.hookData.seen),
    });
  }
  if (context.invocationContext.functionName === 'stopped') throw new Error('no entry');
});
app.hook.postInvocation((context) => {
  const { functionName } = context.invocationContext;
  if (functionName === 'hooked') context.result = { jsonBody: { wrapped: context.result, data: context.hookData } };
  if (functionName === 'swallowed') {
    context.result = { body: String(context.error) };
    context.error = null;
  }
});
app.http('hooked', { handler: () => ({ body: 'inner' }) });
app.http('stopped', { handler: () => ({ body: 'entered' }) });
app.http('swallowed', { handler: () => Promise.reject(new Error('swallow me')) });

app.hook.log((context) => {
  if (context.category === 'user') context.message = context.message.replace('secret', '***');
});
app.http('talk', {
  handler: (_request, context) => {
    context.log('the secret is out');
    context.warn('first line\nsecond line \u001b[31mred');
    return { body: context.invocationId };
  },
});

app.http('crash', {
  handler: () => {
    setTimeout(() => {
      throw new Error('thrown in a callback');
    }, 0);
    void Promise.reject(new Error('rejected and left alone'));
    return { status: 202 };
  },
});

const held: (() => void)[] = [];
app.http('hold', {
  handler: async (_request, context) => {
    await new Promise<void>((resolve) => {
      held.push(resolve);
      note(context, `held ${held.length}`);
    });
    return { body: 'released' };
  },
});
// Responds only after the host has received the signal to stop.
app.http('lastCall', {
  handler: async (_request, context) => {
    context.log('waiting for the end');
    await new Promise<void>((resolve) => process.once('SIGTERM', () => setTimeout(resolve, 50)));
    return { body: 'served' };
  },
});

app.http('client', {
  extraInputs: [df.input.durableClient()],
  handler: async (_request: HttpRequest, context: InvocationContext) => {
    const client = df.getClient(context);
    return { jsonBody: { hub: client.taskHubName, statuses: await client.getStatusAll() } };
  },
});

app.timer('tick', {
  schedule: '%TICK%',
  useMonitor: false,
  handler: (timer, context) => note(context, `ticked ${String(timer.isPastDue)}`),
});

app.storageQueue('queued', {
  queueName: 'q',
  connection: 'C',
  extraOutputs: [output.storageQueue({ queueName: 'out', connection: 'C' })],
  handler: (message, context) => {
    note(context, `message ${JSON.stringify(message)}`);
    if (message === 'release') for (const resolve of held.splice(0)) resolve();
  },
});

app.http('1nvalid', { handler: () => ({ body: 'never' }) });
app.http('reserved', { route: 'admin/mine', handler: () => ({ body: 'never' }) });
app.http('twin', { route: 'ECHO/{id?}', methods: ['PUT'], handler: () => ({ body: 'never' }) });
