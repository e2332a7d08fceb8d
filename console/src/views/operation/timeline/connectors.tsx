import { type Timeline } from './model.js';
import { ROW_HEIGHT } from './row.js';
import { type Range } from './scale.js';

/** Lines of one span at most. */
const MOST = 60;

interface ConnectorsProps {
  timeline: Timeline;
  /** The span that is pointed at or selected. */
  focus: number;
  effects: readonly number[];
  rowOf: ReadonlyMap<number, number>;
  range: Range;
  width: number;
  height: number;
}

/** Lines from what a span waited for to the span, and from it to what waited for it. */
export function Connectors({ timeline, focus, effects, rowOf, range, width, height }: ConnectorsProps) {
  const lines = [
    ...(timeline.causes[focus] ?? []).slice(-MOST).map((from) => [from, focus, 'cause'] as const),
    ...effects.slice(0, MOST).map((to) => [focus, to, 'effect'] as const),
  ];
  const x = (ms: number) => ((ms - range.from) / (range.to - range.from)) * width;
  return (
    <svg className="span-lines" width={width} height={height} aria-hidden>
      {lines.map(([from, to, relation]) => {
        const [before, after] = [timeline.bars[from], timeline.bars[to]];
        const [first, second] = [rowOf.get(from), rowOf.get(to)];
        if (!before || !after || first === undefined || second === undefined || first === second) return null;
        const [x1, x2] = [x(before.to), x(after.from)];
        const [y1, y2] = [first, second].map((row) => row * ROW_HEIGHT + ROW_HEIGHT / 2) as [number, number];
        const bend = Math.max(10, Math.min(40, Math.abs(x2 - x1) / 2));
        return (
          <g key={`${from}-${to}`} data-relation={relation}>
            <path d={`M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`} />
            <circle cx={x2} cy={y2} r={2.5} />
          </g>
        );
      })}
    </svg>
  );
}
