import { type ChangedEndpoint, type Endpoint } from '@longhaul/client';
import { Anchor, Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, ServerCog } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { useUrlState } from '../../ui/url-state.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';
import { endpoints, stats, workerOf } from './calls.js';
import { ShownOnce } from './shown-once.js';

const EndpointForm = lazy(() => import('./endpoint-form.js'));

export default function ServerlessView() {
  const [params, setParams] = useUrlState();
  const [made, setMade] = useState<ChangedEndpoint>();
  const { data, error, refetch } = useQuery(endpoints);
  const add = (
    <Button size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={() => setParams({ new: 'endpoint' })}>
      New endpoint
    </Button>
  );
  return (
    <Page
      title="Serverless"
      about="Queues in front of pools of workers, such as machines that run one model."
      actions={add}
    >
      {data === undefined && error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Loading />}
      {data?.length === 0 && (
        <Empty icon={ServerCog} title="There is no endpoint yet">
          Create one: it gets an API key, and clients send requests to its queue. A worker does them, as many at a time
          as you allow.
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <VirtualTable
          label="Endpoints"
          columns={COLUMNS}
          rows={data}
          rowKey={({ id }) => id}
          height={`min(calc(100dvh - 200px), ${44 * (data.length + 1) + 2}px)`}
        />
      )}
      <Suspense>
        {params.get('new') === 'endpoint' && (
          <EndpointForm
            onClose={() => setParams({ new: undefined })}
            onDone={(changed) => {
              setParams({ new: undefined });
              setMade(changed);
            }}
          />
        )}
      </Suspense>
      {made && <ShownOnce made={made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}

const COLUMNS: Column<Endpoint>[] = [
  {
    title: 'Endpoint',
    width: 'minmax(140px, 1fr)',
    cell: ({ id }) => (
      <Anchor component={Link} href={`/serverless/${id}`} inherit fw={500}>
        {id}
      </Anchor>
    ),
  },
  { title: 'State', width: '140px', cell: (row) => <State endpoint={row} /> },
  { title: 'Waiting', width: '90px', align: 'right', cell: ({ id }) => <Now id={id} what="queued" /> },
  { title: 'Running', width: '90px', align: 'right', cell: (row) => <Running endpoint={row} /> },
  { title: 'Failed, 1 h', width: '100px', align: 'right', cell: ({ id }) => <Failed id={id} /> },
  {
    title: 'Worker',
    width: 'minmax(180px, 2fr)',
    cell: (row) => (
      <Text span inherit className="mono" c="dimmed" title={workerOf(row)}>
        {workerOf(row)}
      </Text>
    ),
  },
];

const useMinutes = (id: string) => useQuery(stats(id)).data?.value;

function Now({ id, what }: { id: string; what: 'queued' | 'running' }) {
  const latest = useMinutes(id)?.at(-1);
  return latest === undefined ? '–' : count(latest[what]);
}

function Running({ endpoint: { id, workers } }: { endpoint: Endpoint }) {
  return (
    <>
      <Now id={id} what="running" />
      <Text span inherit c="dimmed">
        {' '}
        / {count(workers)}
      </Text>
    </>
  );
}

function Failed({ id }: { id: string }) {
  const minutes = useMinutes(id);
  return minutes === undefined ? '–' : count(minutes.reduce((sum, { failed }) => sum + failed, 0));
}

/** Why requests wait, or that they run. */
export function State({ endpoint: { id, worker, workers } }: { endpoint: Endpoint }) {
  const latest = useMinutes(id)?.at(-1);
  if (worker === null) return <Status status="failing" label="no worker" />;
  if (workers === 0) return <Status status="paused" label="stopped" />;
  if (latest === undefined) return null;
  if (latest.running > 0) return <Status status="running" label={latest.queued > 0 ? 'busy' : 'running'} />;
  return latest.queued > 0 ? <Status status="queueing" label="waiting" /> : <Status status="ok" label="idle" />;
}
