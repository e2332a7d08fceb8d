import fc from 'fast-check';
import {
  clean,
  emptyQueue,
  enter,
  forget,
  indexInPage,
  leave,
  PAGE_SIZE,
  pageOf,
  positionOf,
  queueFrom,
  queueingCount,
  reconcile,
  type QueueState,
} from '../../../src/serverless/queue.js';

const entry = { requestID: 'id', sync: false, workers: 1, maxSyncWaiting: 1, asOf: 1 };

/** A queue with so many requests and workers. */
function queueOf(count: number, workers: number, change: Partial<typeof entry> = {}): QueueState {
  let state = emptyQueue;
  for (let n = 1; n <= count; n++) [state] = enter(state, { ...entry, requestID: `id-${n}`, workers, ...change });
  return state;
}

type Command =
  | { do: 'enter'; sync: boolean }
  | { do: 'leave'; of: number }
  | { do: 'reconcile'; workers: number; dead: number[] }
  | { do: 'clean' };

const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('enter' as const), sync: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('leave' as const), of: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reconcile' as const),
      workers: fc.nat(4),
      dead: fc.array(fc.nat(40), { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clean' as const) }) },
);

const MAX_SYNC_WAITING = 2;

/** A simple model of the queue: lists of all requests. */
class Model {
  last = 0;
  waiting: { sequence: number; sync: boolean }[] = [];
  running: number[] = [];
  latest = 0;

  constructor(public workers: number) {}

  enter(sync: boolean) {
    const isFree = this.running.length < this.workers && this.waiting.length === 0;
    const others = this.waiting.filter((request) => request.sync).length;
    if (sync && (this.workers === 0 || (!isFree && others >= MAX_SYNC_WAITING))) return { refused: true };
    const sequence = ++this.last;
    this.waiting.push({ sequence, sync });
    return { refused: false, sequence, after: this.latest, granted: this.fill().includes(sequence) };
  }

  leave(...gone: number[]): number[] {
    this.running = this.running.filter((sequence) => !gone.includes(sequence));
    this.waiting = this.waiting.filter(({ sequence }) => !gone.includes(sequence));
    return this.fill();
  }

  fill(): number[] {
    const grants = this.waiting.splice(0, Math.max(0, this.workers - this.running.length)).map((next) => next.sequence);
    this.running.push(...grants);
    this.latest = grants.at(-1) ?? this.latest;
    return grants;
  }
}

function step(state: QueueState, model: Model, next: Command, asOf: number): QueueState {
  switch (next.do) {
    case 'enter': {
      const wanted = { requestID: `id-${model.last + 1}`, sync: next.sync, workers: model.workers, asOf };
      const [after, reply] = enter(state, { ...wanted, maxSyncWaiting: MAX_SYNC_WAITING });
      expect(reply).toEqual(model.enter(next.sync));
      return after;
    }
    case 'leave': {
      const [after, { grants }] = leave(state, { sequence: next.of });
      expect(grants).toEqual(model.leave(next.of));
      return after;
    }
    case 'reconcile': {
      model.workers = next.workers;
      const [after, { grants }] = reconcile(state, { dead: next.dead, workers: next.workers, asOf });
      expect(grants).toEqual(model.leave(...next.dead));
      return after;
    }
    case 'clean': {
      const [after, { ranges }] = clean(state);
      const cleaned = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
      expect(cleaned).toEqual(model.waiting.splice(0).map(({ sequence }) => sequence));
      return after;
    }
  }
}

test('the queue behaves like simple lists: order, cap, refusals, counts, positions', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), fc.integer({ min: 0, max: 3 }), (commands, workers) => {
      const model = new Model(workers);
      let state: QueueState = { ...emptyQueue, workers };
      commands.forEach((next, index) => {
        state = step(state, model, next, index + 1);
        expect(state.running).toEqual(model.running);
        expect(queueingCount(state)).toBe(model.waiting.length);
        expect(model.waiting.map(({ sequence }) => positionOf(state, sequence))).toEqual(
          model.waiting.map((_, position) => position + 1),
        );
      });
    }),
  );
});

