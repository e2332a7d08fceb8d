import { setTimeout as pause } from 'node:timers/promises';
import { createSharedLooks } from '../../../src/platform/shared-looks.js';

function setUp(answer: () => Promise<number>) {
  const state = { looks: 0 };
  const look = createSharedLooks((_key: string, _by: undefined) => {
    state.looks++;
    return answer();
  });
  return { state, look: (ms: number, signal?: AbortSignal, key = 'a') => look(key, undefined, ms, signal) };
}
const NEVER_MS = 2 ** 30;

test('one look serves all who wait, when the most impatient wants it', async () => {
  const { state, look } = setUp(() => Promise.resolve(7));
  expect(await Promise.all([look(NEVER_MS), look(5), look(NEVER_MS)])).toEqual([7, 7, 7]);
  expect(state.looks).toBe(1);
});

test('who watches one thing does not look at another', async () => {
  const { state, look } = setUp(() => Promise.resolve(7));
  await Promise.all([look(1, undefined, 'a'), look(1, undefined, 'b')]);
  expect(state.looks).toBe(2);
});

test('who stops waiting is let go at once, and nobody looks for nobody', async () => {
  const { state, look } = setUp(() => Promise.resolve(7));
  const watchers = [new AbortController(), new AbortController()];
  const waiting = watchers.map(({ signal }) => look(5, signal));
  for (const watcher of watchers) watcher.abort(new Error('gone'));
  for (const wait of waiting) await expect(wait).rejects.toThrow('gone');
  await pause(20);
  expect(state.looks).toBe(0);
  await expect(look(5, AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before');
});

test('one who stops waiting leaves the look to the others', async () => {
  const { look } = setUp(() => Promise.resolve(7));
  const watcher = new AbortController();
  const waiting = [look(5, watcher.signal), look(5)];
  watcher.abort(new Error('gone'));
  await expect(waiting[0]).rejects.toThrow('gone');
  expect(await waiting[1]).toBe(7);
});

test('who stops waiting is let go also while a look takes long', async () => {
  const watcher = new AbortController();
  const { look } = setUp(() => {
    setImmediate(() => watcher.abort(new Error('gone')));
    return new Promise(() => undefined);
  });
  await expect(look(0, watcher.signal)).rejects.toThrow('gone');
});

test('a look that fails fails for all who wait for it, and the next is a new one', async () => {
  let failing = true;
  const { look } = setUp(() => (failing ? Promise.reject(new Error('away')) : Promise.resolve(7)));
  const waiting = [look(0), look(0)];
  for (const wait of waiting) await expect(wait).rejects.toThrow('away');
  failing = false;
  expect(await look(0)).toBe(7);
});
