import { type Monitor } from '@longhaul/client';
import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Ban, LoaderCircle } from 'lucide-react';
import { get, isFinal } from '../../api/queries.js';
import { KINDS } from '../../kinds.js';
import { DownloadButton, useResultDownload } from '../../ui/download-button.js';
import { count } from '../../ui/format.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { Result } from './result.js';

/** Entries of an error that are shown. */
const SHOWN_DETAILS = 20;

/** How the operation ended: its result or its error. */
export default function Overview({ monitor }: { monitor: Monitor }) {
  if (monitor.status === 'Failed') return <Failure monitor={monitor} />;
  if (monitor.status === 'Succeeded') return <Success monitor={monitor} />;
  if (isFinal(monitor)) {
    return (
      <Empty icon={Ban} title="It was canceled">
        A canceled operation has no result. The timeline shows what was done before.
      </Empty>
    );
  }
  return (
    <Empty icon={LoaderCircle} title={monitor.status === 'NotStarted' ? 'It has not started yet' : 'It runs'}>
      The result appears here when it has ended. The timeline shows what it does now.
    </Empty>
  );
}

function Failure({ monitor: { error } }: { monitor: Monitor }) {
  const details = error?.details ?? [];
  return (
    <Stack>
      <ErrorPanel error={error ?? { code: 'InternalError', message: 'The operation has failed.' }} />
      {details.length > 0 && (
        <section aria-label="Details of the error">
          <Title order={2} mb="xs">
            Details
          </Title>
          {details.slice(0, SHOWN_DETAILS).map((detail, index) => (
            <Text size="sm" key={index}>
              <code>{detail.code}</code> {detail.target !== undefined && <code>{detail.target}</code>} {detail.message}
            </Text>
          ))}
          {details.length > SHOWN_DETAILS && <Text size="sm">and {count(details.length - SHOWN_DETAILS)} more</Text>}
        </section>
      )}
    </Stack>
  );
}

function Success({ monitor }: { monitor: Monitor }) {
  // What the monitor shows may be the first entries only, and it shows no result of over 4 MiB.
  const isEmbedded = monitor.resultLocation === undefined && monitor.result !== undefined;
  const { data, error, refetch } = useQuery({
    ...get(`/status/${monitor.id}/result`),
    enabled: !isEmbedded,
    staleTime: Infinity,
  });
  const result = isEmbedded ? monitor.result : data;
  const name = `${monitor.kind}-${monitor.id}`;
  const csv = useResultDownload(monitor.id, 'text/csv', `${name}.csv`);
  const json = useResultDownload(monitor.id, 'application/json', `${name}.json`);
  if (error && result === undefined) {
    return <ErrorPanel error={error} title="The result cannot be read" onRetry={() => void refetch()} />;
  }
  if (result === undefined) return <Loading />;
  const failure = csv.error ?? json.error;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>Result</Title>
        <Group gap="xs">
          {KINDS[monitor.kind]?.hasTable && <DownloadButton what="CSV" {...csv} />}
          <DownloadButton what="JSON" {...json} />
        </Group>
      </Group>
      {failure && <ErrorPanel error={failure} title="The result cannot be downloaded" />}
      <Result kind={monitor.kind} result={result} />
    </Stack>
  );
}