test('exactly as many requests as workers get a place', () => {
  expect(queueOf(3, 3)).toMatchObject({ running: [1, 2, 3], head: 3 });
  const state = queueOf(4, 3);
  expect(state).toMatchObject({ running: [1, 2, 3], head: 3 });
  expect(queueingCount(state)).toBe(1);
});

test('requests that an earlier version let begin before they had a place count as running', () => {
  const { running, head, ...others } = queueOf(5, 2);
  const stored = { ...others, running, head: 4, ready: [3, 4], ahead: 2, tookMs: 100, lastGrant: 4 };
  const state = queueFrom(stored);
  expect(state).toEqual({ ...others, running: [1, 2, 3, 4], head: 4, lastGrant: 4 });
  expect([queueingCount(state), positionOf(state, 5)]).toEqual([1, 1]);
  expect(head).toBe(2);
  expect(leave(state, { sequence: 3 })[1]).toEqual({ grants: [], after: 4 });
  expect(queueFrom(undefined)).toEqual(emptyQueue);
});

test('synchronous requests wait up to their limit, and further ones are refused', () => {
  const sync = { ...entry, sync: true, maxSyncWaiting: 2 };
  let state = queueOf(1, 1);
  for (const sequence of [2, 3]) {
    const [next, reply] = enter(state, sync);
    expect(reply).toEqual({ refused: false, sequence, granted: false, after: 1 });
    state = next;
  }
  expect(enter(state, sync)[1]).toEqual({ refused: true });
  const [freed] = leave(state, { sequence: 3 });
  expect(enter(freed, sync)[1]).toEqual({ refused: false, sequence: 4, granted: false, after: 1 });
});

test('a synchronous request is refused without workers, and without a free worker when none may wait', () => {
  expect(enter(emptyQueue, { ...entry, sync: true, workers: 0, maxSyncWaiting: 9 })[1]).toEqual({ refused: true });
  const none = { ...entry, sync: true, maxSyncWaiting: 0 };
  expect(enter(emptyQueue, none)[1]).toEqual({ refused: false, sequence: 1, granted: true, after: 0 });
  expect(enter(queueOf(1, 1), none)[1]).toEqual({ refused: true });
});

test('an older value of the cap changes nothing', () => {
  const [newer] = enter(emptyQueue, { ...entry, workers: 5, asOf: 10 });
  expect(enter(newer, { ...entry, workers: 1, asOf: 9 })[0].workers).toBe(5);
  expect(enter(newer, { ...entry, workers: 1, asOf: 11 })[0].workers).toBe(1);
});

test('the last failure of a worker is kept until a call succeeds', () => {
  const [failing] = leave(queueOf(1, 1), { sequence: 1, failure: 'the worker answered 500' });
  expect(failing.failing).toBe('the worker answered 500');
  expect(leave(failing, { sequence: 2 })[0].failing).toBe('the worker answered 500');
  expect(leave(failing, { sequence: 2, failure: null })[0].failing).toBeUndefined();
});

test('a page is returned with the request that fills it, and each id is at the index of its sequence', () => {
  let state = emptyQueue;
  const pages: string[][] = [];
  for (let n = 1; n <= 2 * PAGE_SIZE + 1; n++) {
    const [next, , full] = enter(state, { ...entry, requestID: `id-${n}` });
    if (full) pages[full.page] = full.ids;
    expect(full?.page).toBe(n % PAGE_SIZE === 0 ? n / PAGE_SIZE - 1 : undefined);
    state = next;
  }
  pages.push(state.tail);
  for (const n of [1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE, 2 * PAGE_SIZE + 1]) {
    expect(pages[pageOf(n)]?.[indexInPage(n)]).toBe(`id-${n}`);
  }
});

test('the state does not grow with the queue', () => {
  const size = (count: number) => JSON.stringify(queueOf(count, 4)).length;
  expect(size(50 * PAGE_SIZE)).toBeLessThan(size(0) + 100);
});

test('pages are deleted once, in order', () => {
  const [state, first] = forget(emptyQueue, { firstPage: 2 });
  expect(first).toEqual({ pages: [0, 1] });
  expect(forget(state, { firstPage: 2 })[1]).toEqual({ pages: [] });
  expect(forget(state, { firstPage: 1 })).toEqual([state, { pages: [] }]);
});
