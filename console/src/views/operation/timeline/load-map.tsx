import { memo, type PointerEvent, useMemo } from 'react';
import { count } from '../../../ui/format.js';
import { loadOf, type Timeline } from './model.js';
import { moved, type Range } from './scale.js';

const PARTS = 240;
const HEIGHT = 34;

interface LoadMapProps {
  timeline: Timeline;
  range: Range;
  onChange: (range: Range) => void;
}

/** How many activities were under way over the whole time, with the part that is shown; a drag moves it. */
export const LoadMap = memo(function LoadMap({ timeline, range, onChange }: LoadMapProps) {
  const { total } = timeline;
  const { path, most } = useMemo(() => {
    const load = loadOf(timeline, PARTS);
    const most = Math.max(1, ...load);
    const steps = load.map((value, part) => {
      const y = HEIGHT - (value / most) * (HEIGHT - 4);
      return `L${part},${y} L${part + 1},${y}`;
    });
    return { path: `M0,${HEIGHT} ${steps.join(' ')} L${PARTS},${HEIGHT} Z`, most };
  }, [timeline]);
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons === 0) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const center = ((event.clientX - left) / width) * total;
    onChange(moved(range, center - (range.from + range.to) / 2, total));
  };
  const isPart = range.to - range.from < total * 0.999;
  return (
    <div
      className="load-map"
      aria-hidden
      title={`Activities under way: at most ${count(most)}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={move}
    >
      <svg viewBox={`0 0 ${PARTS} ${HEIGHT}`} preserveAspectRatio="none">
        <path d={path} />
      </svg>
      {isPart && (
        <span
          style={{ left: `${(100 * range.from) / total}%`, width: `${(100 * (range.to - range.from)) / total}%` }}
        />
      )}
    </div>
  );
});
