import { useMemo } from 'react';
import { amount, day } from '../../ui/format.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';
import { mainOf } from './features.js';
import { type Line } from './lines.js';
import { Recommended, Score } from './score.js';

interface LinesTableProps {
  lines: readonly Line[];
  /** The same function in each rendering. */
  onOpen: (line: Line) => void;
}

/** Lines with the account of each. */
export function LinesTable({ lines, onOpen }: LinesTableProps) {
  const columns = useMemo(() => columnsWith(onOpen), [onOpen]);
  return <VirtualTable label="Lines" columns={columns} rows={lines} rowKey={({ index }) => index} rowHeight={40} />;
}

function columnsWith(onOpen: LinesTableProps['onOpen']): Column<Line>[] {
  return [
    { title: 'Date', width: '118px', cell: ({ mapping }) => day(mapping.entry.date) },
    {
      title: 'Other party',
      width: 'minmax(140px, 1.2fr)',
      cell: ({ mapping: { entry } }) => <span title={entry.desc}>{entry.desc || '–'}</span>,
    },
    {
      title: 'Text',
      width: 'minmax(140px, 1.6fr)',
      cell: ({ mapping: { entry } }) => (
        <span className="dimmed" title={entry.msg}>
          {entry.msg}
        </span>
      ),
    },
    {
      title: 'Amount',
      width: '112px',
      align: 'right',
      cell: ({ mapping: { entry } }) =>
        entry.amount === null ? '–' : amount(entry.type === 'Debit' ? -entry.amount : entry.amount, entry.currency),
    },
    {
      title: 'Account',
      width: 'minmax(180px, 1.4fr)',
      cell: (line) => {
        const main = mainOf(line.mapping);
        const name = main ? `${main.item.no} ${main.item.name}` : 'No account: why?';
        return (
          <button type="button" className="row-link" onClick={() => onOpen(line)}>
            {name}
          </button>
        );
      },
    },
    {
      title: 'Score',
      width: '128px',
      cell: ({ mapping }) => {
        const main = mainOf(mapping);
        return main ? <Score similarity={main.similarity} /> : '–';
      },
    },
    { title: 'Recommended', width: '144px', cell: ({ mapping }) => <Recommended main={mainOf(mapping)} /> },
  ];
}
