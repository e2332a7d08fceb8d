import { setTimeout as sleep } from 'node:timers/promises';
import { createSharedPoll } from '../../../src/platform/shared-poll.js';

function setUp(answer: () => Promise<number>) {
  const state = { polls: 0 };
  const shared = createSharedPoll((_key: string) => {
    state.polls++;
    return answer();
  });
  return { state, poll: (ms: number, signal?: AbortSignal, key = 'a') => shared(key, ms, signal) };
}
const NEVER_MS = 2 ** 30;

test('one poll serves all watchers, after the shortest wait', async () => {
  const { state, poll } = setUp(() => Promise.resolve(7));
  expect(await Promise.all([poll(NEVER_MS), poll(5), poll(NEVER_MS)])).toEqual([7, 7, 7]);
  expect(state.polls).toBe(1);
});

test('keys are polled separately', async () => {
  const { state, poll } = setUp(() => Promise.resolve(7));
  await Promise.all([poll(1, undefined, 'a'), poll(1, undefined, 'b')]);
  expect(state.polls).toBe(2);
});

test('an aborted watcher is released immediately, and without watchers there is no poll', async () => {
  const { state, poll } = setUp(() => Promise.resolve(7));
  const watchers = [new AbortController(), new AbortController()];
  const waiting = watchers.map(({ signal }) => poll(5, signal));
  for (const watcher of watchers) watcher.abort(new Error('gone'));
  for (const wait of waiting) await expect(wait).rejects.toThrow('gone');
  await sleep(20);
  expect(state.polls).toBe(0);
  await expect(poll(5, AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before');
});

test('an aborted watcher leaves the poll to the others', async () => {
  const { poll } = setUp(() => Promise.resolve(7));
  const watcher = new AbortController();
  const waiting = [poll(5, watcher.signal), poll(5)];
  watcher.abort(new Error('gone'));
  await expect(waiting[0]).rejects.toThrow('gone');
  expect(await waiting[1]).toBe(7);
});

test('an aborted watcher is released also while a poll takes long', async () => {
  const watcher = new AbortController();
  const { poll } = setUp(() => {
    setImmediate(() => watcher.abort(new Error('gone')));
    return new Promise(() => undefined);
  });
  await expect(poll(0, watcher.signal)).rejects.toThrow('gone');
});

test('a failed poll fails for all its watchers, and the next one is new', async () => {
  let failing = true;
  const { poll } = setUp(() => (failing ? Promise.reject(new Error('away')) : Promise.resolve(7)));
  const waiting = [poll(0), poll(0)];
  for (const wait of waiting) await expect(wait).rejects.toThrow('away');
  failing = false;
  expect(await poll(0)).toBe(7);
});

test('a timer never gets a negative time, which Node.js warns about', async () => {
  let now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now++);
  const timer = jest.spyOn(global, 'setTimeout');
  try {
    expect(await setUp(() => Promise.resolve(7)).poll(0)).toBe(7);
    expect(timer.mock.calls.map(([, ms]) => ms)).toEqual([0]);
  } finally {
    clock.mockRestore();
    timer.mockRestore();
  }
});
