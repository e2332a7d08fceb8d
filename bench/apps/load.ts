/** The app of the host benchmarks. Its folder is bench/apps/load. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { app } from '@azure/functions';
import * as df from 'durable-functions';

df.app.activity('addOne', { handler: (value: number) => value + 1 });

df.app.orchestration('chain', function* (context) {
  const steps = Number(context.df.getInput());
  let value = 0;
  for (let step = 0; step < steps; step++) value = (yield context.df.callActivity('addOne', value)) as number;
  return value;
});

df.app.orchestration('fan', function* (context) {
  const width = Number(context.df.getInput());
  const calls = Array.from({ length: width }, (_, index) => context.df.callActivity('addOne', index));
  return ((yield context.df.Task.all(calls)) as number[]).length;
});

/** `count` timers, all due at `due` (ms since the epoch). */
df.app.orchestration('timers', function* (context) {
  const { count, due } = context.df.getInput<{ count: number; due: number }>();
  yield context.df.Task.all(Array.from({ length: count }, () => context.df.createTimer(new Date(due))));
  return count;
});

df.app.orchestration('waits', function* (context) {
  yield context.df.callActivity('addOne', 0);
  return (yield context.df.waitForExternalEvent('go')) as unknown;
});

df.app.entity('tally', (context) => {
  const total = (context.df.getState(() => 0) as number) + 1;
  context.df.setState(total);
});

/** One signal for each of `signals`, in turn to `tally` entities of the keys below `keys`. */
df.app.orchestration('signals', function* (context) {
  const { signals, keys } = context.df.getInput<{ signals: number; keys: number }>();
  for (let signal = 0; signal < signals; signal++) {
    context.df.signalEntity(new df.EntityId('tally', `key${signal % keys}`), 'add');
  }
  return (yield context.df.callActivity('addOne', 0)) as number;
});

/** Uses every feature that an operation uses. */
df.app.orchestration('mixed', function* (context) {
  context.df.setCustomStatus({ step: 'reading' });
  const first = (yield context.df.callActivity('addOne', 0)) as number;
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 20));
  const calls = [1, 2, 3].map((value) => context.df.callActivity('addOne', value));
  const sums = (yield context.df.Task.all(calls)) as number[];
  context.df.setCustomStatus({ step: 'waiting' });
  const event = (yield context.df.waitForExternalEvent('go')) as number;
  const child = (yield context.df.callSubOrchestrator('chain', 2)) as number;
  const entity = new df.EntityId('tally', `key${child + (context.df.currentUtcDateTime.getTime() % KEYS)}`);
  context.df.signalEntity(entity, 'add');
  yield context.df.callEntity(entity, 'add');
  const retry = new df.RetryOptions(1, 2);
  const repeated = (yield context.df.callActivityWithRetry('failsFirst', retry, context.df.instanceId)) as number;
  return first + sums.length + event + child + repeated;
});

const KEYS = 64;
const failed = new Set<unknown>();

/** Fails at the first attempt for an instance. */
df.app.activity('failsFirst', {
  handler: (instanceId: unknown) => {
    if (failed.delete(instanceId)) return 1;
    failed.add(instanceId);
    throw new Error('the first attempt fails');
  },
});

app.http('operations', {
  route: 'operations',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew('mixed', { input: await request.json() });
    return client.createCheckStatusResponse(request, id);
  },
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory usage of the process after a garbage collection. */
app.http('memory', {
  route: 'memory',
  methods: ['GET'],
  handler: () => {
    collectGarbage();
    return { jsonBody: process.memoryUsage() };
  },
});
