import '../../support/fake-waits.js';
import { type Started } from '../../../src/operations/starter.js';
import { Ending, REDUNDANT, Scheduler, type Choose } from '../../support/interleaving.js';
import { MemoryTaskHub } from '../../support/memory-task-hub.js';
import {
  codeOf,
  expectBound,
  expectStarted,
  exploreWorlds,
  ID,
  KEY,
  OTHER_ID,
  OTHER_KEY,
  type OperationWorld,
  valueOf,
  type TestRequest,
} from '../../support/operation-world.js';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => {
  jest.useRealTimers();
});

/** Longer than a starter waits for another one's instance. */
const STALL_MS = 3_500;
const POLL_MS = 50;

const other = { input: () => ({ n: 2 }) };

const twoStarts: [string, Partial<TestRequest>, Partial<TestRequest>][] = [
  ['one id', { operationId: ID }, { operationId: ID }],
  ['one key', { idempotencyKey: KEY }, { idempotencyKey: KEY }],
  ['one id and one key', { operationId: ID, idempotencyKey: KEY }, { operationId: ID, idempotencyKey: KEY }],
  ['one key and two ids', { operationId: ID, idempotencyKey: KEY }, { operationId: OTHER_ID, idempotencyKey: KEY }],
  ['one id and two keys', { operationId: ID, idempotencyKey: KEY }, { operationId: ID, idempotencyKey: OTHER_KEY }],
];

/**
 * Performs the steps of all starts in any order; while there are steps, so many polls come between at most.
 * @returns whether this order is not like an earlier one
 */
async function interleave(world: OperationWorld, choose: Choose, ends: Ending<Started>[], polls: number) {
  const scheduler = new Scheduler(choose);
  for (let steps = await world.processes.pending(); ends.some(({ value }) => !value);) {
    const mayPoll = jest.getTimerCount() > 0 && (steps.length === 0 || polls > 0);
    const step = scheduler.next(steps, mayPoll);
    if (step === REDUNDANT) return false;
    if (step) {
      await world.processes.perform(step);
    } else {
      polls--;
      world.processes.advance(POLL_MS);
    }
    steps = await world.processes.pending();
  }
  return true;
}

test.each([
  ['while it runs', false],
  ['also when it has ended before the other one goes on', true],
])(
  'all interleavings of two starts that take over from one that crashed: one instance, %s',
  async (_, endsImmediately) => {
    const request = { operationId: ID, idempotencyKey: KEY };
    const interleavings = await exploreWorlds(
      async (world, choose) => {
        void world.start('crashed', request);
        await performUntil(world, 'insert', 2);
        world.processes.crash('crashed');
        const ends = ['a', 'b'].map((process) => new Ending(world.start(process, request)));
        await performUntil(world, 'getStatus', 2);
        world.processes.advance(STALL_MS);
        if (!(await interleave(world, choose, ends, 0))) return REDUNDANT;
        const [a, b] = ends.map(({ value }) => valueOf(value));
        expect(a?.id).toBe(b?.id);
        expect([a?.isNew, b?.isNew].sort()).toEqual([false, true]);
        expect(world.hub.starts).toEqual([ID]);
        await expectStarted(world, ID);
        await expectBound(world, request, ID);
        return undefined;
      },
      () => new MemoryTaskHub({ endsImmediately }),
    );
    expect(interleavings).toBeGreaterThan(10);
  },
);

/** Performs steps of a process until it waits or ends, or until it is chosen that the other one goes on. */
async function performSome(world: OperationWorld, process: string, choose: Choose) {
  for (let [step] = await world.processes.pending(process); step; [step] = await world.processes.pending(process)) {
    if (choose(2) === 1) break;
    await world.processes.perform(step);
  }
}

test('a deletion beside a start of the same request, at any of their steps: a new operation, or the deleted one', async () => {
  const request = { operationId: ID, idempotencyKey: KEY };
  const interleavings = await exploreWorlds(
    async (world, choose) => {
      await world.processes.finish(world.start('first', request));
      world.processes.advance(1_000); // a new operation has a time of its own
      const deletion = new Ending(world.operations('deletion').delete(ID));
      const start = new Ending(world.start('second', request));
      await performSome(world, 'deletion', choose);
      await performSome(world, 'second', choose);
      valueOf(await world.processes.finish(deletion, 'deletion'));
      const { id, isNew } = valueOf(await world.processes.finish(start, 'second'));
      expect(id).toBe(ID);
      expect(world.hub.starts).toHaveLength(isNew ? 2 : 1);
      if (isNew) await expectStarted(world, ID, { starts: 2 });
      else expect(await world.stored(ID)).toEqual({ record: undefined, positions: [], instances: [], blobs: [] });
    },
    () => new MemoryTaskHub({ endsImmediately: true }),
  );
  expect(interleavings).toBeGreaterThan(50);
});

/** Performs steps in their order, up to so many calls of the given name. */
async function performUntil(world: OperationWorld, name: string, calls: number): Promise<void> {
  for (let left = calls; left > 0;) {
    const [step] = await world.processes.pending();
    if (!step) throw new Error(`No call of ${name} comes.`);
    await world.processes.perform(step);
    if (step.name === name) left--;
  }
}

describe('all interleavings of two starts', () => {
  let interleavings = 0;
  afterAll(() => expect(interleavings).toBeGreaterThan(400));
  const interleaveAll = async (
    [first, second]: [Partial<TestRequest>, Partial<TestRequest>],
    check: (world: OperationWorld, results: (PromiseSettledResult<Started> | undefined)[]) => Promise<void>,
  ) => {
    const run = async (world: OperationWorld, choose: Choose) => {
      const ends = [new Ending(world.start('a', first)), new Ending(world.start('b', second))];
      if (!(await interleave(world, choose, ends, 1))) return REDUNDANT;
      await check(
        world,
        ends.map(({ value }) => value),
      );
      return undefined;
    };
    interleavings += await exploreWorlds(run, () => new MemoryTaskHub({ endsImmediately: true }));
  };

  test.each(twoStarts)('of the same request with %s: one operation', (_, first, second) =>
    interleaveAll([first, second], async (world, results) => {
      const [a, b] = results.map((result) => valueOf(result));
      expect(a?.id).toBe(b?.id);
      expect(a?.pending).toEqual(b?.pending);
      expect([a?.isNew, b?.isNew].sort()).toEqual([false, true]);
      expect(world.hub.starts).toHaveLength(1);
      await expectStarted(world, a?.id ?? '');
      for (const { idempotencyKey } of [first, second]) {
        if (idempotencyKey !== undefined)
          expect(await world.records.findKey(idempotencyKey)).toMatchObject({ id: a?.id });
      }
    }),
  );

  test.each(twoStarts)('of two requests with %s: one operation, and the other request is refused', (_, first, second) =>
    interleaveAll([first, { ...second, ...other }], async (world, results) => {
      const isSameKey = first.idempotencyKey !== undefined && first.idempotencyKey === second.idempotencyKey;
      const won = results.findIndex((result) => result?.status === 'fulfilled');
      const { id } = valueOf(results[won]);
      expect(codeOf(results[1 - won])).toBe(isSameKey ? 'IdempotencyKeyReused' : 'OperationIdReused');
      expect(world.hub.starts).toEqual([id]);
      await expectStarted(world, id, { n: won + 1 });
      await expectBound(world, won === 0 ? first : second, id);
      const refused = won === 0 ? second : first;
      if (!isSameKey && refused.idempotencyKey !== undefined)
        expect(await world.records.findKey(refused.idempotencyKey)).toBeUndefined();
    }),
  );
});
