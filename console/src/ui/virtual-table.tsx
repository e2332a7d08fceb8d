import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type Key,
  type KeyboardEvent,
  memo,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
} from 'react';

export interface Column<T> {
  title: string;
  /** Shown in place of the title, such as a checkbox. */
  head?: ReactNode;
  /** Width as CSS grid has it, such as `120px` or `minmax(160px, 1fr)`. */
  width: string;
  cell: (row: T, index: number) => ReactNode;
  align?: 'left' | 'right';
}

interface VirtualTableProps<T> {
  /** What the rows are, for screen readers. */
  label: string;
  /** The same array in each rendering (`useMemo`), so that rows are drawn again only when they change. */
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => Key;
  /** Height of a row, px. */
  rowHeight?: number;
  /** Height of the table's window, CSS. */
  height?: string;
  /** All there are, also those that are not read yet. @default rows.length */
  total?: number;
  /** Called when the last rows come into view. */
  onEnd?: () => void;
  /** Called with the rows in view, after each change. */
  onView?: (rows: readonly T[]) => void;
  /** Whether a row is drawn as selected. */
  isMarked?: (row: T) => boolean;
  /** Called for a click on a row, or on its link with `data-open`, which the keyboard has. */
  onOpen?: (row: T) => void;
  /** The element that scrolls. */
  viewportRef?: RefObject<HTMLDivElement | null>;
  /** The place where the list begins, px; such as where it was when its page was left. */
  initialOffset?: number;
}

/** A table of any length: only the rows in view are elements of the page. */
export function VirtualTable<T>(props: VirtualTableProps<T>) {
  const { label, columns, rows, rowKey, rowHeight = 44, height = 'calc(100dvh - 260px)', total, onEnd, onView } = props;
  const own = useRef<HTMLDivElement>(null);
  const viewport = props.viewportRef ?? own;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    getItemKey: (index) => rowKey(rows[index] as T),
    estimateSize: () => rowHeight,
    initialOffset: props.initialOffset ?? 0,
    overscan: 4,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? -1];
  useEffect(() => {
    onView?.(rows.slice(first, last + 1));
    if (last >= rows.length - 1 && rows.length > 0) onEnd?.();
  }, [first, last, rows, onEnd, onView]);

  const grid = useMemo(() => columns.map(({ width }) => width).join(' '), [columns]);
  return (
    <div
      ref={viewport}
      className="virtual-table"
      role="group"
      tabIndex={0}
      aria-label={label}
      style={{ maxHeight: height }}
      onKeyDown={moveBetweenRows}
    >
      <table aria-label={label} aria-rowcount={(total ?? rows.length) + 1} role="table">
        <thead role="rowgroup" className="virtual-head">
          <tr role="row" aria-rowindex={1} className="virtual-row" style={{ gridTemplateColumns: grid }}>
            {columns.map(({ title, head, align }) => (
              <th key={title} role="columnheader" scope="col" data-align={align}>
                {head ?? title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="virtual-body" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => (
            <Row
              key={key}
              row={rows[index] as T}
              index={index}
              start={start}
              height={rowHeight}
              grid={grid}
              columns={columns}
              isMarked={props.isMarked?.(rows[index] as T) ?? false}
              onOpen={props.onOpen}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps<T> extends Pick<VirtualTableProps<T>, 'columns'> {
  row: T;
  index: number;
  start: number;
  height: number;
  grid: string;
  isMarked: boolean;
  onOpen: ((row: T) => void) | undefined;
}

const Row = memo(function Row<T>({ row, index, start, height, grid, columns, isMarked, onOpen }: RowProps<T>) {
  const style: CSSProperties = { gridTemplateColumns: grid, height, top: start };
  const open = (event: MouseEvent) => {
    const control = (event.target as Element).closest('a, button, input, label');
    if (control?.matches('[data-open]')) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // the browser opens a tab or a window
      event.preventDefault();
    } else if (control || getSelection()?.isCollapsed === false) return;
    onOpen?.(row);
  };
  return (
    <tr
      role="row"
      aria-rowindex={index + 2}
      className="virtual-row virtual-item"
      data-opens={onOpen && true}
      data-marked={isMarked || undefined}
      style={style}
      onClick={onOpen && open}
    >
      {columns.map(({ title, cell, align }) => (
        <td key={title} role="cell" data-align={align}>
          {cell(row, index)}
        </td>
      ))}
    </tr>
  );
}) as <T>(props: RowProps<T>) => ReactNode;

/** Up and down arrows go from the link of a row to that of the next one. */
function moveBetweenRows(event: KeyboardEvent) {
  const row = (event.target as Element).closest('.virtual-item');
  if (!row || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  const next = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
  const link = next?.querySelector<HTMLElement>('[data-open]');
  if (!link) return;
  event.preventDefault();
  link.focus();
}
