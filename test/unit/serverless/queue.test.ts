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
  queueingCount,
  SHORT_MS,
  tend,
  type QueueState,
} from '../../../src/serverless/queue.js';

const entry = { requestID: 'id', sync: false, workers: 1, ahead: 0, maxSyncWaiting: 1, asOf: 1 };

/** Enters so many requests at a queue with so many workers. */
function queueOf(count: number, workers: number, change: Partial<typeof entry> = {}): QueueState {
  let state = emptyQueue;
  for (let n = 1; n <= count; n++) [state] = enter(state, { ...entry, requestID: `id-${n}`, workers, ...change });
  return state;
}

type Command =
  | { do: 'enter'; sync: boolean }
  | { do: 'leave'; of: number; tookMs?: number }
  | { do: 'tend'; workers: number; ahead: number; dead: number[] }
  | { do: 'clean'; held: number[] };

const leaving = fc.record({
  do: fc.constant('leave' as const),
  of: fc.nat(40),
  tookMs: fc.constantFrom(undefined, SHORT_MS, SHORT_MS + 1),
});
const few = fc.array(fc.nat(40), { maxLength: 3 });

const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('enter' as const), sync: fc.boolean() }) },
  { weight: 6, arbitrary: leaving },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('tend' as const),
      workers: fc.nat(4),
      ahead: fc.nat(3),
      dead: few,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clean' as const), held: few }) },
);

const MAX_SYNC_WAITING = 2;

/** The same in the plainest way: lists of everybody. */
class Model {
  last = 0;
  waiting: { sequence: number; sync: boolean }[] = [];
  running: number[] = [];
  ready: number[] = [];
  ahead = 0;
  isShort = false;
  latest = 0;

  constructor(public workers: number) {}

  enter(sync: boolean) {
    const isFree = this.running.length < this.workers && this.waiting.length === 0 && this.ready.length === 0;
    const others = this.waiting.filter((request) => request.sync).length;
    if (sync && (this.workers === 0 || (!isFree && others >= MAX_SYNC_WAITING))) return { refused: true };
    const sequence = ++this.last;
    this.waiting.push({ sequence, sync });
    const after = this.latest;
    this.fill();
    const granted = this.running.includes(sequence) ? 'place' : this.ready.includes(sequence) && 'ready';
    return { refused: false, sequence, after, granted };
  }

  leave(...gone: number[]): object {
    this.running = this.running.filter((sequence) => !gone.includes(sequence));
    this.ready = this.ready.filter((sequence) => !gone.includes(sequence));
    this.waiting = this.waiting.filter(({ sequence }) => !gone.includes(sequence));
    return this.fill();
  }

  fill(): object {
    const after = this.latest;
    const next = () => this.waiting.shift()?.sequence ?? 0;
    while (this.running.length < this.workers && this.ready.length > 0) this.running.push(this.ready.shift() ?? 0);
    const grants: number[] = [];
    while (this.running.length < this.workers && this.waiting.length > 0)
      this.running.push((grants[grants.length] = next()));
    const readyFrom = grants.length;
    const mayBeReady = () => this.waiting[0]?.sync === false;
    const ahead = this.isShort ? this.ahead : 0;
    while (this.ready.length < ahead && mayBeReady()) this.ready.push((grants[grants.length] = next()));
    this.latest = grants.at(-1) ?? after;
    return { grants, after, ...(readyFrom < grants.length && { readyFrom: grants[readyFrom] }) };
  }
}

function step(state: QueueState, model: Model, next: Command, asOf: number): QueueState {
  switch (next.do) {
    case 'enter': {
      const { workers, ahead } = model;
      const wanted = { requestID: `id-${model.last + 1}`, sync: next.sync, workers, ahead, asOf };
      const [after, reply] = enter(state, { ...wanted, maxSyncWaiting: MAX_SYNC_WAITING });
      expect(reply).toEqual(model.enter(next.sync));
      return after;
    }
    case 'leave': {
      const { of: sequence, tookMs } = next;
      if (tookMs !== undefined) model.isShort = tookMs <= SHORT_MS;
      const [after, grants] = leave(state, { sequence, tookMs });
      expect(grants).toEqual(model.leave(sequence));
      return after;
    }
    case 'tend': {
      const { workers, ahead, dead } = next;
      Object.assign(model, { workers, ahead });
      const [after, grants] = tend(state, { dead, workers, ahead, asOf });
      expect(grants).toEqual(model.leave(...dead));
      return after;
    }
    case 'clean': {
      const held = model.ready.filter((sequence) => next.held.includes(sequence));
      const [after, { ranges }] = clean(state, { held });
      const cleaned = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
      expect(cleaned).toEqual([...held, ...model.waiting.splice(0).map(({ sequence }) => sequence)]);
      model.leave(...held);
      return after;
    }
  }
}

