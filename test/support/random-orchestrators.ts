import fc from 'fast-check';
import {
  type DurableLock,
  EntityId,
  RetryOptions,
  type OrchestrationContext,
  type OrchestrationHandler,
  type Task,
} from 'durable-functions';
import { HTTP_ACTIVITY } from '../../host/durable/turn/http-polling.js';
import { type Message } from '../../host/durable/store/messages.js';
import { type OpenTask } from '../../host/durable/turn/open-tasks.js';
import { type Request, type TurnProbe } from './turn-probe.js';

/**
 * Random orchestrators as data, and random messages to them. `orchestratorOf` makes the generator function: it yields
 * single tasks and compounds, new and earlier tasks, enters critical sections, cancels timers, and catches all errors.
 */
const KINDS = [
  'activity',
  'subOrchestration',
  'retriedActivity',
  'retriedSubOrchestration',
  'timer',
  'event',
  'entity',
  'http',
] as const;

interface Leaf {
  kind: (typeof KINDS)[number];
  name: number;
  /** Of a retried call. */
  attempts: number;
}

/** A new task, or an earlier one by its index: in a compound an event, because a second start of others is a trap. */
type Member = Leaf | { kind: 'earlier'; index: number };

type Step =
  | { kind: 'yield'; shape: 'one' | 'all' | 'any' | 'anyOfAll'; members: Member[]; cancels: number | null }
  | { kind: 'signal'; name: number }
  /** Locks these entities and calls them in sequence. */
  | { kind: 'section'; locks: number[]; calls: number[] };

export interface RandomOrchestrator {
  steps: Step[];
  end: 'return' | 'throw' | 'continueAsNew' | 'locking';
  /** Choose the tasks that get a result, the results and their order. The list is used cyclically. */
  answers: number[];
}

const small = fc.nat({ max: 8 });
const leaf: fc.Arbitrary<Leaf> = fc.record({
  kind: fc.constantFrom(...KINDS),
  name: small,
  attempts: fc.integer({ min: 1, max: 3 }),
});
const earlier = fc.record({ kind: fc.constant('earlier' as const), index: fc.nat() });
const member = fc.oneof({ weight: 7, arbitrary: leaf }, { weight: 3, arbitrary: earlier });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('yield' as const),
      shape: fc.constantFrom('one', 'all', 'any', 'anyOfAll'),
      members: fc.array(member, { minLength: 1, maxLength: 4, size: 'max' }),
      cancels: fc.option(fc.nat()),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('signal' as const), name: small }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('section' as const),
      locks: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
      calls: fc.array(fc.nat(), { maxLength: 3 }),
    }),
  },
);
export const randomOrchestrator: fc.Arbitrary<RandomOrchestrator> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 12, size: 'max' }),
  end: fc.constantFrom('return', 'throw', 'continueAsNew', 'locking'),
  answers: fc.array(fc.nat({ max: 999 }), { minLength: 40, maxLength: 80, size: 'max' }),
});

type Df = OrchestrationContext['df'];

/** The tasks that exist so far. */
interface Pool {
  tasks: Task[];
  events: Task[];
  timers: ReturnType<Df['createTimer']>[];
}

/** The orchestrator of the steps. */
export function orchestratorOf({ steps, end }: RandomOrchestrator): OrchestrationHandler {
  return function* ({ df }) {
    const pool: Pool = { tasks: [], events: [], timers: [] };
    for (const one of steps) {
      try {
        if (one.kind === 'signal') df.signalEntity(new EntityId('free', String(one.name)), 'op');
        else if (one.kind === 'section') yield* section(df, one.locks, one.calls);
        else yield compound(df, one, pool);
      } catch {
        // the next step runs in any case
      }
      if (one.kind === 'yield' && one.cancels !== null) cancel(pool, one.cancels);
    }
    if (end === 'locking') yield df.lock(locked(9));
    if (end === 'throw') throw new Error('the end');
    if (end === 'continueAsNew') df.continueAsNew(1);
    return 'done';
  };
}

const locked = (key = 0) => new EntityId('locked', String(key));

function* section(df: Df, locks: readonly number[], calls: readonly number[]): Generator<Task> {
  const lock = (yield df.lock(locks.map((key) => locked(key)))) as DurableLock;
  try {
    for (const call of calls) yield df.callEntity(locked(locks[call % locks.length]), 'op');
  } finally {
    lock.release();
  }
}

