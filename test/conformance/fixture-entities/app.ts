/** Entities and locks: what callers see of errors and inputs, and every way in which the owner of a lock ends. */
/* eslint-disable @typescript-eslint/no-unsafe-assignment -- what the library passes back into a generator is `any` */
import { app, type HttpRequest, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { type EntityContext, type OrchestrationContext, type Task } from 'durable-functions';

const text = (value: unknown) => (value === undefined ? 'undefined' : JSON.stringify(value));
const id = (name: string, key: string) => new df.EntityId(name, key);

// Entities

interface Signal {
  name: string;
  key: string;
  operation: string;
  input?: unknown;
}

const thrown: Record<string, unknown> = {
  throwError: new Error('lost'),
  throwWithMember: Object.assign(new Error('lost'), { code: 7 }),
  throwText: 'kept',
  throwNumber: 5,
  throwNothing: undefined,
};

df.app.entity('Keeper', ({ df: entity }: EntityContext<unknown>) => {
  const { operationName: operation = '' } = entity;
  const input = entity.getInput();
  if (operation in thrown) throw thrown[operation];
  switch (operation) {
    case 'set':
      entity.setState(input);
      return;
    case 'setAndThrow':
      entity.setState(input);
      throw new Error('after the state was set');
    case 'get':
      entity.return(text(entity.getState()));
      return;
    case 'kind':
      entity.return(text(input));
      return;
    case 'signal': {
      const { name, key, operation: sent, input: value } = input as Signal;
      entity.signalEntity(id(name, key), sent, value);
      return;
    }
    case 'delete':
      entity.destructOnExit();
      return;
    default:
  }
});

/** Its batches fail as a whole. */
app.generic('broken', {
  trigger: { type: 'entityTrigger', name: 'trigger' },
  handler: () => {
    throw new Error('the batch fails');
  },
});

// Orchestrators

function orchestrator(name: string, run: (o: OrchestrationContext['df']) => Generator<Task>): void {
  df.app.orchestration(name, function* (context) {
    return (yield* run(context.df)) as unknown;
  });
}

interface Call {
  name: string;
  key: string;
  operation: string;
  input?: unknown;
  signal?: boolean;
}

/** Sends its input's calls and signals one after another, and returns the results, or the messages of the errors. */
orchestrator('calls', function* (o) {
  const results: unknown[] = [];
  for (const { name, key, operation, input, signal } of o.getInput<Call[]>()) {
    try {
      if (signal) o.signalEntity(id(name, key), operation, input);
      else results.push(text(yield o.callEntity(id(name, key), operation, input)));
    } catch (error) {
      results.push(`caught: ${(error as Error).message}`);
    }
  }
  return results;
});

/** Locks entities, then calls some of them, waits for the event `go`, and ends in the given way. */
orchestrator('locks', function* (o) {
  const { keys, calls = [], end } = o.getInput<{ keys: string[]; calls?: string[]; end: string }>();
  if (end === 'over') return 'over';
  const lock: df.DurableLock = yield o.lock(keys.map((key) => id('Keeper', key)));
  for (const key of calls) yield o.callEntity(id('Keeper', key), 'kind', 1);
  o.setCustomStatus('locked');
  yield o.waitForExternalEvent('go');
  if (end === 'release') lock.release();
  if (end === 'throw') throw new Error('inside a lock');
  if (end === 'again') o.continueAsNew({ keys, end: 'over' });
  return end;
});

/** Does not wait for the lock that it asks for. */
orchestrator('leavesLock', function* (o) {
  yield o.Task.any([o.lock(id('Keeper', o.getInput<string>())), o.waitForExternalEvent('go')]);
  return 'left';
});

/** Waits for a lock, and releases it. */
orchestrator('wantsLock', function* (o) {
  const lock: df.DurableLock = yield o.lock(o.getInput<string[]>().map((key) => id('Keeper', key)));
  lock.release();
  return 'had it';
});

/** Returns with a lock and an open activity. */
orchestrator('returnsEarly', function* (o) {
  yield o.lock(id('Keeper', o.getInput<string>()));
  yield o.Task.any([o.callActivity('slow'), o.waitForExternalEvent('go')]);
  return 'early';
});
df.app.activity('slow', { handler: () => new Promise((resolve) => setTimeout(resolve, 3_000)) });

/** Fails at the first call for a key. */
const failedFor = new Set<string>();
df.app.activity('failsOnce', {
  handler: (key: string) => {
    if (failedFor.has(key)) return;
    failedFor.add(key);
    throw new Error('once');
  },
});
orchestrator('failsInLock', function* (o) {
  const key = o.getInput<string>();
  const keeper = id('Keeper', key);
  const lock: df.DurableLock = yield o.lock(keeper);
  yield o.callActivity('failsOnce', key);
  yield o.callEntity(keeper, 'set', 'rewound');
  lock.release();
  return 'released';
});

// HTTP, through the library's own client

app.http('keeperClient', {
  route: 'keeper/{call}/{key}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request: HttpRequest, context: InvocationContext) => {
    const client = df.getClient(context);
    const keeper = id('Keeper', request.params.key ?? '');
    try {
      if (request.params.call === 'read') return { jsonBody: await client.readEntityState(keeper) };
      const body = await request.text();
      await client.signalEntity(
        keeper,
        request.query.get('op') ?? '',
        body === '' ? undefined : (JSON.parse(body) as unknown),
      );
      return { status: 202 };
    } catch (error) {
      return { status: 400, body: (error as Error).message };
    }
  },
});
