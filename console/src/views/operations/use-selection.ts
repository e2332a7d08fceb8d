import { type Monitor } from '@longhaul/client';
import { useCallback, useRef, useState } from 'react';

/** The rows that were chosen, by id. A click with Shift chooses all between it and the last one. */
export function useSelection(rows: readonly Monitor[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | undefined>(undefined);
  const current = useRef(rows);
  current.current = rows;

  const toggle = useCallback((row: Monitor, index: number, isRange: boolean) => {
    const from = isRange ? current.current.findIndex(({ id }) => id === last.current) : -1;
    last.current = row.id;
    setSelected((before) => {
      const after = new Set(before);
      const [start, end] = from === -1 ? [index, index] : [Math.min(from, index), Math.max(from, index)];
      for (const { id } of current.current.slice(start, end + 1)) {
        if (before.has(row.id)) after.delete(id);
        else after.add(id);
      }
      return after;
    });
  }, []);
  const areAllSelected = rows.length === 0 ? null : rows.every(({ id }) => selected.has(id));
  const toggleAll = useCallback(() => {
    const ids = current.current.map(({ id }) => id);
    setSelected((before) => new Set(ids.every((id) => before.has(id)) ? [] : ids));
  }, []);
  const clear = useCallback(() => setSelected(new Set()), []);
  return { selected, toggle, areAllSelected, toggleAll, clear };
}
