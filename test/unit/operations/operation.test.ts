import { type OrchestrationHandler } from 'durable-functions';
import { z } from 'zod';
import { defineOperation, type OperationKind, type StoredOutcome } from '../../../src/operations/define.js';
import { type Steps } from '../../../src/operations/durable-retry.js';
import { operationErrors } from '../../../src/operations/errors.js';
import { settled, type Operation } from '../../../src/operations/operation.js';
import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { STORE_RESULT } from '../../../src/operations/stored-result.js';
import { RESUMED_EVENT } from '../../../src/operations/upstreams/names.js';
import { commonErrors, type Outcome } from '../../../src/platform/errors.js';
import { runOrchestrator, type RunOptions } from '../../support/orchestrator-runner.js';

const ID = 'operation-under-test';
const HOUR = 3_600_000;

const ok = (value: unknown) => ({ ok: true, value });
const away = { ok: false, error: commonErrors.ServiceUnavailable('away').data };
const refused = { ok: false, error: commonErrors.InvalidRequest('refused').data };
const stopped = { ok: false, error: operationErrors.OperationCanceled('The operation was canceled.').data };
const canceled = { end: 'canceled' };
const succeeded = (result: unknown) => ({ end: 'succeeded', result });

/** Answers of an activity, the last one again and again. */
function inTurn(...answers: unknown[]) {
  let next = 0;
  return () => answers[Math.min(next++, answers.length - 1)];
}

type Result = Outcome<unknown> | StoredOutcome;
type Options = Partial<RunOptions> & { attempts?: number; firstWaitMs?: number };

async function run(
  steps: (operation: Operation) => Steps<Result>,
  { attempts, firstWaitMs, ...options }: Options = {},
) {
  const kind: OperationKind<{ n: number }> = defineOperation({
    kind: 'test.kind',
    input: z.object({ n: z.number() }),
    result: z.unknown(),
    run: steps,
  });
  const retry = { attempts: attempts ?? 3, firstWaitMs: firstWaitMs ?? 1_000 };
  const input = { kind: 'test.kind', input: { n: 1 }, createdAt: '2026-11-22T04:15:00.000Z', retry };
  const done = await runOrchestrator(operationOrchestrator(kind), { instanceId: ID, input, ...options });
  return { ...done, count: (name: string) => done.calls.filter(([called]) => called === name).length };
}

const cancelIn = (turn: number) => [{ turn, name: 'cancel', input: true }];

/** The cancel event arrives alone in the given turn: what is due then is held back until the next one. */
function cancelAloneIn(turn: number) {
  const delivered: string[] = [];
  let next = 2;
  const deliver: RunOptions['deliver'] = (due) => {
    const chosen = next++ === turn ? [] : due;
    delivered.push(...chosen.map(({ name }) => name));
    return chosen;
  };
  return { raise: cancelIn(turn), deliver, delivered };
}

describe('the end of an operation', () => {
  const twoSteps = function* (operation: Operation): Steps<Result> {
    yield* operation.step('first', {});
    return yield* operation.step('second', {});
  };

  test('is logged once, in the last of its turns', async () => {
    const activities = { first: () => ok(1), second: () => ok(2) };
    const { logged } = await run(twoSteps, { activities, duration: () => 500 });
    expect(logged).toEqual([`Operation ${ID} (test.kind): Succeeded after 1000 ms`]);
  });

  test('is logged with the code of its error', async () => {
    const { logged } = await run(twoSteps, { activities: { first: () => ok(1), second: () => refused } });
    expect(logged).toEqual([expect.stringMatching(/: Failed with InvalidRequest after \d+ ms$/)]);
  });

  test('is logged when it was canceled', async () => {
    const { logged } = await run((operation) => operation.step('work', {}), {
      activities: { work: () => stopped },
      ...cancelAloneIn(2),
    });
    expect(logged).toEqual([expect.stringMatching(/: Canceled after \d+ ms$/)]);
  });
});

