import { type History, type Span } from '@longhaul/client';

/** A span with its place in the history, and times in ms from the beginning of the operation. */
export interface Bar extends Span {
  index: number;
  from: number;
  /** The present for what runs. */
  to: number;
}

/** One line of the timeline: the attempts at a step, or timers one after the other. */
export interface Row {
  /** The index of its first span. */
  key: number;
  bars: Bar[];
  depth: number;
  /** Rows below it that belong to its sub-orchestration. */
  children: number;
}

export interface Timeline {
  bars: Bar[];
  /** ms since the epoch. */
  start: number;
  /** ms from the beginning to the end, or to the present. */
  total: number;
  /** What each span waited for: indexes by index. */
  causes: readonly (readonly number[])[];
}

/** @param now ms since the epoch */
export function timelineOf({ spans }: Pick<History, 'spans'>, now: number): Timeline {
  const start = Math.min(...spans.map(({ startedDateTime }) => Date.parse(startedDateTime)));
  const known = Math.max(...spans.flatMap((span) => [Date.parse(span.startedDateTime), endOf(span) ?? 0]));
  const end = Math.max(known, spans.some(({ status }) => status === 'Running') ? now : 0);
  const bars = spans.map((span, index): Bar => {
    const from = Date.parse(span.startedDateTime) - start;
    // What was canceled has no end: it ends with what it belongs to.
    const to = endOf(span) ?? (span.status === 'Running' ? end : known);
    return { ...span, index, from, to: Math.max(from, to - start) };
  });
  return { bars, start, total: Math.max(1, end - start), causes: causesOf(bars) };
}

const endOf = ({ endedDateTime }: Span) => (endedDateTime === undefined ? undefined : Date.parse(endedDateTime));

/**
 * An orchestrator schedules its next steps when steps before have ended: a span waited for those that ended since the
 * orchestrator last scheduled something. A history does not say it exactly.
 */
function causesOf(bars: readonly Bar[]): number[][] {
  const causes: number[][] = bars.map(() => []);
  for (const scope of Map.groupBy(bars.filter(isStep), ({ parent }) => parent).values()) {
    const ends = scope.filter((bar) => bar.endedDateTime !== undefined).sort((a, b) => a.to - b.to);
    let at = 0;
    let last: number[] = [];
    let lastStart: number | undefined;
    for (const bar of scope) {
      if (bar.type === 'event') continue;
      if (bar.from !== lastStart) {
        const ended: number[] = [];
        for (let end = ends[at]; end && end.to <= bar.from; end = ends[++at]) {
          if (end.index !== bar.index) ended.push(end.index);
        }
        if (ended.length > 0) last = ended;
        lastStart = bar.from;
      }
      causes[bar.index] = last;
    }
  }
  return causes;
}

const isStep = ({ type }: Span) => type !== 'orchestrator';

/** The rows in the order of a tree: what a sub-orchestration did is below it. @param closed keys of rows without them */
export function rowsOf(bars: readonly Bar[], closed: ReadonlySet<number>): Row[] {
  const byParent = Map.groupBy(bars, ({ parent }) => parent);
  const root = bars.find(({ type }) => type === 'orchestrator');
  const rows: Row[] = [];
  const add = (parent: number | undefined, depth: number): number => {
    const lines = linesOf((byParent.get(parent) ?? []).filter((bar) => bar !== root));
    let added = 0;
    for (const line of lines) {
      const row: Row = { key: line[0]?.index ?? 0, bars: line, depth, children: 0 };
      rows.push(row);
      const before = rows.length;
      for (const { index, type } of line) if (type === 'subOrchestration') row.children += add(index, depth + 1);
      added += 1 + row.children;
      if (closed.has(row.key)) rows.length = before;
    }
    return added;
  };
  if (root) rows.push({ key: root.index, bars: [root], depth: 0, children: 0 });
  add(undefined, root ? 1 : 0);
  return rows;
}

/** Attempts at the same step are in one line, and so are timers that follow each other. */
function linesOf(bars: readonly Bar[]): Bar[][] {
  const lines: Bar[][] = [];
  const open = new Map<string, Bar[][]>();
  for (const bar of bars) {
    const others = open.get(bar.name) ?? [];
    const line = others.find((line) => follows(line.at(-1), bar));
    if (line) {
      line.push(bar);
      continue;
    }
    const next = [bar];
    lines.push(next);
    others.push(next);
    open.set(bar.name, others);
  }
  return lines;
}

function follows(before: Bar | undefined, { type, attempt, from }: Bar): boolean {
  if (before?.type !== type || before.to > from) return false;
  return type === 'timer' || (before.status === 'Failed' && before.attempt === attempt - 1);
}

/** How many activities were under way at each of `parts` equal times. */
export function loadOf({ bars, total }: Timeline, parts: number): number[] {
  const changes = new Array<number>(parts + 1).fill(0);
  for (const { type, from, to } of bars) {
    if (type !== 'activity') continue;
    const first = Math.min(parts - 1, Math.floor((from / total) * parts));
    const last = Math.min(parts - 1, Math.floor((to / total) * parts));
    changes[first] = (changes[first] ?? 0) + 1;
    changes[last + 1] = (changes[last + 1] ?? 0) - 1;
  }
  let under = 0;
  return changes.slice(0, parts).map((change) => (under += change));
}
