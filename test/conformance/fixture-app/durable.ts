/** A plain durable-functions app: one orchestrator per behaviour that the conformance tests look at. */
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return,
   @typescript-eslint/no-unsafe-argument -- what the library passes back into a generator, and `getInput`, are `any` */
import { setTimeout as pause } from 'node:timers/promises';
import { app, type HttpRequest, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import {
  type DurableLock,
  EntityId,
  RetryOptions,
  type ActivityHandler,
  type OrchestrationContext,
  type Task,
} from 'durable-functions';
import { orchestrator } from './orchestrator.js';
import { record, recorded } from './runs.js';

type Steps = Generator<Task>;

// Activities

const activity = (name: string, handler: (input: never, context: InvocationContext) => unknown) =>
  df.app.activity(name, { handler: handler as ActivityHandler });

activity('echo', (input: unknown) => input);
activity('add', ({ a, b }: { a: number; b: number }) => a + b);
activity('kind', (input: unknown) => (input === undefined ? 'undefined' : JSON.stringify(input)));
activity('nothing', () => undefined);
activity('bytes', () => Buffer.from('plate'));
activity('fail', (message: string) => {
  throw new RangeError(message);
});
activity('metadata', (_input: unknown, context) => context.triggerMetadata);
activity('counted', ({ run, step }: { run: string; step: number }) => {
  record(`${run} ${step}`);
  return step;
});
activity('slow', async ({ run, step, ms }: { run: string; step: number; ms: number }) => {
  await pause(ms);
  record(`${run} ${step}`);
  return step;
});
/** Fails as often as asked, counting over all its runs for one key, in whatever process they were. */
activity('flaky', ({ key, times }: { key: string; times: number }) => {
  const before = recorded(`${key} `).length;
  record(`${key} ${before + 1}`);
  if (before < times) throw new Error(`attempt ${before + 1}`);
  return `after ${before + 1}`;
});
activity('pid', () => process.pid);
/** Keeps the processor busy. */
activity('spin', (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
  return process.pid;
});
activity('exit', () => process.exit(7));
activity('exhaust', () => {
  const hoard: unknown[] = [];
  for (;;) hoard.push(new Array(100_000).fill(hoard.length));
});

// Orchestrators

orchestrator('sequence', function* ({ df }) {
  const first: number = yield df.callActivity('add', { a: 1, b: 2 });
  const second: number = yield df.callActivity('add', { a: first, b: 10 });
  return yield df.callActivity('echo', { sum: second, input: df.getInput() });
});

orchestrator('fanOut', function* ({ df }) {
  const count = Number(df.getInput());
  const tasks = Array.from({ length: count }, (_, index) => df.callActivity('echo', index));
  const values: number[] = yield df.Task.all(tasks);
  return values.reduce((sum, value) => sum + value, 0);
});

/** Each of these activities, side by side; what each came to. */
orchestrator('sideBySide', function* ({ df }) {
  const calls: [string, unknown][] = df.getInput();
  const tasks = calls.map(([name, input]) => df.callActivity(name, input));
  try {
    yield df.Task.all(tasks);
  } catch {
    // told below, once all have ended
  }
  for (const task of tasks) {
    try {
      if (!task.isCompleted) yield task;
    } catch {
      // told below
    }
  }
  return tasks.map((task) => (task.isFaulted ? String(task.result) : task.result));
});

orchestrator('nested', function* ({ df }) {
  const inner = df.Task.any([df.callActivity('echo', 'b'), df.waitForExternalEvent('never')]);
  const [a, winner, c]: [string, Task, string] = yield df.Task.all([
    df.callActivity('echo', 'a'),
    inner,
    df.callActivity('echo', 'c'),
  ]);
  return [a, winner.result, c];
});

orchestrator('inputs', function* ({ df }) {
  const given: unknown[] = ['Tokyo', '123', 5, 1.5, true, null, [1, 'x'], { a: 1 }, undefined];
  const seen: string[] = [];
  for (const value of given) seen.push(yield df.callActivity('kind', value));
  return { seen, input: df.getInput() ?? null };
});

orchestrator('results', function* ({ df }) {
  return [
    yield df.callActivity('nothing'),
    yield df.callActivity('bytes'),
    yield df.callActivity('echo', '{"looks":"like JSON"}'),
    yield df.callActivity('echo', 1.5),
    yield df.callActivity('echo', false),
  ];
});

orchestrator('activityMetadata', function* ({ df }) {
  return yield df.callActivity('metadata', { plate: 7 });
});

orchestrator('catches', function* ({ df }) {
  try {
    return yield df.callActivity('fail', 'no plate');
  } catch (error) {
    return `caught: ${(error as Error).message}`;
  }
});

orchestrator('uncaught', function* ({ df }) {
  df.setCustomStatus({ about: 'to fail' });
  return yield df.callActivity('fail', 'no plate');
});

orchestrator('throws', function* ({ df }) {
  yield df.callActivity('echo', 1);
  throw new Error('boom');
});

// eslint-disable-next-line require-yield -- it ends before it comes to that
orchestrator('throwsNothing', function* () {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- an empty failure is what this is for
  throw 'no error object';
});

orchestrator('throwsAfterScheduling', function* ({ df }) {
  yield df.Task.any([df.callActivity('counted', { run: df.instanceId, step: 1 }), df.waitForExternalEvent('go')]);
  throw new Error('while others run');
});

orchestrator('unknownActivity', function* ({ df }) {
  try {
    return yield df.callActivity('noSuchActivity', 1);
  } catch (error) {
    return `caught: ${(error as Error).message}`;
  }
});

orchestrator('unknownChild', function* ({ df }) {
  try {
    return yield df.callSubOrchestrator('noSuchOrchestrator', 1);
  } catch (error) {
    return `caught: ${(error as Error).message}`;
  }
});

orchestrator('retries', function* ({ df }) {
  const { key, times, attempts } = df.getInput<{ key: string; times: number; attempts: number }>();
  const options = new RetryOptions(1, attempts);
  try {
    const value: string = yield df.callActivityWithRetry('flaky', options, { key, times });
    const after: string = yield df.callActivity('echo', 'after');
    return [value, after];
  } catch (error) {
    return [`caught: ${(error as Error).message}`, yield df.callActivity('echo', 'after')];
  }
});

/** A chain of retries and a plain call interleave: the numbers of both must agree with the library's. */
orchestrator('retriesInParallel', function* ({ df }) {
  const run = df.instanceId;
  const options = new RetryOptions(1, 4);
  const results: unknown = yield df.Task.all([
    df.callActivityWithRetry('flaky', options, { key: `${run}-a`, times: 2 }),
    df.callActivityWithRetry('flaky', options, { key: `${run}-b`, times: 1 }),
    df.callActivity('echo', 'plain'),
    df.callSubOrchestrator('sequence', 'child'),
  ]);
  return [results, yield df.callActivity('echo', 'after')];
});

orchestrator('retryTimeout', function* ({ df }) {
  const options = new RetryOptions(20, 50);
  options.retryTimeoutInMilliseconds = 1;
  options.backoffCoefficient = 2;
  try {
    return yield df.callActivityWithRetry('flaky', options, { key: df.instanceId, times: 1_000 });
  } catch (error) {
    return [`caught: ${(error as Error).message}`, yield df.callActivity('echo', 'after')];
  }
});

const inMs = (df: OrchestrationContext['df'], ms: number) => new Date(df.currentUtcDateTime.getTime() + ms);

orchestrator('timer', function* ({ df }) {
  const before = df.currentUtcDateTime.getTime();
  const ms = Number(df.getInput());
  yield df.createTimer(inMs(df, ms));
  return df.currentUtcDateTime.getTime() - before >= ms;
});

orchestrator('farTimer', function* ({ df }) {
  const timer = df.createTimer(new Date('9999-12-31T00:00:00Z'));
  const winner: Task = yield df.Task.any([timer, df.waitForExternalEvent('go')]);
  timer.cancel();
  return winner === timer ? 'timer' : 'event';
});

orchestrator('forgottenTimer', function* ({ df }) {
  yield df.Task.any([df.createTimer(inMs(df, Number(df.getInput()))), df.callActivity('echo', 1)]);
  return 'returned';
});

orchestrator('reusedTimer', function* ({ df }) {
  const timer = df.createTimer(inMs(df, 3_600_000));
  const got: unknown[] = [];
  for (let index = 0; index < 3; index++) {
    const event = df.waitForExternalEvent(`go${index}`);
    yield df.Task.any([timer, event]);
    got.push(event.result);
    got.push(yield df.callActivity('echo', index));
  }
  timer.cancel();
  return got;
});

orchestrator('events', function* ({ df }) {
  const got: unknown[] = [];
  for (const name of ['a', 'b', 'a']) got.push(yield df.waitForExternalEvent(name));
  return got.map((value) => (value === undefined ? 'undefined' : value));
});

orchestrator('waits', function* ({ df }) {
  df.setCustomStatus('waiting');
  const value: unknown = yield df.waitForExternalEvent('go');
  df.setCustomStatus({ got: value });
  const echoed: unknown = yield df.callActivity('echo', value ?? null);
  return { echoed };
});

orchestrator('slowStep', function* ({ df }) {
  const ms = Number(df.getInput() ?? 0);
  return yield df.callActivity('slow', { run: df.instanceId, step: 1, ms });
});

orchestrator('counter', function* ({ df }) {
  const { left, total } = df.getInput<{ left: number; total: number }>();
  const sum: number = yield df.callActivity('add', { a: total, b: 1 });
  if (left <= 1) return sum;
  df.setCustomStatus(`at ${sum}`);
  df.continueAsNew({ left: left - 1, total: sum });
  return undefined;
});

/** Takes one event per execution: what was raised meanwhile must be there for the next. */
orchestrator('collector', function* ({ df }) {
  const seen = df.getInput<unknown[] | undefined>() ?? [];
  seen.push(yield df.waitForExternalEvent('item'));
  if (seen.length === 5) return seen;
  df.continueAsNew(seen);
  return undefined;
});

orchestrator('stringAgain', function* ({ df }) {
  yield df.callActivity('echo', 1);
  if (df.getInput() === 'next') return 'arrived';
  df.continueAsNew('next');
  return undefined;
});

orchestrator('parent', function* ({ df }) {
  const { name, input, id } = df.getInput<{ name: string; input: unknown; id?: string }>();
  try {
    return { child: yield df.callSubOrchestrator(name, input, id) };
  } catch (error) {
    return { failed: (error as Error).message };
  }
});

orchestrator('childFamily', function* ({ df }) {
  const level = Number(df.getInput());
  if (level === 0) return [df.instanceId];
  const below: string[][] = yield df.Task.all([
    df.callSubOrchestrator('childFamily', level - 1),
    df.callSubOrchestrator('childFamily', level - 1),
  ]);
  return below.flat();
});

orchestrator('childWithRetry', function* ({ df }) {
  const options = new RetryOptions(1, 3);
  try {
    return yield df.callSubOrchestratorWithRetry('flakyChild', options, df.instanceId, `${df.instanceId}-child`);
  } catch (error) {
    return `caught: ${(error as Error).message}`;
  }
});
orchestrator('flakyChild', function* ({ df }) {
  return yield df.callActivity('flaky', { key: df.getInput(), times: 1 });
});

orchestrator('version', function* ({ df }) {
  return { version: df.version, child: yield df.callSubOrchestrator('childVersion', null, undefined, '7.0') };
});
orchestrator('childVersion', function* ({ df }) {
  yield df.callActivity('echo', 1);
  return df.version;
});

orchestrator('parentId', function* ({ df }) {
  yield df.callActivity('echo', 1);
  return df.parentInstanceId ?? null;
});

orchestrator('yieldsNoTask', function* () {
  return yield 5 as unknown as Task;
});

orchestrator('bigStatus', function* ({ df }) {
  df.setCustomStatus('x'.repeat(20_000));
  yield df.callActivity('echo', 1);
});

orchestrator('unwritable', function* ({ df }) {
  yield df.callActivity('echo', 1);
  return 10n;
});

orchestrator('longSequence', function* ({ df }) {
  const count = Number(df.getInput());
  let sum = 0;
  for (let index = 0; index < count; index++) sum += Number(yield df.callActivity('echo', 1));
  return sum;
});

type HttpOptions = Parameters<OrchestrationContext['df']['callHttp']>[0];

/** Requests side by side, and a step after them whose number must agree with the library's. */
orchestrator('callsHttp', function* ({ df }) {
  const requests = df.getInput<HttpOptions[]>();
  try {
    const answers: unknown = yield df.Task.all(requests.map((request) => df.callHttp(request)));
    return [answers, yield df.callActivity('echo', 'after')];
  } catch (error) {
    return [`caught: ${(error as Error).message}`, yield df.callActivity('echo', 'after')];
  }
});

/** Fails in one of several ways, and works once rewound. */
orchestrator('rewindable', function* ({ df }) {
  const run = df.instanceId;
  const { how } = df.getInput<{ how: string }>();
  const flaky = (times: number) => ({ key: `${run}-flaky`, times });
  const counted = (step: number) => df.callActivity('counted', { run, step });
  yield counted(1);
  if (how === 'all') yield df.Task.all([counted(2), df.callActivity('flaky', flaky(1)), counted(3)]);
  if (how === 'retry')
    yield df.Task.all([df.callActivityWithRetry('flaky', new RetryOptions(1, 3), flaky(4)), counted(2)]);
  if (how === 'child') yield df.callSubOrchestrator('rewindableChild', flaky(1), `${run}-child`);
  if (how === 'compensate') {
    try {
      yield df.callActivity('flaky', flaky(1));
    } catch (error) {
      yield counted(99);
      throw error;
    }
  }
  if (how === 'lock') yield* underLock(df, flaky(1));
  if (how === 'throw') throw new Error('always');
  return [how, yield counted(10)];
});

function* underLock(df: OrchestrationContext['df'], input: unknown): Steps {
  const lock: DurableLock = yield df.lock(new EntityId('tally', df.instanceId));
  yield df.callEntity(new EntityId('tally', df.instanceId), 'add', 1);
  yield df.callActivity('flaky', input);
  lock.release();
}

orchestrator('rewindableChild', function* ({ df }) {
  yield df.callActivity('counted', { run: df.instanceId, step: 1 });
  return yield df.callActivity('flaky', df.getInput());
});

// HTTP, through the library's own client

app.http('start', {
  route: 'start/{name}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request: HttpRequest, context: InvocationContext) => {
    const client = df.getClient(context);
    const input = (await request.text()) || undefined;
    const instanceId = request.query.get('id') ?? undefined;
    const options = {
      ...(instanceId && { instanceId }),
      input: input === undefined ? undefined : (JSON.parse(input) as unknown),
    };
    const id = await client.startNew(request.params.name ?? '', options);
    return client.createCheckStatusResponse(request, id);
  },
});

app.http('client', {
  route: 'client/{call}/{id?}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request: HttpRequest, context: InvocationContext) => {
    const client = df.getClient(context);
    const id = request.params.id ?? '';
    const calls: Record<string, () => Promise<unknown>> = {
      getStatus: () => client.getStatus(id, { showHistory: true, showHistoryOutput: true, showInput: true }),
      getStatusAll: () => client.getStatusAll(),
      raiseEvent: () => client.raiseEvent(id, 'go', undefined),
      terminate: () => client.terminate(id, 'enough'),
      suspend: () => client.suspend(id, 'a pause'),
      resume: () => client.resume(id, 'go on'),
      rewind: () => client.rewind(id, 'again'),
      purge: () => client.purgeInstanceHistory(id),
      wait: () =>
        client.waitForCompletionOrCreateCheckStatusResponse(request, id, {
          timeoutInMilliseconds: 5_000,
          retryIntervalInMilliseconds: 20,
        }),
    };
    try {
      const result = await calls[request.params.call ?? '']?.();
      if (request.params.call === 'wait') return result as object;
      return { jsonBody: { result: result ?? null } };
    } catch (error) {
      return { jsonBody: { error: (error as Error).message } };
    }
  },
});
