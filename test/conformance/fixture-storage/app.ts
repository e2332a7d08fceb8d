import { app, type FunctionInput, type FunctionOutput, input, type InvocationContext, output } from '@azure/functions';
import * as df from 'durable-functions';
import { note } from '../../support/fixture-notes.js';

/** An app that reads and writes storage through its bindings only. */

const connection = 'Store';
const queueOut = (queueName: string) => output.storageQueue({ queueName, connection });
const blobIn = (path: string, more: object = {}) => input.storageBlob({ path, connection, ...more });
const blobOut = (path: string) => output.storageBlob({ path, connection });

/** An HTTP function that writes its body to one output. */
function writer(name: string, binding: FunctionOutput, route = name): void {
  app.http(name, {
    route,
    methods: ['POST'],
    extraOutputs: [binding],
    handler: async (request, context) => {
      const text = await request.text();
      context.extraOutputs.set(binding, text.startsWith('text:') ? text.slice(5) : JSON.parse(text));
      return { status: 202 };
    },
  });
}

/** An HTTP function that responds with one input. */
function reader(name: string, binding: FunctionInput, route = name): void {
  app.http(name, {
    route,
    methods: ['GET', 'POST'],
    extraInputs: [binding],
    handler: (_request, context) => ({ jsonBody: { value: context.extraInputs.get(binding) ?? null } }),
  });
}

writer('send', queueOut('work'));
app.storageQueue('echo', {
  queueName: '%WORK_QUEUE%',
  connection,
  return: queueOut('seen'),
  handler: (message, context) => ({ message, metadata: context.triggerMetadata }),
});

app.http('returnsToQueue', { return: queueOut('returned'), handler: () => ['one', { two: 2 }, 3] as never });

app.storageQueue('failing', {
  queueName: 'failing',
  connection,
  handler: (message, context) => {
    note(context, `delivery ${String(context.triggerMetadata?.dequeueCount)} of ${String(message)}`);
    throw new Error('it fails each time');
  },
});

/** Fails once and then succeeds. */
app.storageQueue('second', {
  queueName: 'second',
  connection,
  return: queueOut('second-done'),
  ...{ retry: { strategy: 'fixedDelay', maxRetryCount: 9, delayInterval: 1 } }, // the types do not allow it, JavaScript does
  handler: (_message, context) => {
    const delivery = Number(context.triggerMetadata?.dequeueCount);
    if (delivery === 1) throw new Error('not yet');
    return { delivery };
  },
});

const held: (() => void)[] = [];
app.storageQueue('slow', {
  queueName: 'slow',
  connection,
  return: queueOut('slow-done'),
  handler: async (message, context) => {
    const { id, popReceipt, dequeueCount } = context.triggerMetadata ?? {};
    const done = new Promise<void>((resolve) => held.push(resolve));
    context.log(`holding ${JSON.stringify({ message, id, popReceipt, dequeueCount })}`);
    process.once('SIGTERM', () => setTimeout(() => message === 'ends' && held.forEach((release) => release()), 50));
    await done;
    return `done ${String(message)} ${String(dequeueCount)}`;
  },
});
app.http('release', {
  handler: () => {
    const count = held.length;
    for (const release of held.splice(0)) release();
    return { jsonBody: count };
  },
});

const copied = blobIn('texts/{queueTrigger}.txt');
app.storageQueue('copy', {
  queueName: 'copy',
  connection,
  extraInputs: [copied],
  return: blobOut('%COPIES%/{queueTrigger}-{dequeueCount}.txt'),
  handler: (_name, context) => context.extraInputs.get(copied),
});
app.storageQueue('byMember', {
  queueName: 'by-member',
  connection,
  return: blobOut('orders/{order.id}/{kind}.json'),
  handler: (message) => message,
});

reader('text', blobIn('texts/{name}.txt'), 'text/{name}');
reader('byBody', blobIn('texts/{file}.txt'));
app.http('bytes', {
  route: 'bytes/{name}',
  extraInputs: [blobIn('texts/{name}', { name: 'theBytes', dataType: 'binary' })],
  handler: (_request, context) => {
    const bytes = context.extraInputs.get('theBytes');
    return { body: Buffer.isBuffer(bytes) ? bytes.toString('hex') : 'not there' };
  },
});
writer('write', blobOut('written/{query.folder}/{name}'), 'write/{name}');
writer('dated', blobOut('dated/{name}/{datetime:yyyy-MM}/{rand-guid}'), 'dated/{name}');
writer('nowhere', blobOut('written/{nothing}'));

reader(
  'row',
  input.table({ connection, tableName: 'people', partitionKey: '{team}', rowKey: '{id}' }),
  'row/{team}/{id}',
);
reader(
  'rows',
  input.table({ connection, tableName: 'people', partitionKey: '{team}', filter: "age ge {age} and name ne '{not}'" }),
  'rows/{team}/{age}',
);
reader('firstTwo', input.table({ connection, tableName: 'people', take: 2 }));
reader('noTable', input.table({ connection, tableName: 'nobody' }));
writer('people', output.table({ connection, tableName: 'people', partitionKey: '{team}' }), 'people/{team}');

const fromActivity = queueOut('from-activity');
df.app.activity('report', {
  extraOutputs: [fromActivity],
  handler: (what: string, context: InvocationContext) => {
    context.extraOutputs.set(fromActivity, `reported ${what}`);
    return what.length;
  },
});
df.app.orchestration('reporting', function* (context) {
  return (yield context.df.callActivity('report', context.df.getInput())) as number;
});
app.http('orchestrate', {
  extraInputs: [df.input.durableClient()],
  handler: async (_request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew('reporting', { input: 'abc' });
    const { output: result } = await client
      .waitForCompletionOrCreateCheckStatusResponse(new Request('http://localhost') as never, id, {
        timeoutInMilliseconds: 30_000,
      })
      .then(() => client.getStatus(id));
    return { jsonBody: result };
  },
});

app.storageQueue('unconnected', { queueName: 'any', connection: 'Missing', handler: () => undefined });
app.storageQueue('misnamed', { queueName: 'No_Queue', connection, handler: () => undefined });
writer('unwritable', output.storageBlob({ path: 'a/b', connection: 'Missing' }));
