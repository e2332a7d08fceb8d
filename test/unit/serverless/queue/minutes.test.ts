import {
  counted,
  lastHour,
  minutesOfText,
  textOfMinutes,
  type Minute,
} from '../../../../src/serverless/queue/minutes.js';
import { emptyQueue } from '../../../../src/serverless/queue/queue.js';
import { queueOfRow, rowOfQueue } from '../../../../src/serverless/queue/queue-row.js';

const MINUTE = 60_000;
const START = 29_000_000; // minutes since the epoch
const at = (minute: number, ms = 0) => (START + minute) * MINUTE + ms;
const end = (state: 'succeed' | 'failed' | 'canceled' | 'expired') => ({ state });
const point = (minute: number, counts: Partial<Minute> = {}): Minute => {
  return { minute: START + minute, queued: 0, running: 0, finished: 0, failed: 0, ...counts };
};

test('ends of a minute add up, and of its gauges the last ones count', () => {
  let minutes = counted([], { queued: 3, running: 1 }, [end('succeed'), end('failed')], at(0));
  minutes = counted(minutes, { queued: 2, running: 1 }, [end('expired'), end('canceled')], at(0, 59_999));
  minutes = counted(minutes, { queued: 1, running: 0 }, [], at(1));
  expect(minutes).toEqual([
    point(0, { queued: 2, running: 1, finished: 4, failed: 2 }),
    point(1, { queued: 1, running: 0 }),
  ]);
});

test('a minute without a change has the gauges of the one before, however long ago that was', () => {
  const minutes = counted([], { queued: 7, running: 2 }, [end('succeed')], at(0));
  const later = lastHour(minutes, at(500));
  expect(later).toHaveLength(60);
  expect(later[0]).toEqual(point(441, { queued: 7, running: 2 }));
  expect(later.at(-1)).toEqual(point(500, { queued: 7, running: 2 }));
  const soon = lastHour(minutes, at(1));
  expect(soon.slice(-3)).toEqual([
    point(-1),
    point(0, { queued: 7, running: 2, finished: 1 }),
    point(1, { queued: 7, running: 2 }),
  ]);
});

test('an hour is kept, and the minute before it that says what waited at its begin', () => {
  let minutes: Minute[] = [];
  for (let minute = 0; minute < 200; minute += 3)
    minutes = counted(minutes, { queued: minute, running: 1 }, [], at(minute));
  expect(minutes.length).toBeLessThanOrEqual(22);
  const shown = lastHour(minutes, at(198));
  expect(shown.map(({ queued }) => queued)).toEqual(
    Array.from({ length: 60 }, (_, index) => 139 + index - ((139 + index) % 3)),
  );
});

test('a clock that is behind changes no earlier minute', () => {
  const minutes = counted([], { queued: 1, running: 0 }, [], at(5));
  const after = counted(minutes, { queued: 0, running: 0 }, [end('succeed')], at(3));
  expect(after).toEqual([point(5, { finished: 1 })]);
  expect(lastHour(after, at(3)).at(-1)).toEqual(point(5, { finished: 1 }));
});

test('an hour of the busiest minutes is a short column, which is read as it was written', () => {
  const busy = Array.from({ length: 61 }, (_, index) =>
    point(index, { queued: 999_999, running: 1_000, finished: 60_000, failed: 60_000 }),
  );
  const text = textOfMinutes(busy);
  expect(text.length).toBeLessThan(1_500);
  expect(minutesOfText(text)).toEqual(busy);
});

test('the row of a version before has no minutes, and the minutes are part of the row', () => {
  const { minutes: _, ...before } = rowOfQueue('endpoint@1', { ...emptyQueue, last: 4 });
  expect(queueOfRow(before)).toEqual({ ...emptyQueue, last: 4 });
  const minutes = [point(0, { queued: 3, finished: 1 }), point(2, { running: 36 })];
  expect(queueOfRow(rowOfQueue('endpoint@1', { ...emptyQueue, minutes })).minutes).toEqual(minutes);
});
