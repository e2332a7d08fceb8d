import { type LogLevel } from '../../../host/contracts.js';
import { type HostLog } from '../../../host/log.js';
import { parseSchedule } from '../../../host/triggers/timer/schedule.js';
import { type TimerStatus } from '../../../host/triggers/timer/timer-info.js';
import { Timer, type TimerOptions } from '../../../host/triggers/timer/timer.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

const START = Date.parse('2026-11-22T21:00:30Z');
const MINUTE = 60_000;

interface Info {
  ScheduleStatus: { Last: string; Next: string } | null;
  IsPastDue: boolean;
}

function setUp(options: Partial<TimerOptions> & { stored?: TimerStatus } = {}) {
  const clock = new ManualClock(START);
  const runs: { at: string; info: Info }[] = [];
  const logged: [LogLevel, string][] = [];
  const files: { status: TimerStatus | undefined } = { status: options.stored };
  const log: HostLog = { enabled: () => true, log: (level, _category, message) => logged.push([level, message]) };
  const timer = new Timer({
    name: 'tick',
    schedule: parseSchedule('0 */5 * * * *', 'UTC'),
    runOnStartup: false,
    monitor: { read: () => files.status, write: (_name, status) => (files.status = status) },
    run: (info) => {
      runs.push({ at: new Date(clock.now()).toISOString(), info: JSON.parse(info) as Info });
      return Promise.resolve();
    },
    clock,
    log,
    ...options,
  });
  return { timer, clock, runs, logged, files };
}

test('it runs at each due time and passes the schedule status', async () => {
  const { timer, clock, runs } = setUp();
  timer.start();
  await clock.advance(10 * MINUTE);
  expect(runs.map(({ at }) => at)).toEqual(['2026-11-22T21:05:00.000Z', '2026-11-22T21:10:00.000Z']);
  expect(runs[0]?.info).toEqual({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: {
      Last: '0001-01-01T00:00:00+00:00',
      Next: '2026-11-22T21:05:00.000+00:00',
      LastUpdated: '2026-11-22T21:00:30.000+00:00',
    },
    IsPastDue: false,
  });
  expect(runs[1]?.info.ScheduleStatus).toMatchObject({ Last: '2026-11-22T21:05:00.000+00:00' });
});

test('runs never overlap: the next due time is computed after a run has ended', async () => {
  let end: () => void = () => undefined;
  let begun = 0;
  const run = () => {
    begun++;
    return new Promise<void>((resolve) => (end = resolve));
  };
  const { timer, clock } = setUp({ run });
  timer.start();
  await clock.advance(12 * MINUTE); // two due times pass during the first run
  expect(begun).toBe(1);
  end();
  await settle();
  await clock.advance(2 * MINUTE); // 21:14:30
  expect(begun).toBe(1);
  await clock.advance(MINUTE);
  expect(begun).toBe(2);
});

test('a failed run is logged, and the schedule continues', async () => {
  let begun = 0;
  const run = () => {
    begun++;
    return Promise.reject(new Error('bang'));
  };
  const { timer, clock, logged } = setUp({ run });
  timer.start();
  await clock.advance(10 * MINUTE);
  expect(begun).toBe(2);
  expect(logged[0]).toEqual(['error', expect.stringContaining('bang') as string]);
});

test('a run that was missed while the host was down is caught up once', async () => {
  const last = START - 60 * MINUTE - 30_000; // 20:00:00
  const stored = { last, next: last + 5 * MINUTE, lastUpdated: last };
  const { timer, clock, runs, files } = setUp({ stored });
  timer.start();
  await settle();
  expect(runs).toMatchObject([{ at: '2026-11-22T21:00:30.000Z', info: { IsPastDue: true } }]);
  expect(files.status).toMatchObject({ last: START, next: Date.parse('2026-11-22T21:05:00Z') });
  await clock.advance(5 * MINUTE);
  expect(runs.map(({ info }) => info.IsPastDue)).toEqual([true, false]);
});

test('a missed first run is caught up too', async () => {
  const stored = { last: 0, next: START - MINUTE, lastUpdated: START - 6 * MINUTE };
  const { timer, runs } = setUp({ stored });
  timer.start();
  await settle();
  expect(runs.map(({ info }) => info.IsPastDue)).toEqual([true]);
});

test('nothing is caught up when the stored due time is in the future', async () => {
  const last = START - 30_000; // 21:00:00
  const { timer, runs } = setUp({ stored: { last, next: last + 5 * MINUTE, lastUpdated: last } });
  timer.start();
  await settle();
  expect(runs).toEqual([]);
});

test('runOnStartup runs immediately, and without a monitor there is no status', async () => {
  const { timer, runs } = setUp({ runOnStartup: true, monitor: undefined });
  timer.start();
  await settle();
  expect(runs.map(({ info }) => info)).toEqual([
    { Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false },
  ]);
});

test('a run interrupted by the end of the host is still due on disk; a completed one is not', async () => {
  let end: () => void = () => undefined;
  const { timer, clock, files } = setUp({ run: () => new Promise<void>((resolve) => (end = resolve)) });
  timer.start();
  await clock.advance(5 * MINUTE);
  const due = Date.parse('2026-11-22T21:05:00Z');
  expect(files.status?.next).toBe(due);
  const stopped = timer.stop();
  end();
  await stopped;
  expect(files.status).toMatchObject({ last: due, next: due + 5 * MINUTE });
  expect(clock.waiting).toBe(0);
});

test('a stopped timer runs no more', async () => {
  const { timer, clock, runs } = setUp();
  timer.start();
  await timer.stop();
  await clock.advance(60 * MINUTE);
  expect(runs).toEqual([]);
});

test('a due time beyond the range of setTimeout works', async () => {
  const { timer, clock, runs } = setUp({ schedule: parseSchedule('0 0 0 1 6 *', 'UTC') });
  timer.start();
  await clock.advance(200 * 24 * 60 * MINUTE);
  expect(runs.map(({ at }) => at)).toEqual(['2027-06-01T00:00:00.000Z']);
});

test('a failed run is retried by its policy before the next due time is computed', async () => {
  const contexts: unknown[] = [];
  const run = (_info: string, context?: { retryCount: number }) => {
    contexts.push(context?.retryCount);
    return contexts.length % 3 === 0 ? Promise.resolve() : Promise.reject(new Error('bang'));
  };
  const retry = { maxRetryCount: 5, retryStrategy: 'fixedDelay' as const, delayInterval: { seconds: 10 } };
  const { timer, clock } = setUp({ run, retry });
  timer.start();
  await clock.advance(5 * MINUTE);
  expect(contexts).toEqual([0, 1, 2]);
  await clock.advance(5 * MINUTE);
  expect(contexts).toEqual([0, 1, 2, 0, 1, 2]);
});

test('a stop during a retry delay ends it, and the run is still due', async () => {
  const run = () => Promise.reject(new Error('bang'));
  const retry = { maxRetryCount: 5, retryStrategy: 'fixedDelay' as const, delayInterval: { seconds: 3_600 } };
  const { timer, clock, files } = setUp({ run, retry });
  timer.start();
  await clock.advance(6 * MINUTE);
  await timer.stop();
  expect(files.status).toMatchObject({ next: Date.parse('2026-11-22T21:05:00Z') });
  expect(clock.waiting).toBe(0);
});
