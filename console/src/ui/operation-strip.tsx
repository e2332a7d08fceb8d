import { type Monitor } from '@longhaul/client';
import { Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import { type ReactNode } from 'react';
import { Link } from 'wouter';
import { api } from '../api/connection.js';
import { isFinal } from '../api/queries.js';
import { Confirm } from './confirm.js';
import { count, share } from './format.js';
import { ProgressBar } from './progress-bar.js';
import { Status } from './status.js';
import { Lasting } from './times.js';
import { Waiting } from './waiting.js';

interface OperationStripProps {
  monitor: Monitor;
  /** What the progress counts, such as `images`. @default percent of the whole */
  items?: string;
  /** Buttons at the right. */
  children?: ReactNode;
}

/** How far the operation of a view is. */
export function OperationStrip({ monitor, items, children }: OperationStripProps) {
  const { id, status, cancelRequested, progress, createdDateTime, lastUpdatedDateTime } = monitor;
  const hasEnded = isFinal(monitor);
  return (
    <Paper withBorder p="sm">
      <Stack gap={8}>
        <Group justify="space-between" gap="xs">
          <Group gap="sm">
            <Status status={status} {...(cancelRequested && !hasEnded && { label: 'Canceling' })} />
            <Text size="sm" c="dimmed" component="div">
              {(items !== undefined || !hasEnded) && progress && `${wordsOf(progress, items)} · `}
              <Lasting from={createdDateTime} to={hasEnded ? lastUpdatedDateTime : undefined} />
              {' · '}
              <Anchor component={Link} href={`/operations/${id}`} inherit td="underline">
                Operation
              </Anchor>
            </Text>
          </Group>
          <Group gap="xs">
            {children}
            {!hasEnded && (
              <Confirm
                action="Cancel"
                target={`operation ${id}`}
                disabled={cancelRequested}
                onConfirm={() => api().operations.cancel(id)}
              >
                What is done already is lost. The operation cannot go on later; it can be started again.
              </Confirm>
            )}
          </Group>
        </Group>
        {!hasEnded && <ProgressBar monitor={monitor} />}
        <Waiting monitor={monitor} />
      </Stack>
    </Paper>
  );
}

function wordsOf({ completed, failed, total }: NonNullable<Monitor['progress']>, items: string | undefined): string {
  if (items === undefined) return share(total === 0 ? 0 : completed / total);
  const done = `${count(completed + failed)} of ${count(total)} ${items}`;
  return failed === 0 ? done : `${done}, ${count(failed)} failed`;
}
