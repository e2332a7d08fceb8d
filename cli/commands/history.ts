import { type History, type Span } from '@longhaul/client';
import { type Command } from 'commander';
import { formatTable } from '../../dev/table.js';
import { appCommand, columnsOf, onApp, type Flags } from '../app.js';
import { colored } from '../colors.js';
import { durationOf } from '../progress.js';

/** Columns of a terminal that are not for the timeline, at least; and the narrowest timeline. */
const OTHER_COLUMNS = 72;
const MIN_WIDTH = 20;

/** `longhaul history`. */
export const historyCommand = (): Command =>
  appCommand('history', 'Draws what happened during an operation as a timeline: steps, retries, waits and events.', [
    'history 6b1c…',
    'history 6b1c… --json',
  ])
    .argument('<id>', 'id of the operation')
    .action((id: string, flags: Flags) =>
      onApp(flags, async (app) => {
        const history = await app.longhaul.operations.history(id, { signal: app.signal });
        if (app.isJson) app.printJson(history);
        else app.print(timelineOf(history, Math.max(MIN_WIDTH, columnsOf(process.stdout) - OTHER_COLUMNS), Date.now()));
      }),
    );

/**
 * The spans of a history as rows with bars. A span that has not ended is drawn to `now`.
 * @param width of the bars, in columns
 */
export function timelineOf({ id, kind, status, spans, truncated }: History, width: number, now: number): string {
  const begins = spans.map((span) => Date.parse(span.startedDateTime));
  const ends = spans.map(({ endedDateTime }, index) =>
    endedDateTime === undefined ? endOfOpen(spans, status, now, begins[index] ?? now) : Date.parse(endedDateTime),
  );
  const first = Math.min(...begins);
  const total = Math.max(1, Math.max(...ends) - first);
  const column = (time: number) => Math.floor(((time - first) / total) * (width - 1));
  const rows = spans.map((span, index) => {
    const [from, to] = [column(begins[index] ?? first), column(ends[index] ?? first)];
    const bar = ' '.repeat(from) + (span.endedDateTime === undefined ? '░' : '█').repeat(to - from + 1);
    const took = span.endedDateTime === undefined ? undefined : durationOf((ends[index] ?? 0) - (begins[index] ?? 0));
    const name = `${'  '.repeat(depthOf(spans, span))}${span.name}${span.attempt > 1 ? ` (attempt ${span.attempt})` : ''}`;
    return [name, span.status, `+${durationOf((begins[index] ?? first) - first)}`, took, bar.padEnd(width)];
  });
  const heading = `${kind} ${id}: ${status}${spans.length === 0 ? '' : ` in ${durationOf(total)}`}`;
  const errors = spans.flatMap(({ name, attempt, error }) =>
    error === undefined ? [] : [`${name} (attempt ${attempt}): ${error.code}: ${error.message}`],
  );
  return colored(
    [
      heading,
      formatTable(['step', 'status', 'began', 'took', 'timeline'], rows),
      ...(truncated === true ? ['There are more steps: the first and the last 500 are shown.'] : []),
      ...errors,
    ].join('\n'),
  );
}

/** A span without an end: it runs, or is a timer that was canceled; then it is no longer than the operation. */
function endOfOpen(spans: readonly Span[], status: History['status'], now: number, begin: number): number {
  if (status === 'Running' || status === 'NotStarted') return now;
  const known = spans.flatMap(({ startedDateTime, endedDateTime }) => Date.parse(endedDateTime ?? startedDateTime));
  return Math.max(begin, ...known);
}

function depthOf(spans: readonly Span[], { parent }: Span): number {
  const outer = parent === undefined ? undefined : spans[parent];
  return outer === undefined ? 0 : 1 + depthOf(spans, outer);
}
