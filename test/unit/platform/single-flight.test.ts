import { createSingleFlight } from '../../../src/platform/single-flight.js';

/** A source whose loads end when the test says so; each answers how often the source had changed when it began. */
function source() {
  const open: (() => void)[] = [];
  const state = { value: 0, loads: 0 };
  const load = createSingleFlight((_key: string) => {
    state.loads++;
    const seen = state.value;
    return new Promise<number>((resolve, reject) => {
      open.push(() => (seen < 0 ? reject(new Error('away')) : resolve(seen)));
    });
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { state, load, finish: async () => (open.shift()?.(), turn()) };
}

test('callers that ask while a load runs share the next one', async () => {
  const { state, load, finish } = source();
  const first = load('a');
  state.value = 1;
  const others = [load('a'), load('a'), load('a')];
  await finish();
  await finish();
  expect(await first).toBe(0);
  expect(await Promise.all(others)).toEqual([1, 1, 1]);
  expect(state.loads).toBe(2);
});

test('loads of different keys are independent', async () => {
  const { state, load, finish } = source();
  const both = [load('a'), load('b')];
  await finish();
  await finish();
  expect(await Promise.all(both)).toEqual([0, 0]);
  expect(state.loads).toBe(2);
});

test('a failure reaches the callers that share it, and the next load is new', async () => {
  const { state, load, finish } = source();
  state.value = -1;
  const failing = load('a');
  const next = load('a');
  const failure = expect(failing).rejects.toThrow('away');
  state.value = 5;
  await finish();
  await finish();
  await failure;
  expect(await next).toBe(5);
});

test('nothing is kept once it is done', async () => {
  const { state, load, finish } = source();
  const first = load('a');
  await finish();
  await first;
  state.value = 2;
  const second = load('a');
  await finish();
  expect(await second).toBe(2);
});
