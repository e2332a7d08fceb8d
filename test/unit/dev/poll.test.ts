import { pollUntil } from '../../../dev/poll.js';

test('polls until there is a value', async () => {
  let reads = 0;
  const read = () => Promise.resolve(++reads === 3 ? 'ready' : undefined);
  await expect(pollUntil(read, { intervalMs: 1 })).resolves.toBe('ready');
  expect(reads).toBe(3);
});

test('throws the given error when the time is over', async () => {
  const polling = pollUntil(() => Promise.resolve(undefined), {
    intervalMs: 1,
    timeoutMs: 20,
    timeoutError: () => new Error('The server did not start.'),
  });
  await expect(polling).rejects.toThrow('The server did not start.');
});

test('an error of the read ends the polling', async () => {
  await expect(pollUntil(() => Promise.reject(new Error('refused')), { intervalMs: 1 })).rejects.toThrow('refused');
});