describe('a step', () => {
  const step = (operation: Operation) => operation.step('work', { n: 1 });

  test('calls its activity once, with the id of the operation', async () => {
    const done = await run(step, { activities: { work: () => ok('value') } });
    expect(done.result).toEqual(succeeded('value'));
    expect(done.calls).toEqual([['work', { n: 1, operationId: ID }]]);
    expect(done.shown).toEqual([]);
  });

  test('is tried again while its error is retryable, and shows what it waits for', async () => {
    const done = await run(step, { activities: { work: inTurn(away, away, ok('value')) } });
    expect([done.result, done.count('work'), done.elapsedMs]).toEqual([succeeded('value'), 3, 1_000 + 2_000]);
    expect(done.shown).toEqual([{ waitingFor: 'upstream' }, {}, { waitingFor: 'upstream' }, {}]);
  });

  test('is not tried again when its error is final', async () => {
    const done = await run(step, { activities: { work: inTurn(away, refused) } });
    const { retryable: _, ...error } = refused.error;
    expect([done.result, done.count('work')]).toEqual([{ end: 'failed', error }, 2]);
  });

  test.each([1, 2, 5])('with %i attempts is tried so often at most', async (attempts) => {
    const done = await run(step, { attempts, activities: { work: () => away } });
    const { retryable: _, ...error } = away.error;
    expect([done.result, done.count('work')]).toEqual([{ end: 'failed', error }, attempts]);
  });

  test('waits twice as long each time, up to a minute', async () => {
    const begun: number[] = [];
    const timed = function* (operation: Operation) {
      begun.length = 0; // each replay begins anew
      return yield* operation.step<unknown>('work', {}, (attempt) => {
        begun[attempt] = operation.now();
        return attempt < 9;
      });
    };
    const done = await run(timed, { activities: { work: () => away } });
    const waits = begun.slice(2).map((time, index) => (time - (begun[index + 1] ?? 0)) / 1_000);
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(done.count('work')).toBe(9);
  });

  test('may have a limit of its own, which gives a final error no second attempt', async () => {
    const always = (operation: Operation) => operation.step('work', {}, () => true);
    const done = await run(always, { attempts: 1, activities: { work: inTurn(away, away, away, refused) } });
    expect([done.result, done.count('work')]).toEqual([expect.objectContaining({ end: 'failed' }), 4]);
  });
});

describe('a cancellation', () => {
  const twoSteps = function* (operation: Operation) {
    yield* operation.step('first', {});
    return yield* operation.step('second', {});
  };

  test('before the first step: its activity, which aborts itself, is the only one', async () => {
    const done = await run(twoSteps, { activities: { first: () => stopped }, raise: cancelIn(1) });
    expect([done.result, done.calls.length]).toEqual([canceled, 1]);
  });

  test('during a step: the operation ends when the activity has', async () => {
    const { delivered, ...cancel } = cancelAloneIn(2);
    const done = await run(twoSteps, { activities: { first: () => ok(1) }, duration: () => 5_000, ...cancel });
    expect([done.result, done.elapsedMs]).toEqual([canceled, 5_000]);
    expect(delivered).toEqual(['first']);
    expect(done.shown).toEqual([{ cancelRequested: true }]);
  });

  test('that the activity sees before its event arrives', async () => {
    const done = await run(twoSteps, { activities: { first: () => stopped } });
    expect([done.result, done.calls.length]).toEqual([canceled, 1]);
  });

  test('while the kind waits for its last activity alone: the operation is canceled all the same', async () => {
    const last = function* (operation: Operation): Steps<Result> {
      yield* operation.sleep(1);
      return yield* settled(operation.activity('last', {}));
    };
    const { delivered, ...cancel } = cancelAloneIn(3);
    const done = await run(last, { activities: { last: () => ok(1) }, ...cancel });
    expect([done.result, delivered]).toEqual([canceled, ['timer', 'last']]);
  });

  test('ends a sleep', async () => {
    const sleeping = function* (operation: Operation): Steps<Result> {
      yield* operation.sleep(HOUR);
      return yield* operation.step('after', {});
    };
    const activities = { after: () => ok(1) };
    const { delivered, ...cancel } = cancelAloneIn(2);
    const done = await run(sleeping, { activities, ...cancel });
    expect([done.result, done.calls, delivered]).toEqual([canceled, [], []]);
    expect(done.shown).toEqual([{ cancelRequested: true }]); // seen while the kind cleans up
    const uncut = await run(sleeping, { activities });
    expect([uncut.result, uncut.elapsedMs]).toEqual([succeeded(1), HOUR]);
  });

  test('ends the wait before a retry', async () => {
    const { delivered, ...cancel } = cancelAloneIn(3);
    const done = await run((operation) => operation.step('work', {}), { activities: { work: () => away }, ...cancel });
    expect([done.result, delivered]).toEqual([canceled, ['work']]);
  });

  test('does not cut short what cleans up', async () => {
    const cleaningUp = function* (operation: Operation): Steps<Result> {
      try {
        return yield* operation.step('work', {});
      } finally {
        const outcome = yield* operation.cleanUp('release', { job: 7 });
        operation.note(outcome.ok);
      }
    };
    for (const raise of [cancelIn(1), cancelIn(2), []]) {
      const activities = {
        work: raise.length > 0 ? () => stopped : () => ok(1),
        release: inTurn(away, away, ok(null)),
      };
      const done = await run(cleaningUp, { activities, raise });
      expect([done.result, done.elapsedMs]).toEqual([raise.length > 0 ? canceled : succeeded(1), 1_000 + 2_000]);
      expect(done.calls.filter(([name]) => name === 'release')).toEqual(
        Array.from({ length: 3 }, () => ['release', { job: 7, operationId: ID }]),
      );
      expect(done.shown.at(-1)).toMatchObject({ note: true });
    }
  });

  test('what cleans up is tried as often as a step', async () => {
    const cleanUp = function* (operation: Operation): Steps<Result> {
      yield* operation.cleanUp('release', {});
      return { ok: true, value: null };
    };
    const done = await run(cleanUp, { attempts: 4, activities: { release: () => away } });
    expect([done.result, done.count('release')]).toEqual([succeeded(null), 4]);
    expect((await run(cleanUp, { activities: { release: () => refused } })).count('release')).toBe(1);
  });
});

