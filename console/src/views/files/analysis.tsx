import { type AnalysisState } from '@longhaul/client';
import { Button, Group, Paper, Stack, Tabs, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { api } from '../../api/connection.js';
import { isGone, useLiveOperation } from '../../api/queries.js';
import { count } from '../../ui/format.js';
import { OperationStrip } from '../../ui/operation-strip.js';
import { ErrorPanel } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { useUrlState } from '../../ui/url-state.js';
import { hasEnded, useLiveAnalysis } from './analyses.js';
import { Comments } from './comments.js';
import { Findings } from './findings.js';
import { ReferenceKey } from './reference-key.js';
import './file.css';

/** `status_file` as a state and in words (docs/files-analysis.md, Status). */
const WORDS: Record<AnalysisState['status_file'], [state: string, words: string]> = {
  '--------': ['NotStarted', 'Not started'],
  processing: ['Running', 'The analyzer works'],
  ready: ['Running', 'The result is being stored'],
  db_ready: ['Succeeded', 'Analyzed'],
  error: ['Failed', 'Failed'],
};

/** One analysis: its status as it changes, its findings, and what people say to them. */
export function Analysis({ analysis }: { analysis: AnalysisState }) {
  const [params, setParams] = useUrlState();
  const { id } = analysis;
  const { live, error: eventError } = useLiveAnalysis(id, analysis.status_file);
  const status = live?.status_file ?? analysis.status_file;
  const operation = params.get('operation') ?? undefined;
  const { monitor, error } = useLiveOperation(operation);
  const [state, words] = WORDS[status];
  const tab = params.get('tab') ?? 'findings';
  const hasResult = analysis.upload_ai !== null || status === 'db_ready';
  return (
    <Stack gap="sm">
      <Paper withBorder p="sm">
        <Stack gap="xs">
          <Group justify="space-between" gap="xs">
            <Group gap="sm" role="status">
              <Status status={state} label={words} />
              <Text size="sm" c="dimmed">
                Analysis {id}
                {status === 'db_ready' && ` · ${count(analysis.violations_quantity)} findings`}
              </Text>
            </Group>
            {hasEnded(status) && <Restart id={id} />}
          </Group>
          {status === 'processing' && live && <ReferenceKey live={live} />}
        </Stack>
      </Paper>
      {eventError && <ErrorPanel error={eventError} title="The reference key cannot be shown" />}
      {error !== undefined && !isGone(error) && <ErrorPanel error={error} title="The operation cannot be shown" />}
      {monitor && (!hasEnded(status) || monitor.error) && <OperationStrip monitor={monitor} />}
      {status === 'error' && monitor?.error && <ErrorPanel error={monitor.error} />}
      <Tabs
        value={tab}
        onChange={(next) => setParams({ tab: next === 'findings' ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="findings">Findings</Tabs.Tab>
          <Tabs.Tab value="comments">Comments and ratings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="findings" pt="sm">
          {hasResult ? (
            <Findings analysis={id} run={`${analysis.upload_ai}`} />
          ) : (
            <Text size="sm" c="dimmed">
              {status === 'error' ? 'There is no result. Restart the analysis.' : 'The findings come with the result.'}
            </Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="comments" pt="sm">
          <Comments analysis={id} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Restart({ id }: { id: number }) {
  const queryClient = useQueryClient();
  const [, setParams] = useUrlState();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api().files.reanalyze(id),
    onSuccess: async (operation) => {
      queryClient.removeQueries({ queryKey: ['analysis-event', id] });
      await queryClient.invalidateQueries();
      setParams({ operation: operation.id });
    },
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={isPending}
        leftSection={<RotateCcw size={14} aria-hidden />}
        onClick={() => mutate()}
      >
        Restart
      </Button>
      {error && <ErrorPanel error={error} />}
    </>
  );
}
