import { type EndpointRequest } from '@longhaul/client';
import { Box, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { Inbox } from 'lucide-react';
import { lazy, Suspense, useMemo } from 'react';
import { count } from '../../ui/format.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { Ago, Lasting } from '../../ui/times.js';
import { useUrlState } from '../../ui/url-state.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';
import { useRequests } from './requests.js';

const RequestDrawer = lazy(() => import('./request-drawer.js'));

const keyOf = ({ id }: EndpointRequest) => id;
const STATUSES: EndpointRequest['status'][] = ['queueing', 'running', 'succeed', 'failed', 'canceled', 'expired'];

/** The requests of the last 48 hours; which status is shown, and which request is open, is in the URL. */
export function RequestList({ id }: { id: string }) {
  const [params, setParams] = useUrlState();
  const status = STATUSES.find((name) => name === params.get('status'));
  const open = params.get('request');
  const { rows, hasMore, error, onView, onEnd } = useRequests(id, status);
  const columns = useMemo(() => columnsOf((sequence) => setParams({ request: sequence })), [setParams]);
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Group gap="xs" align="baseline">
          <Title order={2}>Requests</Title>
          {rows && (
            <Text size="sm" c="dimmed">
              {`${count(rows.length)}${hasMore ? ' read, more below' : ''}`}
            </Text>
          )}
        </Group>
        <Box className="scroll-x">
          <SegmentedControl
            size="xs"
            aria-label="Status"
            value={status ?? 'all'}
            onChange={(value) => setParams({ status: value === 'all' ? undefined : value })}
            data={[{ value: 'all', label: 'all' }, ...STATUSES]}
          />
        </Box>
      </Group>
      {error ? <ErrorPanel error={error} /> : null}
      {rows === undefined && !error && <Loading />}
      {rows?.length === 0 && (
        <Empty icon={Inbox} title={status === undefined ? 'There is no request yet' : `No request is ${status}`}>
          {status === undefined
            ? 'Send one with the button above, or POST to /v1/' + id + '/async with the key of the endpoint.'
            : 'Requests are listed for 48 hours.'}
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <VirtualTable
          label="Requests"
          columns={columns}
          rows={rows}
          rowKey={keyOf}
          rowHeight={36}
          height={`min(560px, ${36 * (rows.length + 1) + 8}px)`}
          onView={onView}
          onEnd={onEnd}
        />
      )}
      <Suspense>
        {open !== null && <RequestDrawer id={id} sequence={open} onClose={() => setParams({ request: undefined })} />}
      </Suspense>
    </>
  );
}

const columnsOf = (onOpen: (sequence: string) => void): Column<EndpointRequest>[] => [
  {
    title: 'Request',
    width: '100px',
    cell: ({ sequence }) => (
      <button type="button" className="row-link mono" onClick={() => onOpen(sequence)}>
        {count(Number(sequence))}
      </button>
    ),
  },
  { title: 'Status', width: '120px', cell: ({ status }) => <Status status={status} /> },
  {
    title: 'Reason',
    width: 'minmax(180px, 1fr)',
    cell: ({ message }) => <span title={message}>{message}</span>,
  },
  { title: 'Mode', width: '70px', cell: ({ mode }) => mode },
  { title: 'Accepted', width: '130px', cell: ({ createdDateTime }) => <Ago date={createdDateTime} /> },
  {
    title: 'Duration',
    width: '90px',
    align: 'right',
    cell: ({ createdDateTime, endedDateTime }) => <Lasting from={createdDateTime} to={endedDateTime} />,
  },
];