describe('a step with room', () => {
  const withRoom = (operation: Operation) => operation.stepWithRoom('work', {});

  test('is called again after durable waits while there is no room, which is no attempt', async () => {
    const activities = { work: inTurn(...Array<unknown>(7).fill(ok(null)), away, ok(null), ok(5)) };
    const done = await run(withRoom, { attempts: 2, activities });
    expect([done.result, done.count('work')]).toEqual([succeeded(5), 10]);
    expect(done.elapsedMs).toBe(250 + 500 + 1_000 + 2_000 + 4_000 + 5_000 + 5_000 + 1_000 + 250);
    expect(done.shown).toContainEqual({ waitingFor: 'capacity' });
    expect(done.shown.at(-1)).toEqual({});
  });

  test('a cancellation ends the wait', async () => {
    const { delivered, ...cancel } = cancelAloneIn(3);
    const done = await run(withRoom, { activities: { work: () => ok(null) }, ...cancel });
    expect([done.result, delivered]).toEqual([canceled, ['work']]);
  });
});

describe('the end of an orchestrator', () => {
  const notified = async (steps: (operation: Operation) => Steps<Result>, options: Partial<RunOptions> = {}) => {
    const kind = defineOperation({ kind: 'test.kind', input: z.unknown(), result: z.unknown(), run: steps });
    const ids: string[] = [];
    const input = { kind: 'test.kind', input: {}, retry: { attempts: 1, firstWaitMs: 1 } };
    const handler = operationOrchestrator(kind, (id) => ids.push(id));
    await runOrchestrator(handler, { instanceId: ID, input, ...options }).catch(() => undefined);
    return ids;
  };
  const working = (operation: Operation) => operation.step('work', {});

  test('is told once, however it ends', async () => {
    expect(await notified(working, { activities: { work: () => ok(1) } })).toEqual([ID]);
    expect(await notified(working, { activities: { work: () => refused } })).toEqual([ID]);
    expect(await notified(working, { activities: { work: () => stopped } })).toEqual([ID]);
    const throwing = function* (operation: Operation): Steps<Result> {
      yield* operation.sleep(1);
      throw new Error('a bug');
    };
    expect(await notified(throwing)).toEqual([ID]);
  });
});

