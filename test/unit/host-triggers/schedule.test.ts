import { parseSchedule } from '../../../host/triggers/timer/schedule.js';

const FROM = Date.parse('2026-11-22T21:00:00Z'); // a Sunday

function next(schedule: string, count = 2, zone = 'UTC'): string[] {
  const parsed = parseSchedule(schedule, zone);
  const moments: number[] = [];
  for (let at = parsed.next(FROM); at !== undefined && moments.length < count; at = parsed.next(at)) moments.push(at);
  return moments.map((at) => new Date(at).toISOString().replace('.000Z', 'Z'));
}

test.each([
  ['0 */5 * * * *', ['2026-11-22T21:05:00Z', '2026-11-22T21:10:00Z']],
  ['*/5 * * * *', ['2026-11-22T21:05:00Z', '2026-11-22T21:10:00Z']],
  ['*/20 * * * * *', ['2026-11-22T21:00:20Z', '2026-11-22T21:00:40Z']],
  ['0 5/15 * * * *', ['2026-11-22T21:05:00Z', '2026-11-22T21:20:00Z']],
  ['0 10-20/5 * * * *', ['2026-11-22T21:10:00Z', '2026-11-22T21:15:00Z']],
  ['0 30 9 * * Mon-Fri', ['2026-11-23T09:30:00Z', '2026-11-24T09:30:00Z']],
  ['0 0 0 * * 0', ['2026-11-29T00:00:00Z', '2026-12-06T00:00:00Z']],
  ['0 0 0 * * 7', ['2026-11-29T00:00:00Z', '2026-12-06T00:00:00Z']],
  ['0 0 0 * * sunday', ['2026-11-29T00:00:00Z', '2026-12-06T00:00:00Z']],
  ['0 0 0 1 January,Jul *', ['2027-01-01T00:00:00Z', '2027-07-01T00:00:00Z']],
  ['0 0 0 13 * FRI', ['2027-08-13T00:00:00Z', '2028-10-13T00:00:00Z']], // both day and weekday
  ['0 0 0 29 2 *', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
  ['00:30:00', ['2026-11-22T21:30:00Z', '2026-11-22T22:00:00Z']],
  ['0 0 0 30 2 *', []],
])('%s', (schedule, expected) => {
  expect(next(schedule)).toEqual(expected);
});

test('a schedule follows the local time of its zone', () => {
  expect(next('0 30 9 * * *', 1, 'America/New_York')).toEqual(['2026-11-23T14:30:00Z']);
});

test.each([
  ['* * * *', 'has 4 fields'],
  ['0 0 0 L * *', 'is not valid'],
  ['0 0 0 ? * *', 'is not valid'],
  ['0 0 0 * * FRI#2', 'is not valid'],
  ['0 50-10 * * * *', 'descending range'],
  ['0 0 0 * J *', 'is not valid'],
  ['0 0 0 * Ju *', 'is not valid'],
  ['60 * * * * *', 'Invalid value for second'],
  ['0 0 24 * * *', 'Invalid value for hour'],
  ['00:00:00', 'above zero'],
])('%s is refused', (schedule, reason) => {
  expect(() => parseSchedule(schedule)).toThrow(reason);
});
