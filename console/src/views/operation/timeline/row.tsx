import { ChevronDown, ChevronRight, ListTree, type LucideIcon, Radio, Timer, Workflow, Zap } from 'lucide-react';
import { memo } from 'react';
import { lasting } from '../../../ui/format.js';
import { type Bar, type Row } from './model.js';
import { type Range } from './scale.js';

export const ROW_HEIGHT = 28;
/** Space that the text of a duration takes, px. */
const TEXT_PX = 70;
/** Bars that are nearer than this are drawn as one, px. */
const LEAST_PX = 1;

export const TYPES: Record<Bar['type'], { icon: LucideIcon; word: string }> = {
  orchestrator: { icon: ListTree, word: 'orchestrator' },
  subOrchestration: { icon: Workflow, word: 'sub-orchestration' },
  activity: { icon: Zap, word: 'activity' },
  timer: { icon: Timer, word: 'timer' },
  event: { icon: Radio, word: 'external event' },
};

/** What a row has to do with the span that is pointed at or selected. */
export type Relation = 'self' | 'parent' | 'cause' | 'effect' | undefined;

interface RowProps {
  row: Row;
  place: number;
  of: number;
  y: number;
  range: Range;
  /** Width of the drawn part, px. */
  width: number;
  relation: Relation;
  /** The selected span, when it is in this row. */
  selected: number | undefined;
  isFocusable: boolean;
  isClosed: boolean;
}

/** A row of the timeline: its name, and its bars to scale. Clicks and keys are handled by the chart. */
export const TimelineRow = memo(function TimelineRow(props: RowProps) {
  const { row, place, of, y, range, width, relation, selected, isFocusable, isClosed } = props;
  const [first, last] = endsOf(row.bars);
  const { icon: Icon } = TYPES[first.type];
  const scale = width / (range.to - range.from);
  return (
    <div
      role="listitem"
      aria-setsize={of}
      aria-posinset={place + 1}
      className="span-row"
      data-row={place}
      data-relation={relation}
      style={{ transform: `translateY(${y}px)` }}
    >
      <div className="span-label" style={{ paddingInlineStart: 4 + Math.min(row.depth, 6) * 12 }}>
        {row.children > 0 ? (
          <button
            type="button"
            className="span-fold"
            data-fold={row.key}
            aria-expanded={!isClosed}
            aria-label={`${row.children} rows of ${first.name}`}
          >
            {isClosed ? <ChevronRight size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
          </button>
        ) : (
          <span className="span-fold" />
        )}
        <button
          type="button"
          className="span-name"
          data-span={selected ?? last.index}
          data-focus={place}
          tabIndex={isFocusable ? 0 : -1}
          aria-pressed={selected !== undefined}
          aria-label={labelOf(row)}
        >
          <Icon size={13} aria-hidden />
          <span>{first.name}</span>
          {row.bars.length > 1 && <span className="span-count">×{row.bars.length}</span>}
          {isClosed && <span className="span-count">+{row.children}</span>}
        </button>
      </div>
      <div className="span-track" aria-hidden>
        {drawnOf(row, range, scale).map(({ bar, x, length, gap }) => (
          <span key={bar.index} className="span-part">
            {gap > 0 && bar.type !== 'timer' && <span className="span-gap" style={{ left: x - gap, width: gap }} />}
            <span
              className="span-bar"
              data-type={bar.type}
              data-status={bar.status}
              data-span={bar.index}
              data-selected={bar.index === selected || undefined}
              style={{ left: x, width: length }}
            />
          </span>
        ))}
        <Duration row={row} range={range} scale={scale} width={width} />
      </div>
    </div>
  );
});

/** How long the row lasted, where there is room: after its bars, before them, or on the last one. */
function Duration({ row, range, scale, width }: Pick<RowProps, 'row' | 'range' | 'width'> & { scale: number }) {
  const [first, last] = endsOf(row.bars);
  if (first.type === 'event' || first.from > range.to || last.to < range.from) return null;
  const [start, end] = [(first.from - range.from) * scale, (last.to - range.from) * scale];
  const after = Math.max(end, start + 3) + 6;
  const text = `${last.status === 'Failed' ? '✕ ' : ''}${lasting(last.to - first.from)}`;
  if (after + TEXT_PX <= width) {
    return (
      <span className="span-time" style={{ left: after }}>
        {text}
      </span>
    );
  }
  const isBefore = start >= TEXT_PX;
  return (
    <span
      className="span-time"
      data-inside={!isBefore || undefined}
      style={{ right: isBefore ? width - start + 6 : Math.max(6, width - end + 6) }}
    >
      {text}
    </span>
  );
}

/** The bars in view, with those together that cannot be told apart. */
function drawnOf({ bars }: Row, range: Range, scale: number) {
  const drawn: { bar: Bar; x: number; length: number; gap: number }[] = [];
  let before: Bar | undefined;
  for (const bar of bars) {
    const previous = before;
    before = bar;
    if (bar.to < range.from || (previous ?? bar).from > range.to) continue;
    // Far parts of long bars are left out: browsers draw boxes of any length badly.
    const x = (Math.max(bar.from, range.from - (range.to - range.from)) - range.from) * scale;
    const end = (Math.min(bar.to, range.to + (range.to - range.from)) - range.from) * scale;
    const gap = previous ? (bar.from - Math.max(previous.to, range.from)) * scale : 0;
    const last = drawn.at(-1);
    if (last?.bar.status === bar.status && end - (last.x + last.length) < LEAST_PX) continue;
    drawn.push({ bar, x, length: Math.max(end - x, bar.type === 'event' ? 9 : 3), gap });
  }
  return drawn;
}

function labelOf({ bars }: Row): string {
  const [first, last] = endsOf(bars);
  const many = first.type === 'timer' ? `${bars.length} timers` : `${bars.length} attempts`;
  return [
    `${first.name}, ${TYPES[first.type].word}`,
    bars.length > 1 ? many : undefined,
    last.status,
    `begins after ${lasting(first.from)}`,
    first.type === 'event' ? undefined : `lasts ${lasting(last.to - first.from)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The first and the last bar of a row. */
function endsOf(bars: readonly Bar[]): readonly [Bar, Bar] {
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) throw new Error('A row of the timeline has at least one bar.');
  return [first, last];
}