describe('tasks side by side', () => {
  type Seen = (string | undefined)[][];

  /** Runs activities named by how long they take, ms; `seen` is what its last replay was told of. */
  function all(seen: Seen, ...durations: number[]) {
    return function* (operation: Operation): Steps<Result> {
      seen.length = 0;
      const tasks = durations.map((ms) => operation.activity(`${ms}`, {}));
      yield* operation.all<string>(tasks, (outcomes) => {
        seen.push(outcomes.map((outcome) => outcome && (outcome.ok ? outcome.value : outcome.error.code)));
        const completed = outcomes.filter((outcome) => outcome?.ok).length;
        operation.report({ total: tasks.length, completed, failed: 0 });
      });
      return { ok: true, value: 'all' };
    };
  }

  const options = (...durations: number[]): Options => ({
    activities: Object.fromEntries(durations.map((ms) => [`${ms}`, () => ok(`after ${ms}`)])),
    duration: (name) => Number(name),
  });

  test.each([[[300, 100, 200]], [[100]], [[100, 100]], [[5_000, 10, 20_000, 0]]])(
    'O1, O2: %p ms: each is called once, and the end has all outcomes in their order',
    async (durations) => {
      const seen: Seen = [];
      const done = await run(all(seen, ...durations), options(...durations));
      expect(done.result).toEqual(succeeded('all'));
      expect(done.calls.map(([name]) => Number(name)).sort((a, b) => a - b)).toEqual(
        [...durations].sort((a, b) => a - b),
      );
      expect(seen.at(-1)).toEqual(durations.map((ms) => `after ${ms}`));
      expect(done.shown.at(-1)).toEqual({
        progress: { total: durations.length, completed: durations.length, failed: 0 },
      });
    },
  );

  test('progress is told while tasks still run', async () => {
    const seen: Seen = [];
    await run(all(seen, 1_000, 10_000, 60_000), options(1_000, 10_000, 60_000));
    expect(seen[0]).toEqual(['after 1000', undefined, undefined]);
    expect(seen).toContainEqual(['after 1000', 'after 10000', undefined]);
    expect(seen.at(-1)).toEqual(['after 1000', 'after 10000', 'after 60000']);
  });

  test('an hour of waiting takes about a hundred checks', async () => {
    const done = await run(all([], 100, HOUR, HOUR + 1), options(100, HOUR, HOUR + 1));
    expect(done.result).toEqual(succeeded('all'));
    expect(done.elapsedMs).toBeLessThan(1.1 * HOUR + 1_000);
    expect(done.longestHistory).toBeLessThan(600);
  });

  test('one that fails keeps none of the others from its end', async () => {
    const seen: Seen = [];
    const { activities, duration } = options(100, 200, 300);
    const done = await run(all(seen, 100, 200, 300), { activities: { ...activities, 200: () => refused }, duration });
    expect(seen.at(-1)).toEqual(['after 100', 'InvalidRequest', 'after 300']);
    expect(done.result).toEqual(succeeded('all'));
  });

  test('a cancellation waits until all have stopped, and tells no more progress', async () => {
    const seen: Seen = [];
    const { activities, duration } = options(100, 5_000, 9_000);
    const stopping = { ...activities, 5_000: () => stopped, 9_000: () => stopped };
    const { raise, deliver } = cancelAloneIn(2);
    const done = await run(all(seen, 100, 5_000, 9_000), { activities: stopping, duration, raise, deliver });
    expect([done.result, done.elapsedMs, done.calls.length]).toEqual([canceled, 9_000, 3]);
    expect(seen).toEqual([]);
    expect(done.shown).toEqual([{ cancelRequested: true }]);
  });

  test('a cancellation between two checks', async () => {
    const durations = [100, 5_000, 9_000];
    const done = await run(all([], ...durations), { ...options(...durations), raise: cancelIn(3) });
    expect([done.result, done.elapsedMs, done.calls.length]).toEqual([canceled, 9_000, 3]);
    expect(done.shown.at(-1)).toEqual({ progress: { total: 3, completed: 1, failed: 0 }, cancelRequested: true });
  });

  test('a cancellation that only a task sees', async () => {
    const { activities, duration } = options(100, 200);
    const done = await run(all([], 100, 200), { activities: { ...activities, 200: () => stopped }, duration });
    expect(done.result).toEqual(canceled);
  });

  test('sub-orchestrations are numbered under the id of the operation', async () => {
    const ids: string[] = [];
    const part: OrchestrationHandler = function* (context) {
      const { n, operationId } = context.df.getInput<{ n: number; operationId: string }>();
      ids[n] = context.df.instanceId;
      yield context.df.callActivity('work', { n, operationId });
      return ok(n);
    };
    const parts = function* (operation: Operation): Steps<Result> {
      const tasks = [0, 1, 2].map((n) => operation.subOrchestration('part', { n }));
      let sum = 0;
      yield* operation.all<number>(tasks, (outcomes) => {
        sum = outcomes.reduce((total, outcome) => total + (outcome?.ok ? outcome.value : 0), 0);
      });
      return { ok: true, value: sum };
    };
    const done = await run(parts, { parts: { part }, activities: { work: () => ok(null) } });
    expect(done.result).toEqual(succeeded(3));
    expect(ids).toEqual([`${ID}:0`, `${ID}:1`, `${ID}:2`]);
    expect(done.calls).toContainEqual(['work', { n: 2, operationId: ID }]);
  });
});

