import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { moved, type Range, zoomed } from './scale.js';

/** Space after the end, as a part of the whole: a duration is written there. */
const SPACE = 1.02;
/** How much a notch of a wheel zooms. */
const WHEEL = 0.0015;
/** A pointer that moved less is a click, px. */
const CLICK_PX = 4;

/**
 * The part of the time that is shown, and the gestures that change it: Ctrl and wheel or a pinch zoom, a drag or a
 * sideways wheel moves.
 * @param track the element whose left edge and width the time has, below `viewport`
 */
export function useRange(total: number, viewport: RefObject<HTMLElement | null>, left: number, width: number) {
  const whole = total * SPACE;
  const [part, setPart] = useState<Range>();
  const range = part ?? { from: 0, to: whole };
  const current = useRef({ range, whole, left, width });
  current.current = { range, whole, left, width };

  const timeAt = useCallback(
    (clientX: number) => {
      const { range, left, width } = current.current;
      const edge = (viewport.current?.getBoundingClientRect().left ?? 0) + left;
      return range.from + ((clientX - edge) / width) * (range.to - range.from);
    },
    [viewport],
  );
  const zoom = useCallback((factor: number, at?: number) => {
    const { range, whole } = current.current;
    const next = zoomed(range, factor, at ?? (range.from + range.to) / 2, whole);
    setPart(next.to - next.from >= whole ? undefined : next);
  }, []);
  const move = useCallback((by: number) => {
    const { range, whole } = current.current;
    if (range.to - range.from < whole) setPart(moved(range, by, whole));
  }, []);
  const reset = useCallback(() => setPart(undefined), []);

  useEffect(() => {
    const element = viewport.current;
    const onWheel = (event: WheelEvent) => {
      const { range, width } = current.current;
      const isZoom = event.ctrlKey || event.metaKey || (event.target as Element).closest('.span-axis') !== null;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (isZoom) zoom(Math.exp(event.deltaY * WHEEL * (event.deltaMode === 1 ? 20 : 1)), timeAt(event.clientX));
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        move((sideways / width) * (range.to - range.from));
      } else return;
      event.preventDefault();
    };
    // React listens passively, and could not keep the page from zooming.
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [viewport, zoom, move, timeAt]);

  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const hasDragged = useRef(false);
  const gestures = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      if (pointers.current.size === 0) hasDragged.current = false;
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const before = pointers.current.get(event.pointerId);
      if (!before) return;
      const { range, width } = current.current;
      const by = event.clientX - before.x;
      if (!hasDragged.current && Math.abs(by) < CLICK_PX) return;
      if (!hasDragged.current) event.currentTarget.setPointerCapture(event.pointerId);
      hasDragged.current = true;
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const [was, is] = [Math.abs(before.x - other.x), Math.abs(event.clientX - other.x)];
        if (was > 0 && is > 0) zoom(was / is, timeAt((event.clientX + other.x) / 2));
      } else move((-by / width) * (range.to - range.from));
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => void pointers.current.delete(event.pointerId),
    onPointerCancel: (event: PointerEvent<HTMLElement>) => void pointers.current.delete(event.pointerId),
  };
  return { range, setRange: setPart, zoom, move, reset, gestures, hasDragged, isWhole: part === undefined };
}
