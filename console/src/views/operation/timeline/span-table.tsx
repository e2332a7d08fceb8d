import { useMemo } from 'react';
import { lasting } from '../../../ui/format.js';
import { Status } from '../../../ui/status.js';
import { type Column, VirtualTable } from '../../../ui/virtual-table.js';
import { type Bar, type Timeline } from './model.js';
import { TYPES } from './row.js';

/** The same as the chart, as a table. */
export function SpanTable({ timeline, onSelect }: { timeline: Timeline; onSelect: (span: number) => void }) {
  const columns = useMemo(
    (): Column<Bar>[] => [
      { title: '#', width: '56px', align: 'right', cell: ({ index }) => index },
      {
        title: 'Name',
        width: 'minmax(200px, 1fr)',
        cell: ({ name, index }) => (
          <button type="button" className="span-link" data-open onClick={() => onSelect(index)}>
            {name}
          </button>
        ),
      },
      { title: 'Type', width: '130px', cell: ({ type }) => TYPES[type].word },
      { title: 'Status', width: '118px', cell: ({ status }) => <Status status={status} /> },
      { title: 'Attempt', width: '80px', align: 'right', cell: ({ attempt }) => attempt },
      { title: 'Began after', width: '104px', align: 'right', cell: ({ from }) => lasting(from) },
      { title: 'Lasted', width: '96px', align: 'right', cell: ({ from, to }) => lasting(to - from) },
      { title: 'Part of', width: '80px', align: 'right', cell: ({ parent }) => parent ?? '' },
      {
        title: 'Waited for',
        width: 'minmax(100px, 0.5fr)',
        cell: ({ index }) => (timeline.causes[index] ?? []).join(', '),
      },
    ],
    [timeline, onSelect],
  );
  return (
    <VirtualTable
      label="Spans"
      columns={columns}
      rows={timeline.bars}
      rowKey={({ index }) => index}
      rowHeight={34}
      height="max(320px, calc(100dvh - 330px))"
      onOpen={({ index }) => onSelect(index)}
    />
  );
}
