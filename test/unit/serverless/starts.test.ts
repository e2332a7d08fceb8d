import { createStarts, type Started, type Starts } from '../../../src/serverless/starts.js';

/** Longer than any test: who waits for so long waits for ever. */
const FOREVER = 600_000;
const many = () => Promise.resolve(100);

const never = new AbortController().signal;
const start = (starts: Starts, sequence: number, after: number, endpoint = 'one', signal = never) =>
  starts.begin({ endpoint, sequence, after, signal });
/** Begins as soon as it may, and is on its way at once. */
async function through(...given: Parameters<typeof start>): Promise<Started> {
  const started = await start(...given);
  started.sent();
  return started;
}
/** What has been decided by now is done. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
async function isThrough(call: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  const over = () => (isOver = true);
  void call.then(over, over);
  await settle();
  return isOver;
}

test('calls begin in the order of their places, however they come', async () => {
  const starts = createStarts(many, FOREVER);
  const begun: number[] = [];
  const call = (sequence: number, after: number) => through(starts, sequence, after).then(() => begun.push(sequence));
  // 3 was never given a place.
  await Promise.all([call(5, 4), call(4, 2), call(2, 1), call(1, 0)]);
  expect(begun).toEqual([1, 2, 4, 5]);
});

test('the next one waits until the one before is on its way, or has failed', async () => {
  const starts = createStarts(many, FOREVER);
  const first = await start(starts, 1, 0);
  const second = start(starts, 2, 1);
  expect(await isThrough(second)).toBe(false);
  first.sent();
  const third = start(starts, 3, 2);
  (await second).ended();
  await third;
});

test('a connection that is long in coming holds up the others for a moment only', async () => {
  const starts = createStarts(many, 1);
  await start(starts, 1, 0);
  await start(starts, 2, 1);
});

test('who comes again, and who comes after somebody later, does not wait', async () => {
  const starts = createStarts(many, FOREVER);
  await through(starts, 7, 0);
  await through(starts, 7, 6);
  await through(starts, 5, 4);
});

test('endpoints do not wait for each other', async () => {
  const starts = createStarts(() => Promise.resolve(1), FOREVER);
  const second = through(starts, 2, 1);
  await through(starts, 1, 0, 'two');
  (await through(starts, 1, 0)).ended();
  await second;
});

test('a predecessor that does not come is not waited for for ever, and those before go first', async () => {
  const starts = createStarts(many, 1);
  const begun: number[] = [];
  const call = (sequence: number, after: number) => through(starts, sequence, after).then(() => begun.push(sequence));
  await Promise.all([call(12, 11), call(10, 9), call(9, 8)]);
  expect(begun).toEqual([9, 10, 12]);
});

describe('the cap', () => {
  test('exactly so many are under way, and the next begins when one ends', async () => {
    const starts = createStarts(() => Promise.resolve(2), FOREVER);
    const first = await through(starts, 1, 0);
    await through(starts, 2, 1);
    const third = start(starts, 3, 2);
    expect(await isThrough(third)).toBe(false);
    first.ended();
    first.ended();
    (await third).sent();
    expect(await isThrough(start(starts, 4, 3))).toBe(false);
  });

  test('when it is raised, those that wait begin without anybody ending', async () => {
    let cap = 0;
    const starts = createStarts(() => Promise.resolve(cap), FOREVER);
    const first = start(starts, 1, 0);
    expect(await isThrough(first)).toBe(false);
    cap = 1;
    await first;
  });

  test('who has to be called again goes before those that were ready', async () => {
    const starts = createStarts(() => Promise.resolve(1), FOREVER);
    const second = await through(starts, 2, 0);
    const [third, first] = [start(starts, 3, 2), start(starts, 1, 0)];
    await settle();
    second.ended();
    (await first).ended();
    await third;
  });
});

describe('who waits', () => {
  test.each(['for a place', 'for a predecessor'])('%s can be stopped, and leaves it to the next', async (why) => {
    const starts = createStarts(() => Promise.resolve(1), FOREVER);
    const first = await through(starts, 1, 0);
    const stop = new AbortController();
    const stopped = start(starts, 3, why === 'for a place' ? 1 : 2, 'one', stop.signal);
    await settle();
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await expect(start(starts, 3, 1, 'one', stop.signal)).rejects.toThrow('enough');
    first.ended();
    await start(starts, 4, 1);
  });

  test('can be held back when it was made ready here, also when it is still to come', async () => {
    const starts = createStarts(() => Promise.resolve(1), FOREVER);
    for (const sequence of [2, 3]) starts.expect('one', sequence);
    const first = await through(starts, 1, 0);
    const stop = new AbortController();
    const held = [start(starts, 2, 1, 'one', stop.signal)];
    await settle();
    expect(starts.hold('one', [2, 3])).toEqual([2, 3]);
    expect(starts.hold('one', [2, 3])).toEqual([2, 3]);
    held.push(start(starts, 3, 2, 'one', stop.signal));
    const fourth = start(starts, 4, 3);
    first.ended();
    (await fourth).ended();
    expect(await isThrough(Promise.race(held))).toBe(false);
    stop.abort(new Error('canceled'));
    for (const call of held) await expect(call).rejects.toThrow('canceled');
  });

  test('cannot be held back once it has begun, nor when another process made it ready', async () => {
    const starts = createStarts(() => Promise.resolve(1), FOREVER);
    starts.expect('one', 1);
    const first = await through(starts, 1, 0);
    const second = start(starts, 2, 1);
    await settle();
    expect(starts.hold('one', [1, 2, 3])).toEqual([]);
    first.ended();
    starts.expect('one', 1); // told again
    const again = start(starts, 1, 0);
    await settle();
    expect(starts.hold('one', [1])).toEqual([]);
    (await second).ended();
    await again;
  });
});

describe('who is only ready', () => {
  const ready = (starts: Starts, sequence: number, after: number, hasPlace: () => boolean) =>
    starts.begin({ endpoint: 'one', sequence, after, signal: never, hasPlace: () => Promise.resolve(hasPlace()) });

  test('waits for its predecessor as long as it has no place', async () => {
    const starts = createStarts(many, 1);
    let asked = 0;
    const second = ready(starts, 2, 1, () => ++asked < 0);
    while (asked < 3) await settle();
    expect(await isThrough(second)).toBe(false);
    await through(starts, 1, 0);
    await second;
  });

  test('begins when it has a place, whoever comes or does not', async () => {
    const starts = createStarts(many, 1);
    let asked = 0;
    await ready(starts, 2, Infinity, () => ++asked === 3);
    expect(asked).toBe(3);
  });
});
