import { createStartOrder, type StartOrder } from '../../../../src/serverless/worker/start-order.js';

/** Longer than any test: who waits for so long waits for ever. */
const FOREVER = 600_000;

/** Begins as soon as it may, and says so at once. */
const through = (order: StartOrder, sequence: number, after: number, endpoint = 'one') =>
  order.begin(endpoint, sequence, after).then((begun) => begun());

test('calls begin in the order of their places, however they come', async () => {
  const order = createStartOrder(FOREVER);
  const begun: number[] = [];
  const call = (sequence: number, after: number) => through(order, sequence, after).then(() => begun.push(sequence));
  // 3 was never given a place.
  await Promise.all([call(5, 4), call(4, 2), call(2, 1), call(1, 0)]);
  expect(begun).toEqual([1, 2, 4, 5]);
});

test('the next one waits until the one before is on its way', async () => {
  const order = createStartOrder(FOREVER);
  const onItsWay = await order.begin('one', 1, 0);
  let isThrough = false;
  const second = through(order, 2, 1).then(() => (isThrough = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isThrough).toBe(false);
  onItsWay();
  await second;
});

test('who comes again, and who comes after somebody later, does not wait', async () => {
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

test('a predecessor that does not come is not waited for for ever', async () => {
  const order = createStartOrder(1);
  await Promise.all([through(order, 9, 8), through(order, 10, 9)]);
});
