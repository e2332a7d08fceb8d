import { Box, ScrollArea, Table } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type Key, type ReactNode, useEffect, useRef } from 'react';

export interface Column<T> {
  title: string;
  /** Width as CSS grid has it, such as `120px` or `minmax(160px, 1fr)`. */
  width: string;
  cell: (row: T, index: number) => ReactNode;
  align?: 'left' | 'right';
}

interface VirtualTableProps<T> {
  /** What the rows are, for screen readers. */
  label: string;
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
}

/** A table of any length: only the rows in view are elements of the page. */
export function VirtualTable<T>(props: VirtualTableProps<T>) {
  const { label, columns, rows, rowKey, rowHeight = 44, height = 'calc(100dvh - 260px)', total, onEnd, onView } = props;
  const viewport = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    getItemKey: (index) => rowKey(rows[index] as T),
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? -1];
  useEffect(() => {
    onView?.(rows.slice(first, last + 1));
    if (last >= rows.length - 1 && rows.length > 0) onEnd?.();
  }, [first, last, rows, onEnd, onView]);

  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  return (
    <ScrollArea
      className="virtual-table"
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, 'aria-label': label }}
      h={height}
    >
      <Table aria-label={label} aria-rowcount={(total ?? rows.length) + 1} role="table">
        <Table.Thead role="rowgroup" className="virtual-head">
          <Table.Tr role="row" aria-rowindex={1} style={grid} className="virtual-row">
            {columns.map(({ title, align }) => (
              <Table.Th key={title} role="columnheader" ta={align}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Box component="tbody" role="rowgroup" h={virtual.getTotalSize()} className="virtual-body">
          {items.map(({ index, key, start }) => (
            <Table.Tr
              key={key}
              role="row"
              aria-rowindex={index + 2}
              className="virtual-row virtual-item"
              style={{ ...grid, height: rowHeight, transform: `translateY(${start}px)` }}
            >
              {columns.map(({ title, cell, align }) => (
                <Table.Td key={title} role="cell" ta={align}>
                  {cell(rows[index] as T, index)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Box>
      </Table>
    </ScrollArea>
  );
}