function compound(df: Df, { shape, members }: Step & { kind: 'yield' }, pool: Pool): Task {
  const tasks = members.map((one) => {
    const earlierTasks = shape === 'one' ? pool.tasks : pool.events;
    const known = one.kind === 'earlier' ? earlierTasks[one.index % earlierTasks.length] : undefined;
    return known ?? newTask(df, one.kind === 'earlier' ? { kind: 'activity', name: 0, attempts: 1 } : one, pool);
  });
  pool.tasks.push(...tasks);
  const [first] = tasks;
  if (shape === 'one' && first !== undefined) return first;
  const made = {
    one: () => df.Task.all(tasks),
    all: () => df.Task.all(tasks),
    any: () => df.Task.any(tasks),
    anyOfAll: () => df.Task.any([df.Task.all(tasks), df.callActivity('rival')]),
  }[shape]();
  pool.tasks.push(made);
  return made;
}

function newTask(df: Df, { kind, name, attempts }: Leaf, { timers, events }: Pool): Task {
  const options = new RetryOptions(1_000, attempts);
  switch (kind) {
    case 'activity':
      return df.callActivity(`A${name}`);
    case 'retriedActivity':
      return df.callActivityWithRetry(`R${name}`, options);
    case 'subOrchestration':
      return df.callSubOrchestrator(`S${name}`);
    case 'retriedSubOrchestration':
      return df.callSubOrchestratorWithRetry(`T${name}`, options);
    case 'timer': {
      const timer = df.createTimer(new Date(df.currentUtcDateTime.getTime() + 3_600_000));
      timers.push(timer);
      return timer;
    }
    case 'event': {
      const event = df.waitForExternalEvent(`e${name % 3}`);
      events.push(event);
      return event;
    }
    case 'entity':
      return df.callEntity(new EntityId('free', String(name)), 'op');
    case 'http':
      return df.callHttp({ method: 'GET', url: `http://service.test/${name}` });
    default:
      return kind satisfies never;
  }
}

function cancel({ timers }: Pool, index: number): void {
  const timer = timers[index % timers.length];
  if (timer !== undefined && !timer.isCompleted && !timer.isFaulted) timer.cancel();
}

/** The messages of each next turn. */
export function* messagesFor({ answers }: RandomOrchestrator, probe: TurnProbe): Generator<Message[], never> {
  for (let used = 0; ;) {
    const next = () => answers[used++ % answers.length] ?? 0;
    const messages: [number, Message][] = [];
    for (const task of probe.instance.state.openTasks.values()) {
      if (next() < 600) messages.push([next(), taskAnswer(probe, task, next())]);
    }
    for (const [id, request] of probe.requests) {
      if (next() < 600) messages.push([next(), probe.responded(id, content(request, next()))]);
    }
    for (const name of ['e0', 'e1', 'e2']) if (next() < 150) messages.push([next(), probe.raised(name)]);
    yield messages.sort(([a], [b]) => a - b).map(([, message]) => message);
  }
}

function taskAnswer(probe: TurnProbe, task: OpenTask, chance: number): Message {
  const { id, kind } = task;
  const fails = chance < 400;
  if (kind === 'timer') return probe.fired(id);
  if (kind === 'subOrchestration') return fails ? probe.childFailed(id) : probe.childCompleted(id);
  if (fails) return probe.failed(id);
  return task.call.name === HTTP_ACTIVITY ? probe.completed(id, httpAnswer(chance)) : probe.completed(id);
}

function httpAnswer(chance: number) {
  const content = '';
  if (chance < 600) return { statusCode: 200, headers: {}, content };
  const headers = { ...(chance < 900 && { location: '/next' }), ...(chance < 750 && { 'Retry-After': '5' }) };
  return { statusCode: 202, headers, content };
}

/** A lock is granted, a call is answered or fails (host contract, 8.4 and 8.6). */
function content({ kind }: Request, chance: number) {
  if (kind === 'lock') return { result: 'Lock Acquisition Completed' };
  return chance < 300 ? { result: '"no"', exceptionType: 'Error' } : { result: '1' };
}
