import { createStartOrder } from '../../../src/serverless/start-order.js';

/** Longer than any test: who waits for so long waits for ever. */
const FOREVER = 600_000;

test('calls begin in the order of their places, however they come', async () => {
  const order = createStartOrder(FOREVER);
  const begun: number[] = [];
  const begin = (sequence: number, after: number) =>
    order.begin('one', sequence, after).then(() => begun.push(sequence));
  // 3 was never given a place.
  await Promise.all([begin(5, 4), begin(4, 2), begin(2, 1), begin(1, 0)]);
  expect(begun).toEqual([1, 2, 4, 5]);
});

test('who comes again, and who comes after somebody later, does not wait', async () => {
  const order = createStartOrder(FOREVER);
  await order.begin('one', 7, 0);
  await order.begin('one', 7, 6);
  await order.begin('one', 5, 4);
});

test('endpoints do not wait for each other', async () => {
  const order = createStartOrder(FOREVER);
  const second = order.begin('one', 2, 1);
  await order.begin('two', 1, 0);
  await Promise.all([second, order.begin('one', 1, 0)]);
});

test('a predecessor that does not come is not waited for for ever', async () => {
  const order = createStartOrder(1);
  await Promise.all([order.begin('one', 9, 8), order.begin('one', 10, 9)]);
});
