import { type StoredFile } from '@longhaul/client';
import { Anchor } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { FileVideo } from 'lucide-react';
import { Link } from 'wouter';
import { api } from '../../api/connection.js';
import { POLL_MS, useMore } from '../../api/queries.js';
import { count, size } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { Ago } from '../../ui/times.js';
import { heightOf } from '../../ui/table-height.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';
import { typeOf } from './file-type.js';
import { UploadPanel } from './upload-panel.js';

/** Files of one call. */
const PAGE = 500;

const COLUMNS: Column<StoredFile>[] = [
  { title: 'Number', width: '88px', cell: ({ id }) => id },
  {
    title: 'Name',
    width: 'minmax(200px, 1fr)',
    cell: ({ id, name }) => (
      <Anchor component={Link} href={`/files/${id}`} inherit title={name}>
        {name}
      </Anchor>
    ),
  },
  { title: 'Type', width: '96px', cell: ({ name }) => typeOf(name) },
  { title: 'Size', width: '112px', align: 'right', cell: ({ size: bytes }) => size(bytes) },
  { title: 'Uploaded', width: '148px', align: 'right', cell: ({ upload }) => <Ago date={upload} /> },
];

export default function FilesView() {
  const query = useInfiniteQuery({
    queryKey: ['files'],
    queryFn: ({ pageParam, signal }) =>
      api().request<StoredFile[]>('GET', `/files/?limit=${PAGE}&offset=${pageParam}`, { signal }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length === PAGE ? pages.length * PAGE : undefined),
    refetchInterval: 5 * POLL_MS,
  });
  const { data, error, refetch, hasNextPage } = query;
  const more = useMore(query);
  const files = data?.pages.flat();
  return (
    <Page
      title="Files"
      about={
        files && files.length > 0
          ? `${count(files.length)}${hasNextPage ? ' and more' : ''} stored`
          : 'Scripts and their analyses.'
      }
    >
      <UploadPanel />
      {!files && (error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <Loading />)}
      {files?.length === 0 && (
        <Empty icon={FileVideo} title="No files yet">
          Drop a script. Then start its analysis: it finds what the audience may have to be protected from, scene by
          scene.
        </Empty>
      )}
      {files && files.length > 0 && (
        <VirtualTable
          label="Files"
          columns={COLUMNS}
          rows={files}
          rowKey={({ id }) => id}
          height={heightOf(files, 'max(280px, calc(100dvh - 270px))')}
          onEnd={more}
        />
      )}
    </Page>
  );
}
