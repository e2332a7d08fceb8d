import { type Book, type BookFile } from '@longhaul/client';
import { Anchor, Group, SimpleGrid, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { FolderOpen, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { useParams } from 'wouter';
import { api, hasKey } from '../../api/connection.js';
import { POLL_MS, useMore } from '../../api/queries.js';
import { Confirm } from '../../ui/confirm.js';
import { CopyCode, CopyIcon } from '../../ui/copy.js';
import { count, size } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { Ago } from '../../ui/times.js';
import { useGoTo } from '../../ui/url-state.js';
import { heightOf } from '../../ui/table-height.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';
import { CurrentVersion, PendingVersion } from './book-parts.js';
import { pathOf } from './next-page.js';
import { PushLine } from './push-line.js';

export default function BookView() {
  const id = useParams<{ id: string }>().id;
  const query = useInfiniteQuery({
    queryKey: ['book', id],
    queryFn: ({ pageParam, signal }) => api().request<Book>('GET', pageParam, { signal }),
    initialPageParam: `/books/${encodeURIComponent(id)}?top=500`,
    getNextPageParam: ({ nextLink }) => pathOf(nextLink),
    refetchInterval: 2 * POLL_MS,
  });
  const { data, error, refetch } = query;
  const more = useMore(query);
  const book = data?.pages[0];
  return (
    <Page
      title={book?.name ?? 'Book'}
      about={
        book && (
          <>
            <span className="mono">{book.id}</span> · uploaded by {book.uploader} · made{' '}
            <Ago date={book.createdDateTime} /> · changed <Ago date={book.lastUpdatedDateTime} />
          </>
        )
      }
      actions={book && <Delete book={book} />}
    >
      {!book && (error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <Loading />)}
      {book && (
        <>
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            {book.upload && <PendingVersion upload={book.upload} />}
            {book.currentVersion && <CurrentVersion version={book.currentVersion} />}
            <PushLine book={book.id} />
          </SimpleGrid>
          {book.currentVersion ? (
            <Files book={book} files={data.pages.flatMap(({ files }) => files)} onEnd={more} />
          ) : (
            <Empty icon={FolderOpen} title="No version yet">
              The files are listed when the first upload is finished.
            </Empty>
          )}
        </>
      )}
    </Page>
  );
}

function Files({ book, files, onEnd }: { book: Book; files: readonly BookFile[]; onEnd: () => void }) {
  const pull = `npx longhaul books pull ${book.id} ./copy --url ${location.origin}`;
  const columns = useMemo(() => columnsOf(book.id), [book.id]);
  const total = book.currentVersion?.files ?? files.length;
  return (
    <>
      <Group justify="space-between" align="flex-end">
        <Title order={2}>Files</Title>
        <Text size="sm" c="dimmed" role="status">
          {files.length < total ? `${count(files.length)} of ${count(total)} read` : count(total)}
        </Text>
      </Group>
      <VirtualTable
        label="Files of the current version"
        columns={columns}
        rows={files}
        rowKey={({ path }) => path}
        total={total}
        height={heightOf(files, 'max(240px, calc(100dvh - 440px))')}
        onEnd={onEnd}
      />
      {hasKey() && (
        <>
          <Text size="sm">
            Files are read from storage directly. With a function key, get them from the command line.
          </Text>
          <CopyCode text={pull} label="Command to get the files" />
        </>
      )}
    </>
  );
}

function columnsOf(book: string): Column<BookFile>[] {
  return [
    {
      title: 'Path',
      width: 'minmax(220px, 2fr)',
      // The answer is a redirect to storage, which a link follows, but not with a key in a header.
      cell: ({ path }) =>
        hasKey() ? (
          <span title={path}>{path}</span>
        ) : (
          <Anchor
            href={`/books/${book}/files/${path.split('/').map(encodeURIComponent).join('/')}`}
            inherit
            title={path}
          >
            {path}
          </Anchor>
        ),
    },
    { title: 'Size', width: '112px', align: 'right', cell: ({ size: bytes }) => size(bytes) },
    {
      title: 'SHA-256',
      width: 'minmax(160px, 1fr)',
      cell: ({ hash }) => (
        <Group gap={4} wrap="nowrap">
          <Text className="mono" truncate c="dimmed" title={hash}>
            {hash}
          </Text>
          <CopyIcon value={hash} label="Copy the hash" />
        </Group>
      ),
    },
  ];
}

function Delete({ book }: { book: Book }) {
  const queryClient = useQueryClient();
  const goTo = useGoTo();
  const remove = async () => {
    await api().request('DELETE', `/books/${encodeURIComponent(book.id)}`);
    await queryClient.invalidateQueries({ queryKey: ['books'] });
    goTo('/books');
  };
  return (
    <Confirm action="Delete" target={book.name} leftSection={<Trash2 size={14} aria-hidden />} onConfirm={remove}>
      The book is deleted with all of its versions and files{book.upload && ', and the upload that is under way ends'}.
      This cannot be undone.
    </Confirm>
  );
}
