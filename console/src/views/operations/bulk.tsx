import { type ListFilter, type Selection } from '@longhaul/client';
import { Button, Group, Text } from '@mantine/core';
import { Ban, Trash2, X } from 'lucide-react';
import { api } from '../../api/connection.js';
import { Store } from '../../store.js';
import { Confirm } from '../../ui/confirm.js';
import { count, exact } from '../../ui/format.js';

/** Ids of one call (docs/contracts/managing-operations.md). */
const MAX_IDS = 1_000;

/** The bulk actions under way: their operations. They stay when the page is left for another view. */
export const bulkActions = new Store<readonly string[]>([]);

interface BulkBarProps {
  selected: ReadonlySet<string>;
  filter: ListFilter;
  /** Operations that are read, and whether there are more. */
  loaded: number;
  hasMore: boolean;
  clear: () => void;
}

/** Cancels or deletes what is selected, or all that fits the filter when nothing is. */
export function BulkBar({ selected, filter, loaded, hasMore, clear }: BulkBarProps) {
  const { idStartsWith, top, ...fields } = filter;
  const isFilter = Object.keys(fields).length > 0 && idStartsWith === undefined && top === undefined;
  if (selected.size === 0 && !isFilter) return null;
  const target =
    selected.size > 0
      ? `${count(selected.size)} selected ${selected.size === 1 ? 'operation' : 'operations'}`
      : 'all operations that fit the filter';

  const start = async (action: 'cancelMany' | 'deleteMany') => {
    for (const selection of selectionsOf(selected, fields)) {
      const { id } = await api().operations[action](selection);
      bulkActions.set([...bulkActions.get(), id]);
    }
    clear();
  };
  const names =
    selected.size > 0 ? (
      <IdList ids={[...selected]} />
    ) : (
      <Text size="sm">
        The filter: {wordsOf(fields)}. {count(loaded)} {hasMore ? 'or more' : ''} fit it now.
      </Text>
    );
  return (
    <Group gap="xs" role="group" aria-label="Bulk actions">
      <Text size="sm">{selected.size > 0 ? `${count(selected.size)} selected` : 'All that fit the filter:'}</Text>
      <Confirm
        action="Cancel"
        target={target}
        size="compact-sm"
        leftSection={<Ban size={14} aria-hidden />}
        onConfirm={() => start('cancelMany')}
      >
        Those that have not ended are asked to stop. This cannot be undone; a canceled operation can be retried.
        {names}
      </Confirm>
      <Confirm
        action="Delete"
        target={target}
        size="compact-sm"
        leftSection={<Trash2 size={14} aria-hidden />}
        onConfirm={() => start('deleteMany')}
      >
        Those that have ended are deleted, with their inputs and results. This cannot be undone.
        {names}
      </Confirm>
      {selected.size > 0 && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<X size={14} aria-hidden />}
          onClick={clear}
        >
          Clear selection
        </Button>
      )}
    </Group>
  );
}

const SHOWN_IDS = 5;

function IdList({ ids }: { ids: readonly string[] }) {
  return (
    <>
      {ids.slice(0, SHOWN_IDS).map((id) => (
        <div key={id} className="mono">
          {id}
        </div>
      ))}
      {ids.length > SHOWN_IDS && <div>and {count(ids.length - SHOWN_IDS)} more</div>}
    </>
  );
}

function selectionsOf(selected: ReadonlySet<string>, filter: ListFilter): Selection[] {
  if (selected.size === 0) return [{ filter }];
  const ids = [...selected];
  return Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, page) => ({
    ids: ids.slice(page * MAX_IDS, (page + 1) * MAX_IDS),
  }));
}

function wordsOf({ kind, status, createdAfter, createdBefore }: ListFilter): string {
  return [
    kind !== undefined && `kind ${kind}`,
    status !== undefined && `status ${status}`,
    createdAfter !== undefined && `created after ${exact(createdAfter)}`,
    createdBefore !== undefined && `created before ${exact(createdBefore)}`,
  ]
    .filter(Boolean)
    .join(', ');
}
