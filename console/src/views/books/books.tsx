import { type BookSummary } from '@longhaul/client';
import { Anchor, Badge, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { BookOpen, CloudUpload } from 'lucide-react';
import { Link } from 'wouter';
import { api } from '../../api/connection.js';
import { POLL_MS, useMore } from '../../api/queries.js';
import { count, size } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { Ago } from '../../ui/times.js';
import { heightOf } from '../../ui/table-height.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';
import { PushLine } from './push-line.js';
import { pathOf } from './next-page.js';

interface BookPage {
  value: BookSummary[];
  nextLink?: string;
}

const COLUMNS: Column<BookSummary>[] = [
  {
    title: 'Name',
    width: 'minmax(180px, 1fr)',
    cell: ({ id, name }) => (
      <Anchor component={Link} href={`/books/${id}`} inherit title={name}>
        {name}
      </Anchor>
    ),
  },
  {
    title: 'Current version',
    width: 'minmax(150px, 1fr)',
    cell: ({ currentVersion }) =>
      currentVersion ? (
        <span className="mono" title={currentVersion.id}>
          {currentVersion.id}
        </span>
      ) : (
        'none yet'
      ),
  },
  { title: 'Files', width: '88px', align: 'right', cell: ({ currentVersion }) => count(currentVersion?.files ?? 0) },
  { title: 'Size', width: '104px', align: 'right', cell: ({ currentVersion }) => size(currentVersion?.bytes ?? 0) },
  {
    title: 'Upload',
    width: '132px',
    cell: ({ upload }) =>
      upload ? (
        <Badge variant="light" leftSection={<CloudUpload size={12} aria-hidden />} tt="none" fw={500}>
          under way
        </Badge>
      ) : (
        <Text span inherit c="dimmed">
          none
        </Text>
      ),
  },
  {
    title: 'Changed',
    width: '140px',
    align: 'right',
    cell: ({ lastUpdatedDateTime }) => <Ago date={lastUpdatedDateTime} />,
  },
];

export default function BooksView() {
  const query = useInfiniteQuery({
    queryKey: ['books'],
    queryFn: ({ pageParam, signal }) => api().request<BookPage>('GET', pageParam, { signal }),
    initialPageParam: '/books?top=500',
    getNextPageParam: ({ nextLink }) => pathOf(nextLink),
    refetchInterval: 2 * POLL_MS,
  });
  const { data, error, refetch } = query;
  const more = useMore(query);
  const books = data?.pages.flatMap(({ value }) => value);
  return (
    <Page title="Books" about="Folders that clients keep in step with storage.">
      {!books && (error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <Loading />)}
      {books?.length === 0 ? (
        <Empty icon={BookOpen} title="No books yet">
          <PushLine />
        </Empty>
      ) : (
        books && (
          <>
            <VirtualTable
              label="Books"
              columns={COLUMNS}
              rows={books}
              rowKey={({ id }) => id}
              height={heightOf(books, 'max(280px, calc(100dvh - 300px))')}
              onEnd={more}
            />
            <PushLine />
          </>
        )
      )}
    </Page>
  );
}