test('the queue does what plain lists do: order, cap, refusals, counts, positions', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), fc.integer({ min: 0, max: 3 }), (commands, workers) => {
      const model = new Model(workers);
      let state: QueueState = { ...emptyQueue, workers };
      commands.forEach((next, index) => {
        state = step(state, model, next, index + 1);
        expect(state).toMatchObject({ running: model.running, ready: model.ready });
        const waiting = [...model.ready, ...model.waiting.map(({ sequence }) => sequence)];
        expect(queueingCount(state)).toBe(waiting.length);
        expect(waiting.map((sequence) => positionOf(state, sequence))).toEqual(waiting.map((_, index) => index + 1));
      });
    }),
  );
});

test('exactly as many as there are workers get a place', () => {
  expect(queueOf(3, 3)).toMatchObject({ running: [1, 2, 3], head: 3 });
  const state = queueOf(4, 3);
  expect(state).toMatchObject({ running: [1, 2, 3], head: 3 });
  expect(queueingCount(state)).toBe(1);
});

test('where calls are short, the next ones are made ready, and get the next places', () => {
  const limits = { workers: 2, ahead: 1 };
  const [state, given] = leave(queueOf(9, 2, limits), { sequence: 1, tookMs: SHORT_MS });
  expect(given).toEqual({ grants: [3, 4], readyFrom: 4, after: 2 });
  expect(state).toMatchObject({ running: [2, 3], ready: [4] });
  expect([4, 5].map((sequence) => positionOf(state, sequence))).toEqual([1, 2]);
  const [next, more] = leave(state, { sequence: 3, tookMs: SHORT_MS });
  expect(more).toEqual({ grants: [5], readyFrom: 5, after: 4 });
  expect(next).toMatchObject({ running: [2, 4], ready: [5] });
  const [slow] = leave(next, { sequence: 4, tookMs: SHORT_MS + 1 });
  expect(slow).toMatchObject({ running: [2, 5], ready: [] });
});

test('a synchronous request waits as long as there is room, and is refused after that', () => {
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

test('without workers, or without room and a free one, there is no synchronous request', () => {
  expect(enter(emptyQueue, { ...entry, sync: true, workers: 0, maxSyncWaiting: 9 })[1]).toEqual({ refused: true });
  const none = { ...entry, sync: true, maxSyncWaiting: 0 };
  expect(enter(emptyQueue, none)[1]).toEqual({ refused: false, sequence: 1, granted: 'place', after: 0 });
  expect(enter(queueOf(1, 1), none)[1]).toEqual({ refused: true });
});

test('an older reading of the cap changes nothing', () => {
  const [newer] = enter(emptyQueue, { ...entry, workers: 5, asOf: 10 });
  expect(enter(newer, { ...entry, workers: 1, asOf: 9 })[0].workers).toBe(5);
  expect(enter(newer, { ...entry, workers: 1, asOf: 11 })[0].workers).toBe(1);
});

test('the last failure of a worker is known until one succeeds', () => {
  const [failing] = leave(queueOf(1, 1), { sequence: 1, failure: 'the worker answered 500' });
  expect(failing.failing).toBe('the worker answered 500');
  expect(leave(failing, { sequence: 2 })[0].failing).toBe('the worker answered 500');
  expect(leave(failing, { sequence: 2, failure: null })[0].failing).toBeUndefined();
});

test('a page is handed over with the request that fills it, and every id is where its sequence says', () => {
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

test('pages are forgotten once, in order', () => {
  const [state, first] = forget(emptyQueue, { firstPage: 2 });
  expect(first).toEqual({ pages: [0, 1] });
  expect(forget(state, { firstPage: 2 })[1]).toEqual({ pages: [] });
  expect(forget(state, { firstPage: 1 })).toEqual([state, { pages: [] }]);
});
