import { createLimit, FORGET_AFTER_MS } from '../../../src/platform/limit.js';

/** A limit with a clock that the test sets. */
function setUp(most: number) {
  let now = 0;
  const limit = createLimit(most, () => now);
  return { ...limit, pass: (ms: number) => (now += ms) };
}

type Enter = ReturnType<typeof setUp>['enter'];

/** Takes up to `count` places, and returns what gives them back. */
function take(enter: Enter, count: number, owner?: string): (() => void)[] {
  return Array.from({ length: count }, () => enter(owner)).filter((leave) => leave !== undefined);
}

test('L1: single items alone may take all places, and a place that is given back is free', () => {
  const { enter } = setUp(4);
  const places = take(enter, 9);
  expect(places).toHaveLength(4);
  places[0]?.();
  places[0]?.(); // has no effect a second time
  expect(take(enter, 9)).toHaveLength(1);
});

test('L2: a batch leaves a quarter to single items', () => {
  const { enter } = setUp(20);
  expect(take(enter, 30, 'batch')).toHaveLength(15);
  expect(take(enter, 30)).toHaveLength(5);
});

test('L2: single items leave a quarter to a batch that asks', () => {
  const { enter } = setUp(20);
  const singles = take(enter, 20);
  expect(enter('batch')).toBeUndefined();
  for (const leave of singles.splice(0, 5)) leave();
  expect(enter()).toBeUndefined();
  expect(take(enter, 30, 'batch')).toHaveLength(5);
  const other = setUp(20);
  take(other.enter, 20, 'batch').forEach((leave) => leave());
  expect(take(other.enter, 20)).toHaveLength(15);
  other.pass(FORGET_AFTER_MS + 1);
  expect(take(other.enter, 20)).toHaveLength(5);
});

test.each([1, 2, 3])('a limit of %i has room for a batch and for a single item', (most) => {
  const { enter } = setUp(most);
  const batch = enter('batch');
  expect(batch).toBeDefined();
  batch?.();
  expect(enter()).toBeDefined();
});

test('L3: a free place is kept for a batch that holds fewer', () => {
  const { enter } = setUp(20);
  const first = take(enter, 20, 'first');
  expect(enter('second')).toBeUndefined();
  for (const leave of first.splice(0, 7)) {
    leave();
    expect(enter('first')).toBeUndefined();
    expect(enter('second')).toBeDefined();
    expect(enter('second')).toBeUndefined();
  }
});

test('L3: batches take turns when there are more of them than places', () => {
  const { enter } = setUp(1);
  const names = ['a', 'b', 'c'];
  const served: string[] = [];
  let leave: (() => void) | undefined;
  for (let round = 0; round < 30; round++) {
    leave?.();
    leave = undefined;
    for (const name of names) {
      const place = enter(name);
      if (!place) continue;
      served.push(name);
      leave = place;
    }
  }
  const counts = names.map((name) => served.filter((each) => each === name).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
});

test('L3: a batch that asks no more keeps no place from others', () => {
  const { enter, pass } = setUp(4);
  const [leave] = take(enter, 3, 'first');
  expect(enter('gone')).toBeUndefined();
  leave?.();
  expect(enter('first')).toBeUndefined();
  pass(FORGET_AFTER_MS + 1);
  expect(enter('first')).toBeDefined();
});
