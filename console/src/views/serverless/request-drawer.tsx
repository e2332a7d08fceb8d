import { ApiError, type Deliveries, type EndpointRequest } from '@longhaul/client';
import { Button, DataList, Drawer, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { get, POLL_MS, queries } from '../../api/queries.js';
import { Confirm } from '../../ui/confirm.js';
import { CopyIcon } from '../../ui/copy.js';
import { DeliveryTable } from '../../ui/delivery-table.js';
import { ErrorPanel, Loading } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { Ago, Lasting } from '../../ui/times.js';
import { cancel, deliveriesPath, redeliver } from './calls.js';
import { readRequest } from './requests.js';

/** One request: its times, why it waits or failed, and the attempts at its webhook. */
export default function RequestDrawer({
  id,
  sequence,
  onClose,
}: {
  id: string;
  sequence: string;
  onClose: () => void;
}) {
  const { data: request, error } = useQuery({
    queryKey: ['requests', id, 'one', sequence],
    queryFn: ({ signal }) => readRequest(id, sequence, signal),
    refetchInterval: POLL_MS,
  });
  return (
    <Drawer opened onClose={onClose} title={`Request ${sequence} of ${id}`} position="right" size="lg">
      {error && request === undefined && <ErrorPanel error={error} />}
      {request === undefined && !error && <Loading />}
      {request === null && <Text>There is no such request. Requests are listed for 48 hours.</Text>}
      {request && <Request id={id} of={request} />}
    </Drawer>
  );
}

function Request({ id, of }: { id: string; of: EndpointRequest }) {
  const isOpen = of.status === 'queueing' || of.status === 'running';
  return (
    <Stack>
      <Group>
        <Status status={of.status} />
        {isOpen && (
          <Confirm
            action="Cancel"
            target={`request ${of.sequence} of ${id}`}
            onConfirm={async () => {
              await cancel(id, of.id);
              await queries.invalidateQueries({ queryKey: ['requests', id] });
            }}
          >
            Its webhook is told that it was canceled.
          </Confirm>
        )}
      </Group>
      {of.message !== '' && <Text size="sm">{of.message}</Text>}
      <DataList size="sm">
        <Row title="Id">
          <Group gap={4} wrap="nowrap">
            <span className="mono">{of.id}</span>
            <CopyIcon value={of.id} label="Copy the id" />
          </Group>
        </Row>
        <Row title="Mode">{of.mode === 'sync' ? 'synchronous' : 'asynchronous'}</Row>
        <Row title="Accepted">
          <Ago date={of.createdDateTime} />
        </Row>
        {of.startedDateTime && (
          <Row title="Running for">
            <Lasting from={of.startedDateTime} to={of.endedDateTime} />
          </Row>
        )}
        {of.endedDateTime && (
          <Row title="Ended">
            <Ago date={of.endedDateTime} />
          </Row>
        )}
        {isOpen && (
          <Row title="Expires">
            <Ago date={of.expiresDateTime} />
          </Row>
        )}
      </DataList>
      {of.mode === 'async' && !isOpen && <Webhook id={id} request={of.id} />}
    </Stack>
  );
}

function Row({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{title}</DataList.ItemLabel>
      <DataList.ItemValue>{children}</DataList.ItemValue>
    </DataList.Item>
  );
}

function Webhook({ id, request }: { id: string; request: string }) {
  const { data, error } = useQuery(get<Deliveries>(deliveriesPath(id, request), POLL_MS));
  const again = useMutation({
    mutationFn: () => redeliver(id, request),
    onSettled: () => queries.invalidateQueries({ queryKey: [deliveriesPath(id, request)] }),
  });
  if (data === undefined && error instanceof ApiError && [404, 409].includes(error.status))
    return <Text size="sm">{error.message}</Text>;
  return (
    <Stack gap="xs">
      {data === undefined && error && <ErrorPanel error={error} />}
      {data && <DeliveryTable of={data} />}
      {data && data.state !== 'pending' && (
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            loading={again.isPending}
            onClick={() => again.mutate()}
          >
            Deliver again
          </Button>
        </Group>
      )}
      {again.error && <ErrorPanel error={again.error} />}
    </Stack>
  );
}
