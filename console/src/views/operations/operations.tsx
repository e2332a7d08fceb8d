import { type Monitor } from '@longhaul/client';
import { Button, Text } from '@mantine/core';
import { ArrowUp, ChevronDown, ListTree, Plus, RotateCw } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { CopyCode } from '../../ui/copy.js';
import { count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { useGoTo } from '../../ui/url-state.js';
import { VirtualTable } from '../../ui/virtual-table.js';
import { BulkBar, bulkActions } from './bulk.js';
import { columnsOf } from './columns.js';
import { FilterBar } from './filter-bar.js';
import { useFilter } from './filter.js';
import { useOperations } from './use-operations.js';
import { useSelection } from './use-selection.js';
import './operations.css';

const StartMenu = lazy(() => import('./start-menu.js'));
const BulkProgress = lazy(() => import('./bulk-progress.js'));

const keyOf = ({ id }: Monitor) => id;
/** Where each list was when it was left, px: going back shows the same rows. */
const offsets = new Map<string, number>();

/** All operations, live; docs/console.md describes the view. */
export default function OperationsView() {
  const goTo = useGoTo();
  const filterState = useFilter();
  const { filter } = filterState;
  const place = location.search;
  const operations = useOperations(filter);
  const { list, rows, fresh, takeFresh, hasMore, readOn, onView, remove } = operations;
  const { selected, toggle, areAllSelected, toggleAll, clear } = useSelection(rows);
  const bulk = bulkActions.use();
  const viewport = useRef<HTMLDivElement>(null);

  const open = useCallback(
    ({ id }: Monitor) => {
      offsets.set(place, viewport.current?.scrollTop ?? 0);
      goTo(`/operations/${id}`);
    },
    [goTo, place],
  );
  const columns = useMemo(
    () => columnsOf({ selected, toggle, areAllSelected, toggleAll }),
    [selected, toggle, areAllSelected, toggleAll],
  );
  // New rows would move what somebody reads or has selected.
  useEffect(() => {
    const isAtTop = (viewport.current?.scrollTop ?? 0) === 0 && selected.size === 0;
    if (fresh.length > 0 && isAtTop) takeFresh();
  }, [fresh, takeFresh, selected.size]);
  const showFresh = () => {
    takeFresh();
    viewport.current?.scrollTo({ top: 0 });
  };

  return (
    <Page
      title="Operations"
      about="All work that was started, newest first."
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<RotateCw size={14} aria-hidden />}
            loading={list.isRefetching && !list.isFetchingNextPage}
            onClick={() => void list.refetch()}
          >
            Refresh
          </Button>
          <StartButton />
        </>
      }
    >
      <FilterBar {...filterState} />
      <Suspense>
        {bulk.map((id) => (
          <BulkProgress key={id} id={id} onDeleted={remove} />
        ))}
      </Suspense>
      {list.isLoadingError && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading rows={10} />}
      {list.isSuccess && rows.length === 0 && <NoOperations {...filterState} />}
      {rows.length > 0 && (
        <div className="list">
          {fresh.length > 0 && (
            <div className="fresh" role="status">
              <Button size="compact-sm" leftSection={<ArrowUp size={14} aria-hidden />} onClick={showFresh}>
                {count(fresh.length)} new {fresh.length === 1 ? 'operation' : 'operations'}
              </Button>
            </div>
          )}
          <VirtualTable
            key={place}
            label="Operations"
            columns={columns}
            rows={rows}
            rowKey={keyOf}
            rowHeight={40}
            isMarked={({ id }) => selected.has(id)}
            height="max(320px, calc(100dvh - 232px))"
            onEnd={readOn}
            onView={onView}
            onOpen={open}
            viewportRef={viewport}
            initialOffset={offsets.get(place) ?? 0}
          />
          <div className="list-foot">
            <Text size="xs" c="dimmed" role="status">
              {count(rows.length)} {rows.length === 1 ? 'operation' : 'operations'}
              {hasMore ? ' loaded; more are read when you scroll down' : ''}
            </Text>
            <BulkBar selected={selected} filter={filter} loaded={rows.length} hasMore={hasMore} clear={clear} />
          </div>
        </div>
      )}
    </Page>
  );
}

/** The menu's code is loaded when somebody asks for it. */
function StartButton() {
  const [isOpen, setOpen] = useState(false);
  const button = (
    <Button
      size="xs"
      leftSection={<Plus size={14} aria-hidden />}
      rightSection={<ChevronDown size={14} aria-hidden />}
      onClick={() => setOpen(true)}
      aria-haspopup="menu"
    >
      Start something new
    </Button>
  );
  return isOpen ? (
    <Suspense fallback={button}>
      <StartMenu />
    </Suspense>
  ) : (
    button
  );
}

function NoOperations({ filter, clear }: ReturnType<typeof useFilter>) {
  if (Object.keys(filter).length > 0) {
    return (
      <Empty icon={ListTree} title="No operation fits the filter">
        <Button size="xs" variant="default" onClick={clear}>
          Clear the filter
        </Button>
      </Empty>
    );
  }
  return (
    <Empty icon={ListTree} title="There are no operations yet">
      <p>Start one from the menu above, or with this command. It appears here by itself.</p>
      <CopyCode
        label="command that starts an operation"
        text={`curl ${location.origin}/plates/recognize \\\n  -H 'Content-Type: application/json' \\\n  -d '{"imageId": 10022}'`}
      />
    </Empty>
  );
}
