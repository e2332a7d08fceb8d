import { ApiError, type Deliveries, type Monitor } from '@longhaul/client';
import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Send, Webhook } from 'lucide-react';
import { api } from '../../api/connection.js';
import { get, isFinal, POLL_MS } from '../../api/queries.js';
import { DeliveryTable } from '../../ui/delivery-table.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';

/** The attempts at the webhook of the operation. */
export default function DeliveriesTab({ monitor }: { monitor: Monitor }) {
  const path = `/status/${monitor.id}/deliveries`;
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery({
    ...get<Deliveries>(path),
    refetchInterval: ({ state }) => (state.data?.state === 'pending' ? POLL_MS : false),
  });
  const redeliver = useMutation({
    mutationFn: () => api().request('POST', `${path}:redeliver`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [path] }),
  });
  if (error instanceof ApiError && error.code === 'OperationHasNoWebhook') {
    return (
      <Empty icon={Webhook} title="This operation has no webhook">
        Start an operation with the header <code>Webhook-Url</code>, and the app posts its end to that URL. The attempts
        are listed here, and can be repeated.
      </Empty>
    );
  }
  if (data === undefined) {
    if (!error) return <Loading />;
    return <ErrorPanel error={error} title="The deliveries cannot be read" onRetry={() => void refetch()} />;
  }
  return (
    <>
      <Group justify="flex-end">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Send size={14} aria-hidden />}
          disabled={!isFinal(monitor)}
          loading={redeliver.isPending}
          onClick={() => redeliver.mutate()}
        >
          Send again
        </Button>
      </Group>
      {redeliver.isSuccess && (
        <Alert color="green" mb="xs" role="status">
          It is sent again now.
        </Alert>
      )}
      {redeliver.error && <ErrorPanel error={redeliver.error} title="It cannot be sent again" />}
      <DeliveryTable of={data} />
      {data.value.length === 0 && (
        <Text size="sm" c="dimmed">
          {isFinal(monitor) ? 'The first attempt is under way.' : 'The event is sent when the operation has ended.'}
        </Text>
      )}
    </>
  );
}
