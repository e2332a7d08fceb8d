import { type Span } from '@longhaul/client';
import { timelineOf } from '../../../cli/commands/history.js';

const START = Date.parse('2026-11-28T10:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1_000).toISOString();
const span = (name: string, from: number, to: number | undefined, more: Partial<Span> = {}): Span => ({
  name,
  type: 'activity',
  attempt: 1,
  startedDateTime: at(from),
  ...(to !== undefined && { endedDateTime: at(to) }),
  status: to === undefined ? 'Running' : 'Succeeded',
  ...more,
});

function rowsOf(spans: Span[], status: 'Running' | 'Failed', now = 10): string[] {
  return timelineOf({ id: 'op', kind: 'plates.recognize', status, spans }, 10, START + now * 1_000).split('\n');
}

test('a history is drawn as bars, with retries, steps of steps and errors', () => {
  const error = { code: 'ReaderBusy', message: 'try again' };
  const rows = rowsOf(
    [
      span('whole', 0, 10, { type: 'orchestrator' }),
      span('read', 0, 5, { status: 'Failed', error }),
      span('read', 5, 10, { attempt: 2, parent: 0 }),
    ],
    'Failed',
  );
  expect(rows[0]).toBe('plates.recognize op: Failed in 10.0 s');
  expect(rows.slice(3)).toEqual([
    'whole               Succeeded  +0 ms   10.0 s  ██████████',
    'read                Failed     +0 ms   5.0 s   █████',
    '  read (attempt 2)  Succeeded  +5.0 s  5.0 s       ██████',
    'read (attempt 1): ReaderBusy: try again',
  ]);
});

test('a step that runs is drawn to now; one without an end of an ended operation not beyond its end', () => {
  expect(rowsOf([span('a', 0, 5), span('timer', 5, undefined)], 'Running').at(-1)).toMatch(/ {5}░{6}$/);
  expect(rowsOf([span('a', 0, 5), span('timer', 0, undefined)], 'Failed', 99).at(-1)).toMatch(/ {2}░{10}$/);
});

test('an operation without steps has a heading', () => {
  expect(rowsOf([], 'Running')[0]).toBe('plates.recognize op: Running');
});