test('O3: progress never goes backwards', async () => {
  const reporting = function* (operation: Operation): Steps<Result> {
    for (const [completed, failed] of [
      [1, 2],
      [3, 1],
      [2, 0],
      [2, 4],
    ] as const) {
      operation.report({ total: 9, completed, failed });
      yield* operation.sleep(10);
    }
    return { ok: true, value: null };
  };
  const done = await run(reporting);
  const progress = (completed: number, failed: number) => ({ progress: { total: 9, completed, failed } });
  expect(done.shown).toEqual([progress(1, 2), progress(3, 2), progress(3, 4)]);
});

test('each visible change has a later time, also within a millisecond, and the end has its own', async () => {
  const reporting = function* (operation: Operation): Steps<Result> {
    for (const completed of [1, 2, 2, 3]) {
      operation.report({ total: 3, completed, failed: 0 });
      yield* operation.step('work', {});
    }
    yield* operation.sleep(100);
    return { ok: true, value: null };
  };
  const { changes } = await run(reporting, { activities: { work: () => ok(null) } });
  const begun = Date.parse('2026-11-22T04:15:00.000Z');
  // The start and the first report are in one turn; the third report shows nothing new.
  expect(changes).toEqual([begun + 1, begun + 2, begun + 3, begun + 100]);
});

describe('the end', () => {
  const LIMIT = 64 * 1024;
  const result = (value: unknown) =>
    function* (operation: Operation): Steps<Result> {
      yield* operation.sleep(1);
      return { ok: true, value };
    };
  const stored = { name: `operations/${ID}/result.json`, bytes: 99 };

  test.each([
    ['of 64 KiB', 'x'.repeat(LIMIT - 2)],
    ['of 64 KiB in characters of three bytes', '€'.repeat((LIMIT - 4) / 3) + 'xx'],
    ['of nothing', null],
  ])('a result %s stays in the history', async (_, value) => {
    expect((await run(result(value))).result).toEqual(succeeded(value));
  });

  test.each([
    ['over 64 KiB', 'x'.repeat(LIMIT - 1)],
    ['over 64 KiB in characters of three bytes', '€'.repeat((LIMIT - 4) / 3) + 'xxx'],
  ])('a result %s is stored', async (_, value) => {
    const done = await run(result(value), { activities: { [STORE_RESULT]: inTurn(away, ok(stored)) } });
    expect(done.result).toEqual({ end: 'succeeded', resultBlob: stored.name, bytes: stored.bytes });
    expect(done.calls).toEqual([1, 2].map(() => [STORE_RESULT, { result: value, operationId: ID }]));
  });

  test('a large result that cannot be stored fails the operation', async () => {
    const done = await run(result('x'.repeat(LIMIT)), { activities: { [STORE_RESULT]: () => away } });
    expect(done.result).toMatchObject({ end: 'failed', error: { code: 'ServiceUnavailable' } });
    expect(done.count(STORE_RESULT)).toBe(3);
  });

  test('a result that an activity stored is not stored again', async () => {
    const keeping = function* (operation: Operation): Steps<Result> {
      yield* operation.sleep(1);
      return { ok: true, stored };
    };
    expect((await run(keeping)).result).toEqual({ end: 'succeeded', resultBlob: stored.name, bytes: stored.bytes });
  });

  test.each([
    ['input that its kind refuses', { n: 'text' }],
    ['an error of its own', { n: 1 }],
  ])('%s fails the instance', async (_, input) => {
    const failing = function* (operation: Operation): Steps<Result> {
      yield* operation.sleep(1);
      throw new Error('a bug');
    };
    const envelope = { input, retry: { attempts: 1, firstWaitMs: 1 } };
    await expect(run(failing, { input: envelope })).rejects.toThrow(input.n === 1 ? 'a bug' : 'expected number');
  });
});

