/** Entities, and orchestrators that use and lock them. */
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return
   -- what the library passes back into a generator is `any` */
import { app, type HttpRequest, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { type EntityContext, type OrchestrationContext, type Task } from 'durable-functions';
import { setTimeout as pause } from 'node:timers/promises';
import { orchestrator } from './orchestrator.js';

type Df = OrchestrationContext['df'];

// Entities

df.app.entity<number>('Tally', ({ df: entity }: EntityContext<number>) => {
  const value = entity.getState(() => 0) ?? 0;
  switch (entity.operationName) {
    case 'add':
      entity.setState(value + Number(entity.getInput<number>()));
      return;
    case 'get':
      entity.return(value);
      return;
    case 'both':
      entity.setState(value + 1);
      entity.return({ before: value, isNew: entity.isNewlyConstructed, id: entity.entityId });
      return;
    case 'fail':
      throw new RangeError('the tally refuses');
    case 'failWithText':
      throw 'no counting today' as unknown as Error;
    case 'delete':
      entity.destructOnExit();
      return;
    case 'tell':
      entity.signalEntity(new df.EntityId('Tally', entity.getInput<string>() ?? ''), 'add', 1);
      return;
    default:
      throw new Error(`no operation ${entity.operationName ?? ''}`);
  }
});

/** State and operations in a class of its own, the way larger entities are written. */
class Account {
  balance = 0;
  readonly entries: string[] = [];

  static load(state: Partial<Account> = {}): Account {
    return Object.assign(new Account(), state);
  }

  deposit(amount: number): void {
    this.balance += amount;
    this.entries.push(`+${amount}`);
  }

  withdraw(amount: number): number {
    if (amount > this.balance) throw new Error('overdrawn');
    this.balance -= amount;
    this.entries.push(`-${amount}`);
    return this.balance;
  }

  read(): this {
    return this;
  }
}

const onAccount = async ({ df: entity }: EntityContext<Partial<Account>>) => {
  const account = Account.load(entity.getState());
  await pause(1);
  const name = entity.operationName as 'deposit' | 'withdraw' | 'read';
  const result: unknown = account[name](Number(entity.getInput<number>()));
  entity.setState(account);
  if (result !== undefined) entity.return(result);
};
// The library awaits it, whatever its type says.
df.app.entity<Partial<Account>>('account', onAccount as df.EntityHandler<Partial<Account>>);

/** Keeps what it is told, in the order in which it was told. */
df.app.entity<unknown[]>('list', ({ df: entity }: EntityContext<unknown[]>) => {
  const items = entity.getState(() => []) ?? [];
  if (entity.operationName === 'push') entity.setState([...items, entity.getInput<unknown>()]);
  else entity.return(items);
});

// Orchestrators

const id = (name: string, key: string) => new df.EntityId(name, key);
const caught = (error: unknown) => `caught: ${(error as Error).message}`;

orchestrator('entityCalls', function* ({ df: o }) {
  const counter = id('tally', o.instanceId);
  yield o.callEntity(counter, 'add', 5);
  o.signalEntity(counter, 'add', 2);
  const value: number = yield o.callEntity(counter, 'get');
  const both: unknown = yield o.callEntity(counter, 'both');
  return { value, both, nothing: (yield o.callEntity(counter, 'add', 1)) ?? 'nothing' };
});

orchestrator('entityErrors', function* ({ df: o }) {
  const got: string[] = [];
  for (const [name, operation] of [
    ['tally', 'fail'],
    ['tally', 'failWithText'],
    ['account', 'withdraw'],
    ['noSuchEntity', 'get'],
  ] as const) {
    try {
      yield o.callEntity(id(name, o.instanceId), operation, 100);
    } catch (error) {
      got.push(caught(error));
    }
  }
  return got;
});

orchestrator('entityFanOut', function* ({ df: o }) {
  const { counters, rounds } = o.getInput<{ counters: string[]; rounds: number }>();
  for (let round = 0; round < rounds; round++) for (const key of counters) o.signalEntity(id('Tally', key), 'add', 1);
  const values: number[] = yield o.Task.all(counters.map((key) => o.callEntity(id('Tally', key), 'get')));
  return values;
});

orchestrator('entityOrder', function* ({ df: o }) {
  const list = id('list', o.instanceId);
  for (let index = 0; index < 20; index++) {
    if (index % 3 === 0) yield o.callEntity(list, 'push', index);
    else o.signalEntity(list, 'push', index);
  }
  return yield o.callEntity(list, 'read');
});

orchestrator('entityEvents', function* ({ df: o }) {
  const late = o.callEntity(id('tally', o.instanceId), 'get');
  const winner: Task = yield o.Task.any([late, o.waitForExternalEvent('go')]);
  if (o.getInput<number>() === 1) return winner === late ? 'entity' : 'event';
  o.continueAsNew(1);
  return undefined;
});

/** Moves money between accounts, nobody else between its reading and its writing. */
orchestrator('transfer', function* ({ df: o }) {
  const { from, to, amount } = o.getInput<{ from: string; to: string; amount: number }>();
  const [source, target] = [id('account', from), id('account', to)];
  const lock: df.DurableLock = yield o.lock(source, target);
  try {
    const { balance = 0 }: Partial<Account> = yield o.callEntity(source, 'read');
    if (balance < amount) return 'too little';
    yield o.callEntity(source, 'withdraw', amount);
    yield o.callEntity(target, 'deposit', amount);
    return 'moved';
  } finally {
    lock.release();
  }
});

/** Holds two locks until told how to end. */
orchestrator('holder', function* (context) {
  const { df: o } = context;
  const { keys, end } = o.getInput<{ keys: string[]; end: string }>();
  const lock: df.DurableLock = yield o.lock(keys.map((key) => id('tally', key)));
  o.setCustomStatus(`locked ${String(o.isLocked().isLocked)}`);
  yield o.waitForExternalEvent('go');
  if (end === 'throw') throw new Error('while holding');
  if (end === 'release') lock.release();
  if (end === 'again') o.continueAsNew({ keys: ['elsewhere'], end: 'return' });
  if (end === 'release') yield* afterRelease(o, keys);
  return end;
});

function* afterRelease(o: Df, keys: readonly string[]): Generator<Task> {
  o.setCustomStatus(`locked ${String(o.isLocked().isLocked)}`);
  o.signalEntity(id('tally', keys[0] ?? ''), 'add', 1_000);
  yield o.waitForExternalEvent('end');
}

orchestrator('lockRules', function* ({ df: o }) {
  const got: string[] = [];
  const [mine, other] = [id('tally', `${o.instanceId}-a`), id('tally', `${o.instanceId}-b`)];
  const attempt = (what: () => unknown) => {
    try {
      what();
      got.push('allowed');
    } catch (error) {
      got.push((error as Error).name);
    }
  };
  const lock: df.DurableLock = yield o.lock(mine);
  attempt(() => o.lock(other));
  attempt(() => o.callEntity(other, 'get'));
  attempt(() => o.callSubOrchestrator('sequence'));
  attempt(() => o.signalEntity(mine, 'add', 1));
  attempt(() => o.signalEntity(other, 'add', 1));
  lock.release();
  yield o.callEntity(mine, 'add', 1);
  return [got, yield o.callEntity(other, 'get')];
});

orchestrator('addOne', function* ({ df: o }) {
  const { name, key } = o.getInput<{ name: string; key: string }>();
  return yield o.callEntity(id(name, key), 'both');
});

/** No library makes this action any more, yet the extension knows it: a hand-written orchestrator asks for it. */
app.generic('scheduledSignal', {
  trigger: { type: 'orchestrationTrigger', name: 'context' },
  handler: (context: unknown) => {
    const { instanceId, history } = context as { instanceId: string; history: { Timestamp: Date }[] };
    const from = new Date(history[0]?.Timestamp ?? 0).getTime();
    const signal = (input: number, ms: number) => ({
      actionType: 10,
      instanceId: `@list@${instanceId}`,
      operation: 'push',
      input,
      fireAt: new Date(from + ms).toISOString(),
    });
    return { isDone: true, actions: [[signal(2, 400), signal(1, 200), signal(0, -1_000)]], schemaVersion: 3 };
  },
});

// HTTP, through the library's own client

app.http('entityClient', {
  route: 'entities/{call}/{name}/{key}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request: HttpRequest, context: InvocationContext) => {
    const client = df.getClient(context);
    const entity = id(request.params.name ?? '', request.params.key ?? '');
    if (request.params.call === 'read') return { jsonBody: await client.readEntityState(entity) };
    const text = await request.text();
    const operation = request.query.get('op') ?? '';
    try {
      await client.signalEntity(entity, operation, text === '' ? undefined : (JSON.parse(text) as unknown));
      return { status: 202 };
    } catch (error) {
      return { status: 400, body: (error as Error).message };
    }
  },
});

