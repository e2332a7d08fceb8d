import { type Monitor } from '@longhaul/client';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Ban, RotateCcw, Trash2 } from 'lucide-react';
import { api } from '../../api/connection.js';
import { isFinal } from '../../api/queries.js';
import { Confirm } from '../../ui/confirm.js';
import { ErrorPanel } from '../../ui/states.js';
import { useGoTo } from '../../ui/url-state.js';

/** What can be done with an operation in its state. */
export function Actions({ monitor }: { monitor: Monitor }) {
  const goTo = useGoTo();
  const { id, kind, status } = monitor;
  const retry = useMutation({
    mutationFn: () => api().operations.retry(id),
    onSuccess: (operation) => goTo(`/operations/${operation.id}`),
  });
  const target = `${kind} ${id}`;
  if (!isFinal(monitor)) {
    return (
      <Confirm
        action="Cancel"
        target={target}
        disabled={monitor.cancelRequested}
        leftSection={<Ban size={14} aria-hidden />}
        onConfirm={() => api().operations.cancel(id)}
      >
        It is asked to stop, and its calls to services are aborted. This cannot be undone; a canceled operation can be
        retried.
      </Confirm>
    );
  }
  const hasFailed = status !== 'Succeeded' || (monitor.progress?.failed ?? 0) > 0;
  return (
    <>
      {hasFailed && monitor.retriedBy === undefined && (
        <Button
          size="xs"
          leftSection={<RotateCcw size={14} aria-hidden />}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          {status === 'Succeeded' ? 'Retry failed items' : 'Retry'}
        </Button>
      )}
      <Confirm
        action="Delete"
        target={target}
        leftSection={<Trash2 size={14} aria-hidden />}
        onConfirm={async () => {
          await api().operations.delete(id);
          goTo('/operations');
        }}
      >
        Its monitor, inputs and results are deleted. This cannot be undone.
      </Confirm>
      {retry.error && <ErrorPanel error={retry.error} title="It cannot be retried" />}
    </>
  );
}