describe('a paused service', () => {
  const paused = { ok: false, error: operationErrors.UpstreamPaused('paused: New model', { target: 'reader' }).data };
  const step = (operation: Operation) => operation.step('work', {});
  const resumedIn = (...turns: number[]) => turns.map((turn) => ({ turn, name: RESUMED_EVENT, input: true }));
  /** In these turns events arrive alone. */
  const aloneIn = (...turns: number[]): RunOptions['deliver'] => {
    let turn = 1;
    return (due) => (turns.includes(++turn) ? [] : due);
  };

  test('keeps a step waiting without attempts until the event of its resume', async () => {
    const work = inTurn(paused, paused, away, away, ok('value'));
    const done = await run(step, { activities: { work }, raise: resumedIn(3, 5), deliver: aloneIn(3, 5) });
    expect([done.result, done.count('work'), done.elapsedMs]).toEqual([succeeded('value'), 5, 1_000 + 2_000]);
    const waits = ['paused', 'paused', 'upstream', 'upstream'];
    expect(done.shown).toEqual(waits.flatMap((waitingFor) => [{ waitingFor }, {}]));
  });

  test('an event that arrives before the wait ends it', async () => {
    const done = await run(step, { activities: { work: inTurn(paused, ok('value')) }, raise: resumedIn(2) });
    expect([done.result, done.elapsedMs]).toEqual([succeeded('value'), 0]);
  });

  test('a lost event delays a step by an hour', async () => {
    const done = await run(step, { activities: { work: inTurn(paused, ok('value')) } });
    expect([done.result, done.count('work'), done.elapsedMs]).toEqual([succeeded('value'), 2, HOUR]);
  });

  test('a wait of a day has a short history', async () => {
    const work = inTurn(...Array<unknown>(24).fill(paused), ok('value'));
    const done = await run(step, { activities: { work } });
    expect([done.result, done.elapsedMs]).toEqual([succeeded('value'), 24 * HOUR]);
    expect(done.longestHistory).toBeLessThan(200);
  });

  test('a cancellation ends the wait', async () => {
    const done = await run(step, { activities: { work: () => paused }, ...cancelAloneIn(3) });
    expect([done.result, done.count('work'), done.shown.at(-1)]).toEqual([canceled, 1, { cancelRequested: true }]);
  });

  test('a clean-up waits, also after a cancellation', async () => {
    const work = inTurn(paused, paused, away, ok(null));
    const cleaning = function* (operation: Operation): Steps<Result> {
      try {
        yield* operation.sleep(HOUR);
        return { ok: true, value: null };
      } finally {
        yield* operation.cleanUp('work', {});
      }
    };
    const raise = [...cancelIn(2), ...resumedIn(4, 6)];
    const done = await run(cleaning, { activities: { work }, raise, deliver: aloneIn(2, 4, 6) });
    expect([done.result, done.count('work'), done.elapsedMs]).toEqual([canceled, 4, 1_000]);
    expect(done.shown).toContainEqual({ cancelRequested: true, waitingFor: 'paused' });
  });

  test('fails an operation for which a client waits', async () => {
    const retry = { attempts: 1, firstWaitMs: 1, failsWhenPaused: true };
    const input = { kind: 'test.kind', input: { n: 1 }, createdAt: '2026-11-22T04:15:00.000Z', retry };
    const done = await run(step, { input, activities: { work: () => paused } });
    expect(done.result).toMatchObject({ end: 'failed', error: { code: 'UpstreamPaused', status: 503 } });
  });
});

describe('a service whose circuit breaker is open', () => {
  const notCalled = { ok: false, error: { ...away.error, notCalled: true } };
  const step = (operation: Operation) => operation.step('work', {});

  test('is tried again after five seconds, and the calls that were not made are no attempts', async () => {
    const work = inTurn(notCalled, away, notCalled, away, ok('value'));
    const done = await run(step, { activities: { work } });
    expect([done.result, done.count('work')]).toEqual([succeeded('value'), 5]);
    expect(done.elapsedMs).toBe(5_000 + 2_000 + 5_000 + 8_000);
  });

  test('fails a step after as many refused calls as it has attempts', async () => {
    const done = await run(step, { activities: { work: () => notCalled } });
    const { retryable: _, ...error } = away.error;
    expect([done.result, done.count('work'), done.elapsedMs]).toEqual([{ end: 'failed', error }, 3, 10_000]);
  });
});
