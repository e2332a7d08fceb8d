import { type Monitor } from '@longhaul/client';
import { type MouseEvent } from 'react';
import { isFinal } from '../../api/queries.js';
import { BASE } from '../../navigation.js';
import { CopyRow } from '../../ui/copy.js';
import { count } from '../../ui/format.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { Status } from '../../ui/status.js';
import { Ago, Lasting } from '../../ui/times.js';
import { type Column } from '../../ui/virtual-table.js';

interface Selection {
  selected: ReadonlySet<string>;
  toggle: (row: Monitor, index: number, isRange: boolean) => void;
  /** Null where there is no row. */
  areAllSelected: boolean | null;
  toggleAll: () => void;
}

export function columnsOf({ selected, toggle, areAllSelected, toggleAll }: Selection): Column<Monitor>[] {
  return [
    {
      title: 'Selected',
      width: '36px',
      head: (
        <input
          type="checkbox"
          className="row-check"
          aria-label="Select all loaded operations"
          checked={areAllSelected === true}
          disabled={areAllSelected === null}
          onChange={toggleAll}
        />
      ),
      cell: (row, index) => (
        <input
          type="checkbox"
          className="row-check"
          aria-label={`Select ${row.kind} ${row.id}`}
          checked={selected.has(row.id)}
          onClick={(event: MouseEvent) => toggle(row, index, event.shiftKey)}
          readOnly
        />
      ),
    },
    {
      title: 'Kind',
      width: 'minmax(170px, 1.2fr)',
      cell: ({ kind, id }) => (
        <a href={`${BASE}/operations/${id}`} data-open>
          {kind}
        </a>
      ),
    },
    {
      title: 'Status',
      width: '118px',
      cell: ({ status, cancelRequested }) => (
        <Status status={status} {...(cancelRequested && status === 'Running' && { label: 'Canceling' })} />
      ),
    },
    {
      title: 'Progress',
      width: 'minmax(130px, 1fr)',
      cell: (row) => (
        <div className="operation-progress">
          <ProgressBar monitor={row} />
          {row.progress && count(row.progress.total)}
        </div>
      ),
    },
    { title: 'Created', width: '116px', cell: ({ createdDateTime }) => <Ago date={createdDateTime} /> },
    {
      title: 'Duration',
      width: '92px',
      align: 'right',
      cell: (row) => <Lasting from={row.createdDateTime} to={isFinal(row) ? row.lastUpdatedDateTime : undefined} />,
    },
    {
      title: 'Id',
      width: 'minmax(150px, 1.6fr)',
      cell: ({ id }) => (
        <>
          <span className="mono operation-id">{id}</span>
          <CopyRow value={id} label={`Copy the id ${id}`} />
        </>
      ),
    },
  ];
}
