import { createLimit } from '../../../src/platform/limit.js';

const never = new AbortController().signal;

/** Work that ends when it is told to. */
function work(log: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { begin: () => (log.push(name), promise), end: () => resolve(name) };
}

test('the limit holds, in the order of the calls', async () => {
  const limit = createLimit(2);
  const begun: string[] = [];
  const all = ['a', 'b', 'c', 'd'].map((name) => work(begun, name));
  const ends = all.map(({ begin }) => limit(begin, never));
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b']);
  all[1]?.end();
  await ends[1];
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const { end } of all) end();
  await expect(Promise.all(ends)).resolves.toEqual(['a', 'b', 'c', 'd']);
});

test('an aborted wait uses no place, and a failure releases its place', async () => {
  const limit = createLimit(1);
  const begun: string[] = [];
  const first = work(begun, 'first');
  const running = limit(first.begin, never);
  const gone = new AbortController();
  const waiting = limit(() => Promise.resolve('gone'), gone.signal);
  gone.abort(new Error('canceled'));
  await expect(waiting).rejects.toThrow('canceled');
  await expect(limit(() => Promise.resolve('late'), gone.signal)).rejects.toThrow('canceled');
  const failing = limit(() => Promise.reject(new Error('failed')), never);
  first.end();
  await expect(running).resolves.toBe('first');
  await expect(failing).rejects.toThrow('failed');
  await expect(limit(() => Promise.resolve('next'), never)).resolves.toBe('next');
});
