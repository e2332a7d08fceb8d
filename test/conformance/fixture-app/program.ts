/** The orchestrator that carries out random programs (test/support/programs.ts). */
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return
   -- what the library passes back into a generator, and a task's result, are `any` */
import { setTimeout as pause } from 'node:timers/promises';
import * as df from 'durable-functions';
import { RetryOptions, type OrchestrationContext, type Task } from 'durable-functions';
import { type Leaf, NO_TRACE, type ProgramInput, SHARED, type Step } from '../../support/programs.js';
import { record, recorded } from './runs.js';

df.app.activity('step', {
  handler: async ({ name, value, ms }: { name: string; value: number; ms: number }) => {
    await pause(ms);
    record(name);
    return value;
  },
});

/** Counts its runs in the file, so that a kill does not make it forget. */
df.app.activity('flakyStep', {
  handler: ({ name, value, failures }: { name: string; value: number; failures: number }) => {
    const before = recorded(name).filter((line) => line === name).length;
    record(name);
    if (before < failures) throw new Error(`run ${before + 1} of ${name}`);
    return value;
  },
});

df.app.activity('failingStep', {
  handler: ({ name }: { name: string }) => {
    record(name);
    throw new Error(`no ${name}`);
  },
});

df.app.orchestration('program', function* ({ df: o }) {
  const input = o.getInput<ProgramInput>();
  const run: Run = { ...input, o, trace: [...input.trace] };
  for (const [index, step] of input.steps.entries()) {
    o.setCustomStatus({ at: run.trace.length + 1 });
    if (step.kind === 'again') {
      const { name, leaves, events, trace } = run;
      const rest: ProgramInput = {
        name,
        leaves,
        events,
        trace: [...trace, 'again'],
        steps: input.steps.slice(index + 1),
      };
      o.continueAsNew(rest);
      return undefined;
    }
    run.trace.push(yield* carryOut(run, step));
  }
  return run.trace;
});

interface Run extends ProgramInput {
  o: OrchestrationContext['df'];
}
/** What a yield gives back is whatever the task came to. */
type Steps = Generator<Task, unknown>;

function* carryOut(run: Run, step: Exclude<Step, { kind: 'again' }>): Steps {
  const { o, name } = run;
  switch (step.kind) {
    case 'all':
      return yield* attempt(o.Task.all(step.members.map((leaf) => begin(run, leaf))), step.members);
    case 'race':
      return yield* race(run, step);
    case 'fail':
      return yield* fail(run, step);
    case 'throw':
      throw new Error(`thrown by ${name}`);
    case 'event':
      return (yield o.waitForExternalEvent(`e${run.events++}`)) as unknown;
    case 'signal':
      o.signalEntity(tally(name), 'add', 1);
      return 'signal';
    case 'entityCall':
      yield o.callEntity(tally(name), 'both');
      return 'entity';
    case 'locked':
      return yield* locked(o);
    default: {
      const results = yield* attempt(o.Task.all([begin(run, step)]), [step]);
      return Array.isArray(results) ? results[0] : results;
    }
  }
}

function begin(run: Run, leaf: Leaf): Task {
  const { o } = run;
  const value = ++run.leaves;
  const name = `${run.name} ${value}`;
  switch (leaf.kind) {
    case 'call':
      return o.callActivity('step', { name, value, ms: leaf.ms });
    case 'flaky':
      return o.callActivityWithRetry('flakyStep', new RetryOptions(1, leaf.failures + 1), {
        name,
        value,
        failures: leaf.failures,
      });
    case 'timer':
      return o.createTimer(new Date(o.currentUtcDateTime.getTime() + leaf.ms));
    case 'child': {
      const input: ProgramInput = { name: `${run.name}.${value}`, steps: leaf.steps, leaves: 0, events: 0, trace: [] };
      return o.callSubOrchestrator('program', input);
    }
    default:
      return leaf satisfies never;
  }
}

function* attempt(all: Task, leaves: readonly Leaf[]): Steps {
  try {
    const results: unknown[] = yield all;
    return results.map((result, index) => (leaves[index]?.kind === 'timer' ? 'timer' : result));
  } catch {
    return NO_TRACE;
  }
}

function* race(run: Run, { members, rival }: Step & { kind: 'race' }): Steps {
  const { o } = run;
  const all = o.Task.all(members.map((leaf) => begin(run, leaf)));
  if (rival === 'event') {
    yield o.Task.any([all, o.waitForExternalEvent('never')]);
  } else {
    const timer = o.createTimer(new Date(o.currentUtcDateTime.getTime() + 3_600_000));
    yield o.Task.any([timer, all]);
    timer.cancel();
  }
  return all.result;
}

function* fail(run: Run, { retried, caught }: Step & { kind: 'fail' }): Steps {
  const input = { name: `${run.name} ${++run.leaves}` };
  try {
    yield retried
      ? run.o.callActivityWithRetry('failingStep', new RetryOptions(1, 2), input)
      : run.o.callActivity('failingStep', input);
  } catch (error) {
    if (caught) return NO_TRACE;
    throw error;
  }
  throw new Error('The activity did not fail.');
}

/** How far the shared count comes between two calls under one lock: 1, unless somebody gets in between. */
function* locked(o: Run['o']): Steps {
  const lock: df.DurableLock = yield o.lock(tally(SHARED));
  const first: { before: number } = yield o.callEntity(tally(SHARED), 'both');
  const second: { before: number } = yield o.callEntity(tally(SHARED), 'both');
  lock.release();
  return second.before - first.before;
}

const tally = (key: string) => new df.EntityId('tally', key);