// Below the library: what the host itself hands over, and how much of it at once

let running = 0;
let most = 0;

interface EntityTrigger {
  exists: boolean;
  state: string | null;
  batch: { name: string; input: string | null; isSignal: boolean }[];
}

/** Its state: the sizes of its batches, and the most of them that ever ran at once, over all its keys. */
app.generic('batches', {
  trigger: { type: 'entityTrigger', name: 'trigger' },
  handler: async (given: unknown) => {
    const { state, batch } = given as EntityTrigger;
    most = Math.max(most, ++running);
    await pause(5);
    running--;
    if (batch.some(({ name }) => name === 'break')) throw new Error('the whole batch fails');
    const { sizes = [] } = JSON.parse(state ?? '{}') as { sizes?: number[] };
    const entityState = JSON.stringify({ sizes: [...sizes, batch.length], most });
    return { results: batch.map(() => ({ isError: false })), signals: [], entityExists: true, entityState };
  },
});

/** The same for activities. */
df.app.activity('crowd', {
  handler: async () => {
    most = Math.max(most, ++running);
    await pause(5);
    running--;
    return most;
  },
});

orchestrator('crowded', function* ({ df: o }) {
  const seen: number[] = yield o.Task.all(Array.from({ length: 12 }, () => o.callActivity('crowd')));
  return Math.max(...seen);
});

orchestrator('broken', function* ({ df: o }) {
  try {
    yield o.callEntity(id('batches', o.instanceId), 'break');
    return 'never';
  } catch (error) {
    return caught(error);
  }
});
