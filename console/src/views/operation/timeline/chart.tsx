import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Connectors } from './connectors.js';
import { LoadMap } from './load-map.js';
import { type Row, rowsOf, type Timeline } from './model.js';
import { ROW_HEIGHT, type Relation, TimelineRow } from './row.js';
import { tickText, ticksOf } from './scale.js';
import { useRange } from './use-range.js';
import { ZoomButtons } from './zoom-buttons.js';

/** Space of a tick with its text, px. */
const TICK_PX = 90;
const AXIS_PX = 24;

interface ChartProps {
  timeline: Timeline;
  selected: number | undefined;
  onSelect: (span: number | undefined) => void;
}

/** The spans drawn to scale. */
export function Chart({ timeline, selected, onSelect }: ChartProps) {
  const viewport = useRef<HTMLDivElement>(null);
  const { ref: sized, width: outer } = useElementSize();
  const labelWidth = outer < 640 ? 132 : 268;
  const width = Math.max(40, outer - labelWidth);
  const { range, setRange, zoom, move, reset, gestures, hasDragged, isWhole } = useRange(
    timeline.total,
    viewport,
    labelWidth,
    width,
  );

  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const rows = useMemo(() => rowsOf(timeline.bars, closed), [timeline, closed]);
  const rowOf = useMemo(
    () => new Map(rows.flatMap((row, place) => row.bars.map(({ index }) => [index, place] as const))),
    [rows],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (place) => rows[place]?.key ?? place,
    scrollMargin: AXIS_PX,
    overscan: 8,
  });

  const [hovered, setHovered] = useState<number>();
  const focus = hovered ?? selected;
  const effects = useMemo(
    () =>
      (focus === undefined ? [] : timeline.bars.filter(({ index }) => causes(timeline, index, focus))).map(
        ({ index }) => index,
      ),
    [timeline, focus],
  );
  const relations = useMemo(() => relationsOf(timeline, focus, effects), [timeline, focus, effects]);
  const relationOf = (row: Row) => row.bars.map(({ index }) => relations.get(index)).find(Boolean);

  // The keyboard: one row is in the order of the Tab key, arrows go to the others.
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  useEffect(() => {
    if (!wantsFocus.current) return;
    const name = viewport.current?.querySelector<HTMLElement>(`[data-focus="${active}"]`);
    if (!name) return;
    wantsFocus.current = false;
    name.focus({ preventScroll: true });
  });
  const goTo = useCallback(
    (place: number) => {
      const next = Math.max(0, Math.min(rows.length - 1, place));
      wantsFocus.current = true;
      virtual.scrollToIndex(next);
      setActive(next);
    },
    [rows.length, virtual],
  );
  const keys: Record<string, () => void> = {
    ArrowDown: () => goTo(active + 1),
    ArrowUp: () => goTo(active - 1),
    Home: () => goTo(0),
    End: () => goTo(rows.length - 1),
    ArrowLeft: () => move((range.from - range.to) / 8),
    ArrowRight: () => move((range.to - range.from) / 8),
    '+': () => zoom(1 / 1.5),
    '=': () => zoom(1 / 1.5),
    '-': () => zoom(1.5),
    '0': reset,
    Escape: () => onSelect(undefined),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  const onClick = (event: MouseEvent) => {
    if (hasDragged.current && event.detail > 0) return;
    const target = event.target as Element;
    const fold = target.closest<HTMLElement>('[data-fold]')?.dataset.fold;
    if (fold !== undefined) {
      setClosed((before) => toggled(before, Number(fold)));
      return;
    }
    const row = target.closest<HTMLElement>('[data-row]')?.dataset.row;
    if (row === undefined) return;
    setActive(Number(row));
    onSelect(spanAt(target, rows));
  };
  const { step, ticks } = ticksOf(range, TICK_PX / width);
  const x = (ms: number) => ((ms - range.from) / (range.to - range.from)) * width;

  return (
    <div className="timeline" ref={sized}>
      <div className="timeline-top">
        <LoadMap timeline={timeline} range={range} onChange={setRange} />
        <ZoomButtons zoom={zoom} reset={reset} isWhole={isWhole} />
      </div>
      <div
        ref={viewport}
        className="timeline-view"
        style={{ '--label-width': `${labelWidth}px` } as object}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onPointerOver={({ target, pointerType }) =>
          pointerType === 'mouse' && setHovered(spanAt(target as Element, rows))
        }
        onPointerLeave={() => setHovered(undefined)}
        {...gestures}
      >
        <div className="span-axis" style={{ height: AXIS_PX }} aria-hidden>
          <div className="span-track">
            {ticks.map((tick) => (
              <span key={tick} style={{ left: x(tick) }}>
                {tickText(tick, step)}
              </span>
            ))}
          </div>
        </div>
        <div className="span-rows" role="list" aria-label="Spans" style={{ height: virtual.getTotalSize() }}>
          <div className="span-grid" aria-hidden>
            {ticks.map((tick) => (
              <span key={tick} style={{ left: x(tick) }} />
            ))}
          </div>
          {virtual.getVirtualItems().map(({ index: place, key, start }) => {
            const row = rows[place];
            if (!row) return null;
            return (
              <TimelineRow
                key={key}
                row={row}
                place={place}
                of={rows.length}
                y={start - AXIS_PX}
                range={range}
                width={width}
                relation={relationOf(row)}
                selected={row.bars.find(({ index }) => index === selected)?.index}
                isFocusable={place === Math.min(active, rows.length - 1)}
                isClosed={closed.has(row.key)}
              />
            );
          })}
          {focus !== undefined && (
            <Connectors
              timeline={timeline}
              focus={focus}
              effects={effects}
              rowOf={rowOf}
              range={range}
              width={width}
              height={virtual.getTotalSize()}
            />
          )}
        </div>
      </div>
    </div>
  );
}

function toggled(before: ReadonlySet<number>, value: number): ReadonlySet<number> {
  const after = new Set(before);
  if (!after.delete(value)) after.add(value);
  return after;
}

const causes = ({ causes }: Timeline, index: number, cause: number) => causes[index]?.includes(cause) === true;

/** The span of a bar, or the last one of a row. */
function spanAt(target: Element, rows: readonly Row[]): number | undefined {
  const bar = target.closest<HTMLElement>('[data-span]')?.dataset.span;
  if (bar !== undefined) return Number(bar);
  const place = target.closest<HTMLElement>('[data-row]')?.dataset.row;
  return place === undefined ? undefined : rows[Number(place)]?.bars.at(-1)?.index;
}

function relationsOf(timeline: Timeline, focus: number | undefined, effects: readonly number[]) {
  const relations = new Map<number, Relation>();
  if (focus === undefined) return relations;
  for (const index of effects) relations.set(index, 'effect');
  for (const index of timeline.causes[focus] ?? []) relations.set(index, 'cause');
  const root = timeline.bars.find(({ type }) => type === 'orchestrator')?.index;
  const parent = timeline.bars[focus]?.parent ?? root;
  if (parent !== undefined) relations.set(parent, 'parent');
  relations.set(focus, 'self');
  return relations;
}
