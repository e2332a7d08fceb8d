import { createStartOrder, type StartOrder } from '../../../../src/serverless/worker/start-order.js';

/** Longer than any test. */
const FOREVER = 600_000;

/** Begins as soon as it may, and reports it immediately. */
const through = (order: StartOrder, sequence: number, after: number, endpoint = 'one') =>
  order.begin(endpoint, sequence, after).then((begun) => begun());

test('calls begin in the order of their places, in whatever order they arrive', async () => {
  const order = createStartOrder(FOREVER);
  const begun: number[] = [];
  const call = (sequence: number, after: number) => through(order, sequence, after).then(() => begun.push(sequence));
  // Sequence 3 was never given a place.
  await Promise.all([call(5, 4), call(4, 2), call(2, 1), call(1, 0)]);
  expect(begun).toEqual([1, 2, 4, 5]);
});

test('a call waits until the call before it is sent', async () => {
  const order = createStartOrder(FOREVER);
  const onItsWay = await order.begin('one', 1, 0);
  let isThrough = false;
  const second = through(order, 2, 1).then(() => (isThrough = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isThrough).toBe(false);
  onItsWay();
  await second;
});

test('a repeated call, and a call that arrives after a later one, do not wait', async () => {
  const order = createStartOrder(FOREVER);
  await through(order, 7, 0);
  await through(order, 7, 6);
  await through(order, 5, 4);
});

test('endpoints do not wait for each other', async () => {
  const order = createStartOrder(FOREVER);
  const second = through(order, 2, 1);
  await through(order, 1, 0, 'two');
  await Promise.all([second, through(order, 1, 0)]);
});

test('the wait for a call that does not arrive ends', async () => {
  const order = createStartOrder(1);
  await Promise.all([through(order, 9, 8), through(order, 10, 9)]);
});
