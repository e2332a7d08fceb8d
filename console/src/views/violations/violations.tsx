import { type Violation } from '@longhaul/client';
import { Anchor, Button, Group, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FileSpreadsheet, Plus, Search, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useMemo } from 'react';
import { count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { useUrlState } from '../../ui/url-state.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';
import { violations } from './calls.js';

const ViolationForm = lazy(() => import('./violation-form.js'));
const LoadSheet = lazy(() => import('./load-sheet.js'));

export default function ViolationsView() {
  const [params, setParams] = useUrlState();
  const { data, error, refetch } = useQuery(violations);
  const [search, open] = [params.get('search') ?? '', params.get('violation')];
  const rows = useMemo(() => data?.filter(matches(search)), [data, search]);
  const columns = useMemo(() => columnsOf((id) => setParams({ violation: String(id) })), [setParams]);
  const close = () => setParams({ violation: undefined });
  return (
    <Page
      title="Violations"
      about="The base list that analyses of files compare with."
      actions={
        <>
          <Button
            size="xs"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={() => setParams({ violation: 'new' })}
          >
            Add
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<FileSpreadsheet size={14} aria-hidden />}
            onClick={() => setParams({ violation: 'sheet' })}
          >
            Load a spreadsheet
          </Button>
        </>
      }
    >
      {data === undefined && error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Loading />}
      {data?.length === 0 && (
        <Empty icon={TriangleAlert} title="The list is empty">
          Load a spreadsheet with the columns violations, context and age, or add the first one by hand.
        </Empty>
      )}
      {data !== undefined && data.length > 0 && rows && (
        <>
          <Group gap="md">
            <TextInput
              size="xs"
              w={{ base: '100%', sm: 320 }}
              type="search"
              aria-label="Search"
              placeholder="Search"
              leftSection={<Search size={14} aria-hidden />}
              value={search}
              onChange={(event) => setParams({ search: event.currentTarget.value })}
            />
            <Text size="sm" c="dimmed" role="status">
              {search === ''
                ? `${count(data.length)} ${data.length === 1 ? 'violation' : 'violations'}`
                : `${count(rows.length)} of ${count(data.length)} violations`}
            </Text>
          </Group>
          {rows.length === 0 ? (
            <Empty icon={Search} title="Nothing matches">
              No violation has “{search}” in its text or its comment.
            </Empty>
          ) : (
            <VirtualTable
              label="Violations"
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              rowHeight={36}
              height={`min(calc(100dvh - 220px), ${36 * (rows.length + 1) + 8}px)`}
            />
          )}
        </>
      )}
      <Suspense>
        {open === 'sheet' && <LoadSheet onClose={close} />}
        {open === 'new' && <ViolationForm onClose={close} />}
        {open !== null && data && <Opened key={open} id={open} list={data} onClose={close} />}
      </Suspense>
    </Page>
  );
}

function Opened({ id, list, onClose }: { id: string; list: readonly Violation[]; onClose: () => void }) {
  const of = list.find((row) => String(row.id) === id);
  return of && <ViolationForm of={of} onClose={onClose} />;
}

function matches(search: string) {
  const words = search.toLowerCase().split(/\s+/);
  return ({ id, violations, violations_comment: comment }: Violation) => {
    const text = `${id} ${violations} ${comment}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

const columnsOf = (onOpen: (id: number) => void): Column<Violation>[] => [
  { title: 'Number', width: '80px', align: 'right', cell: ({ id }) => count(id) },
  {
    title: 'Violation',
    width: 'minmax(240px, 2fr)',
    cell: ({ id, violations }) => (
      <Anchor component="button" type="button" inherit onClick={() => onOpen(id)} title={violations} ta="start">
        {violations}
      </Anchor>
    ),
  },
  {
    title: 'Ages and class',
    width: 'minmax(180px, 1fr)',
    cell: ({ violations_comment: comment }) => <span title={comment}>{comment}</span>,
  },
];
