import { Alert, Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Ban, Trash2 } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/connection.js';
import { isFinal, PART, useLiveOperation } from '../../api/queries.js';
import { type ManyResult } from '@longhaul/client';
import { count } from '../../ui/format.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { ErrorPanel } from '../../ui/states.js';
import { bulkActions } from './bulk.js';

const SHOWN_FAILURES = 3;

/** Follows a bulk action to its outcome. @param onDeleted called with the operations that are gone */
export default function BulkProgress({ id, onDeleted }: { id: string; onDeleted: (ids: readonly string[]) => void }) {
  const { monitor, error } = useLiveOperation(id);
  // A large result is not in the monitor.
  const { data: result } = useQuery({
    queryKey: ['bulk-result', id],
    queryFn: ({ signal }) => api().request<ManyResult>('GET', `/status/${id}/result`, { signal }),
    enabled: monitor?.status === 'Succeeded',
    staleTime: Infinity,
    meta: PART,
  });
  useEffect(() => {
    onDeleted((result?.results ?? []).filter(({ outcome }) => outcome === 'deleted').map((target) => target.id));
  }, [result, onDeleted]);

  const close = () => bulkActions.set(bulkActions.get().filter((each) => each !== id));
  if (error !== undefined) return <ErrorPanel error={error} title="The bulk action cannot be followed" />;
  const isDelete = monitor?.kind === 'operations.deleteMany';
  const done = isDelete ? 'deleted' : 'asked to stop';
  const failures = (result?.results ?? []).filter((target) => target.error);
  const { total = 0, completed = 0, failed = 0 } = monitor?.progress ?? {};
  const isEnded = monitor !== undefined && isFinal(monitor);
  const title = isEnded
    ? `${count(completed)} ${done}, ${count(failed)} failed`
    : `${isDelete ? 'Deleting' : 'Canceling'} operations: ${count(completed + failed)} of ${count(total)}`;
  return (
    <Alert
      color={isEnded && failed > 0 ? 'yellow' : isEnded ? 'green' : 'blue'}
      icon={isDelete ? <Trash2 size={18} aria-hidden /> : <Ban size={18} aria-hidden />}
      title={title}
      role="status"
      withCloseButton
      closeButtonLabel="Close"
      onClose={close}
    >
      {monitor && !isEnded && <ProgressBar monitor={monitor} />}
      {monitor?.error && <ErrorPanel error={monitor.error} />}
      {failures.slice(0, SHOWN_FAILURES).map((target) => (
        <Text size="sm" key={target.id}>
          <span className="mono">{target.id}</span>: {target.error?.message}
        </Text>
      ))}
      <Group gap="xs">
        <Anchor component={Link} href={`/operations/${id}`} size="sm">
          {failures.length > SHOWN_FAILURES ? `All ${count(failures.length)} failures` : 'Open this operation'}
        </Anchor>
      </Group>
    </Alert>
  );
}
