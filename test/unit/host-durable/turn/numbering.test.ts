import fc from 'fast-check';
import { RetryOptions, type OrchestrationContext } from 'durable-functions';
import { type Message } from '../../../../host/durable/store/messages.js';
import { RuntimeStatus } from '../../../../host/durable/runtime-status.js';
import { TurnProbe } from '../../../support/turn-probe.js';
import { messagesFor, orchestratorOf, randomOrchestrator } from '../../../support/random-orchestrators.js';

/** The numbers of actions (host contract, 6.7), compared with the library's counter and open tasks after each turn. */

const later = (df: OrchestrationContext['df'], ms = 3_600_000) => new Date(df.currentUtcDateTime.getTime() + ms);

describe('the examples of the contract', () => {
  test('children of nested compounds depth first, events without a number', async () => {
    const probe = new TurnProbe(function* ({ df }) {
      const inner = df.Task.any([df.callActivity('B'), df.waitForExternalEvent('go')]);
      yield df.Task.all([df.callActivity('A'), inner, df.callActivity('C')]);
    });
    await probe.turn();
    expect(probe.names).toEqual([
      [0, 'A'],
      [1, 'B'],
      [2, 'C'],
    ]);
  });

  test('two attempts that fail: run 0, timer 1, run 2, timer 3', async () => {
    const probe = new TurnProbe(function* ({ df }) {
      yield df.callActivityWithRetry('A', new RetryOptions(5_000, 2));
    });
    await probe.turn();
    await probe.turn(probe.failed(0));
    expect(probe.names).toEqual([[1, 'timer']]);
    await probe.turn(probe.fired(1));
    expect(probe.names).toEqual([[2, 'A']]);
    await probe.turn(probe.failed(2));
    expect(probe.names).toEqual([[3, 'timer']]);
    await probe.turn(probe.fired(3));
    expect(probe.end).toMatchObject({ kind: 'finished', status: RuntimeStatus.Failed });
  });

  test('a timer in two races starts twice, and a task after that is a trap', async () => {
    const probe = new TurnProbe(function* ({ df }) {
      const timer = df.createTimer(later(df));
      for (const name of ['a', 'b', 'c']) yield df.Task.any([timer, df.waitForExternalEvent(name)]);
      yield df.callActivity('After');
    });
    await probe.turn();
    await probe.turn(probe.raised('a'), probe.raised('b'));
    expect(probe.names).toEqual([
      [0, 'timer'],
      [1, 'timer'],
      [2, 'timer'],
    ]);
    await probe.turn(probe.raised('c'));
    expect(probe.end).toMatchObject({
      status: RuntimeStatus.Failed,
      output: expect.stringContaining('On Azure') as unknown,
    });
  });

  test('after a failed Task.all the next task starts when all members are over', async () => {
    const probe = new TurnProbe(function* ({ df }) {
      try {
        yield df.Task.all([df.callActivity('A'), df.callActivity('B'), df.waitForExternalEvent('go')]);
      } catch {
        yield df.callActivity('After');
      }
    });
    await probe.turn();
    await probe.turn(probe.failed(0));
    expect(probe.names).toEqual([[1, 'B']]);
    await probe.turn(probe.completed(1));
    expect(probe.names).toEqual([]);
    await probe.turn(probe.raised('go'));
    expect(probe.names).toEqual([[2, 'After']]);
  });

  test('an event that was raised before a failed Task.all is over', async () => {
    const probe = new TurnProbe(function* ({ df }) {
      yield df.callActivity('First');
      try {
        yield df.Task.all([df.callActivity('A'), df.waitForExternalEvent('go')]);
      } catch {
        yield df.callActivity('After');
      }
    });
    await probe.turn();
    await probe.turn(probe.raised('go'));
    await probe.turn(probe.completed(0));
    await probe.turn(probe.failed(1));
    expect(probe.names).toEqual([[2, 'After']]);
  });

  test('a failed attempt and a result that resumes the orchestrator in one batch', async () => {
    const probe = new TurnProbe(function* ({ df }) {
      const retried = df.callActivityWithRetry('A', new RetryOptions(5_000, 3));
      yield df.Task.any([retried, df.callActivity('B')]);
      yield df.callActivity('C');
    });
    await probe.turn();
    await probe.turn(probe.completed(1), probe.failed(0));
    expect(probe.names).toEqual([
      [2, 'timer'],
      [3, 'C'],
    ]);
  });
});

test('a structured failure that must not be retried is a trap', async () => {
  const probe = new TurnProbe(function* ({ df }) {
    const options = new RetryOptions(5_000, 4);
    try {
      yield df.callActivityWithRetry('A', options);
    } catch {
      yield df.callActivity('After');
    }
  });
  await probe.turn();
  const failure = { FailureDetails: { ErrorType: 'E', ErrorMessage: 'final', IsNonRetriable: true } };
  await probe.turn(probe.failed(0, failure));
  expect(probe.end).toMatchObject({
    status: RuntimeStatus.Failed,
    output: expect.stringContaining('On Azure') as unknown,
  });
});

test('a duplicate result, or one for another execution, is dropped', async () => {
  const probe = new TurnProbe(function* ({ df }) {
    for (;;) yield df.callActivity('A');
  });
  await probe.turn();
  await probe.turn(probe.completed(0), probe.completed(0));
  expect(probe.names).toEqual([[1, 'A']]);
  await probe.turn({ ...probe.completed(1), execution: 'old' } as Message, probe.completed(0));
  expect(probe.turns).toHaveLength(2);
});

const RUNS = 60;
const MOST_TURNS = 30;

test('numbers agree with the library for random orchestrators and results', async () => {
  await fc.assert(
    fc.asyncProperty(randomOrchestrator, async (given) => {
      const probe = new TurnProbe(orchestratorOf(given));
      await probe.turn();
      const messages = messagesFor(given, probe);
      for (let turn = 0; turn < MOST_TURNS && probe.end?.kind === 'open'; turn++) {
        await probe.turn(...messages.next().value);
      }
    }),
    { numRuns: RUNS },
  );
});
