/** What orchestrations wait for, and what waits forever in Azure: races, failures beside other work, names, ids. */
/* eslint-disable @typescript-eslint/no-unsafe-return -- what the library passes back into a generator is `any` */
import { setTimeout as pause } from 'node:timers/promises';
import * as df from 'durable-functions';
import { EntityId, type OrchestrationContext, RetryOptions, type Task } from 'durable-functions';
import { orchestrator } from '../fixture-app/orchestrator.js';
import { record, recorded } from '../fixture-app/runs.js';

type Df = OrchestrationContext['df'];

const SLOW_MS = 300;

df.app.activity('note', {
  handler: (line: string) => {
    record(line);
    return line;
  },
});
df.app.activity('fail', {
  handler: () => {
    throw new Error('no plate');
  },
});
df.app.activity('slowNote', {
  handler: async (line: string) => {
    await pause(SLOW_MS);
    record(line);
    return line;
  },
});
/** Fails as often as asked, perhaps late. */
df.app.activity('flaky', {
  handler: async ({ key, times, ms = 0 }: { key: string; times: number; ms?: number }) => {
    await pause(ms);
    const before = recorded(`${key} flaky`).length;
    record(`${key} flaky ${before + 1}`);
    if (before < times) throw new Error(`attempt ${before + 1}`);
    return `after ${before + 1}`;
  },
});
/** Answers late. */
const answerLate = async (context: df.EntityContext<unknown>) => {
  await pause(SLOW_MS);
  record(`${context.df.entityKey} entity`);
  context.df.return('answered');
};
// The library awaits it, whatever its type says.
df.app.entity('slowEntity', answerLate as df.EntityHandler<unknown>);

const note = (o: Df, what: string) => o.callActivity('note', `${o.instanceId} ${what}`);
const slowEntity = (o: Df) => o.callEntity(new EntityId('slowEntity', o.instanceId), 'op');
const inMs = (o: Df, ms: number) => new Date(o.currentUtcDateTime.getTime() + ms);

// Races

/** One timer in two races: first with an event, then with what the input says, then perhaps another step. */
orchestrator('racesAgain', function* ({ df: o }) {
  const { rival, isFirst, step } = o.getInput<{ rival: 'activity' | 'event'; isFirst?: boolean; step?: boolean }>();
  const timer = o.createTimer(inMs(o, 3_600_000));
  yield o.Task.any([timer, o.waitForExternalEvent('one')]);
  const second: Task = rival === 'event' ? o.waitForExternalEvent('two') : note(o, 'raced');
  yield o.Task.any(isFirst === true ? [second, timer] : [timer, second]);
  timer.cancel();
  if (step === true) yield note(o, 'after');
  return 'raced';
});

/** A new timer for each race. */
orchestrator('racesAnew', function* ({ df: o }) {
  const got: unknown[] = [];
  for (const task of [note(o, 'one'), note(o, 'two')]) {
    const timer = o.createTimer(inMs(o, 3_600_000));
    yield o.Task.any([timer, task]);
    timer.cancel();
    got.push(task.result);
  }
  return got.length;
});

/** Activities in a race, and then all of them. */
orchestrator('anyThenAll', function* ({ df: o }) {
  const tasks = [note(o, 'one'), note(o, 'two')];
  yield o.Task.any(tasks);
  yield o.Task.all(tasks);
  return 'all';
});

orchestrator('early', function* ({ df: o }) {
  const due = inMs(o, Number(o.getInput()));
  yield o.createTimer(due);
  return o.currentUtcDateTime < due ? 'early' : 'on time';
});

// Failures beside other work

type Member = 'activity' | 'child' | 'entity' | 'event' | 'retried';

function memberOf(o: Df, kind: Member): Task {
  switch (kind) {
    case 'activity':
      return o.callActivity('slowNote', `${o.instanceId} activity`);
    case 'child':
      return o.callSubOrchestrator('slowChild', `${o.instanceId} child`);
    case 'entity':
      return slowEntity(o);
    case 'event':
      return o.waitForExternalEvent('go');
    case 'retried':
      return o.callActivityWithRetry('flaky', new RetryOptions(1, 3), {
        key: o.instanceId,
        times: 1,
        ms: SLOW_MS,
      });
    default:
      return kind satisfies never;
  }
}

orchestrator('slowChild', function* ({ df: o }) {
  return yield o.callActivity('slowNote', o.getInput());
});

/** A failure in `Task.all` beside another member, and then the next step or the end. */
orchestrator('failsBeside', function* ({ df: o }) {
  const { member, isCaught } = o.getInput<{ member: Member; isCaught: boolean }>();
  try {
    yield o.Task.all([o.callActivity('fail'), memberOf(o, member)]);
  } catch (error) {
    if (!isCaught) throw error;
  }
  return yield note(o, 'after');
});

/** A race that leaves the rest behind. */
orchestrator('leavesBehind', function* ({ df: o }) {
  yield o.Task.any([note(o, 'first'), slowEntity(o), o.waitForExternalEvent('never')]);
  return 'first';
});

orchestrator('rewindable', function* ({ df: o }) {
  yield o.Task.all([o.callActivity('flaky', { key: o.instanceId, times: 1 }), slowEntity(o)]);
  return yield note(o, 'after');
});

// Names, retries, ids

orchestrator('callsUnknown', function* ({ df: o }) {
  const calls: Record<string, () => Task> = {
    activity: () => o.callActivity('nobody', 1),
    child: () => o.callSubOrchestrator('nobody', 1),
    entity: () => o.callEntity(new EntityId('nobody', 'k'), 'op'),
  };
  try {
    return yield calls[o.getInput<string>()]?.() ?? note(o, 'none');
  } catch {
    return 'caught';
  }
});

orchestrator('retryTimeout', function* ({ df: o }) {
  const options = new RetryOptions(1, 50);
  options.retryTimeoutInMilliseconds = 1;
  try {
    return yield o.callActivityWithRetry('flaky', options, { key: o.instanceId, times: 1_000 });
  } catch {
    return 'caught';
  }
});

orchestrator('childWithId', function* ({ df: o }) {
  try {
    return yield o.callSubOrchestrator('waits', null, o.getInput<string>());
  } catch {
    return 'caught';
  }
});

orchestrator('waits', function* ({ df: o }) {
  return yield o.waitForExternalEvent('go');
});

orchestrator('childOfVersion', function* ({ df: o }) {
  return yield o.callSubOrchestrator('version', null, undefined, o.getInput<string>());
});

// eslint-disable-next-line require-yield -- it waits for nothing
orchestrator('version', function* ({ df: o }) {
  return o.version ?? null;
});
