import { type FunctionRetryOptions } from '../../../host/contracts.js';
import { type HostLog } from '../../../host/log.js';
import { runWithRetries, retryDelayMs, takesRetryPolicy } from '../../../host/triggers/retry.js';
import { type RpcRetryContext } from '../../../host/app/core-types.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

/** Function-level retry policies (host contract, 2.4 and 2.9). */

const FIXED: FunctionRetryOptions = { maxRetryCount: 2, retryStrategy: 'fixedDelay', delayInterval: { seconds: 10 } };

function setUp(policy: FunctionRetryOptions, succeedsAt = Infinity) {
  const clock = new ManualClock(0);
  const stop = new AbortController();
  const runs: { at: number; context: RpcRetryContext | undefined }[] = [];
  const log: HostLog = { enabled: () => true, log: () => undefined };
  const run = (context: RpcRetryContext | undefined) => {
    runs.push({ at: clock.now(), context });
    return runs.length === succeedsAt ? Promise.resolve() : Promise.reject(new Error(`failure ${runs.length}`));
  };
  const end = runWithRetries({ functionName: 'fn', policy, clock, log, signal: stop.signal }, run);
  return { clock, runs, end, stop };
}

test('a failed run is retried after the delay, with the previous failure in its context', async () => {
  const { clock, runs, end } = setUp(FIXED, 3);
  await settle();
  await clock.advance(20_000);
  await end;
  expect(runs).toMatchObject([
    { at: 0, context: { retryCount: 0, maxRetryCount: 2 } },
    {
      at: 10_000,
      context: {
        retryCount: 1,
        maxRetryCount: 2,
        exception: { message: expect.stringContaining('Exception: failure 1\nStack: Error: ') as string },
      },
    },
    {
      at: 20_000,
      context: {
        retryCount: 2,
        maxRetryCount: 2,
        exception: { message: expect.stringContaining('Exception: failure 2\nStack: Error: ') as string },
      },
    },
  ]);
});

test('the error of the last run is thrown', async () => {
  const { clock, runs, end } = setUp(FIXED);
  const failed = expect(end).rejects.toThrow('failure 3');
  await settle();
  await clock.advance(60_000);
  await failed;
  expect(runs).toHaveLength(3);
});

test('-1 means no limit', async () => {
  const { clock, runs, end } = setUp({ ...FIXED, maxRetryCount: -1 }, 50);
  await settle();
  await clock.advance(490_000);
  await end;
  expect(runs).toHaveLength(50);
});

test('a stop ends the delay', async () => {
  const { clock, runs, end, stop } = setUp(FIXED);
  await settle();
  stop.abort();
  await expect(end).rejects.toThrow('The host stopped before the next retry.');
  expect([runs.length, clock.waiting]).toEqual([1, 0]);
});

test('exponential delays start at the minimum and end at the maximum', () => {
  const policy: FunctionRetryOptions = {
    maxRetryCount: 9,
    retryStrategy: 'exponentialBackoff',
    minimumInterval: { seconds: 4 },
    maximumInterval: { seconds: 60 },
  };
  const delays = [1, 2, 3, 4, 5, 99].map((retry) => retryDelayMs(policy, retry, () => 0.5));
  expect(delays).toEqual([4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(retryDelayMs(policy, 2, () => 0)).toBe(7_200);
});

test('timers support policies, queues and requests do not', () => {
  expect(['timerTrigger', 'queueTrigger', 'httpTrigger', 'activityTrigger'].map(takesRetryPolicy)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
