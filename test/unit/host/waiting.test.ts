import { pollUntil, restartDelayMs, sleep, waitAtMost } from '../../../host/waiting.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

/** The shared helpers for polling and waiting (host/waiting.ts). */

const never = new Promise<void>(() => undefined);

test('pollUntil checks until the condition holds', async () => {
  let checks = 0;
  expect(await pollUntil(() => ++checks === 3, { intervalMs: 1 })).toBe(true);
  expect(checks).toBe(3);
});

test('pollUntil checks at least once and ends after its timeout', async () => {
  let checks = 0;
  const check = () => ++checks < 0;
  expect(await pollUntil(check, { intervalMs: 1, timeoutMs: 0 })).toBe(false);
  expect(checks).toBe(1);
});

test('pollUntil ends when its signal is aborted, without another check', async () => {
  const stop = new AbortController();
  let checks = 0;
  const check = () => {
    checks++;
    stop.abort();
    return false;
  };
  expect(await pollUntil(check, { intervalMs: 1, signal: stop.signal })).toBe(false);
  expect(checks).toBe(1);
});

test('sleep ends when its time is over', async () => {
  const clock = new ManualClock(0);
  let hasEnded = false;
  void sleep(clock, 1_000).then(() => (hasEnded = true));
  await clock.advance(999);
  expect(hasEnded).toBe(false);
  await clock.advance(1);
  expect(hasEnded).toBe(true);
});

test.each([1_000, Infinity])('sleep of %d ms ends when its signal is aborted and leaves no timer', async (ms) => {
  const clock = new ManualClock(0);
  const stop = new AbortController();
  let hasEnded = false;
  void sleep(clock, ms, stop.signal).then(() => (hasEnded = true));
  await settle();
  expect(hasEnded).toBe(false);
  stop.abort();
  await settle();
  expect([hasEnded, clock.waiting]).toEqual([true, 0]);
  await sleep(clock, ms, stop.signal);
});

test('waitAtMost ends with the work or after the limit, and passes on an error', async () => {
  await waitAtMost(never, 1);
  await waitAtMost(Promise.resolve(), 60_000);
  await expect(waitAtMost(Promise.reject(new Error('bang')), 60_000)).rejects.toThrow('bang');
});

test('the delay before a restart doubles up to its limit', () => {
  expect([0, 1, 2, 3, 8, 99].map(restartDelayMs)).toEqual([0, 100, 200, 400, 10_000, 10_000]);
});
