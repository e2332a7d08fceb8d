import { type Monitor } from '@longhaul/client';
import { Alert, Anchor, Breadcrumbs, Group, Stack, Text } from '@mantine/core';
import { type ReactNode } from 'react';
import { Link } from 'wouter';
import { isFinal } from '../../api/queries.js';
import { CopyIcon } from '../../ui/copy.js';
import { count, lasting } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { Status } from '../../ui/status.js';
import { Ago, Lasting, useNow } from '../../ui/times.js';
import { Waiting } from '../../ui/waiting.js';
import { Actions } from './actions.js';

/** What an operation is and how far it is. */
export function Header({ monitor }: { monitor: Monitor }) {
  const { id, kind, status, runtimeStatus, cancelRequested } = monitor;
  const isEnded = isFinal(monitor);
  return (
    <>
      <Breadcrumbs mb={4}>
        <Anchor component={Link} href="/operations" size="sm">
          Operations
        </Anchor>
        <Text size="sm" c="dimmed">
          {kind}
        </Text>
      </Breadcrumbs>
      <Page
        title={kind}
        about={
          <span className="operation-head-id">
            <span className="mono">{id}</span>
            <CopyIcon value={id} label="Copy the id" />
          </span>
        }
        actions={<Actions monitor={monitor} />}
      >
        <dl className="facts">
          <Fact name="Status">
            <Status status={status} />
          </Fact>
          <Fact name="Duration">
            <Lasting from={monitor.createdDateTime} to={isEnded ? monitor.lastUpdatedDateTime : undefined} />
          </Fact>
          <Fact name="Created">
            <Ago date={monitor.createdDateTime} />
          </Fact>
          <Fact name="Updated">
            <Ago date={monitor.lastUpdatedDateTime} />
          </Fact>
          {monitor.expiresDateTime !== undefined && (
            <Fact name="Expires">
              <Ago date={monitor.expiresDateTime} />
            </Fact>
          )}
          <Fact name="Runtime status">{runtimeStatus}</Fact>
          {monitor.retryOf !== undefined && (
            <Fact name="Retry of">
              <OperationLink id={monitor.retryOf} />
            </Fact>
          )}
          {monitor.retriedBy !== undefined && (
            <Fact name="Retried by">
              <OperationLink id={monitor.retriedBy} />
            </Fact>
          )}
        </dl>
        <ProgressLine monitor={monitor} />
        {cancelRequested && !isEnded && (
          <Alert color="yellow" title="It was asked to stop" role="status">
            It ends when its running steps have stopped.
          </Alert>
        )}
        <Waiting monitor={monitor} />
      </Page>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function OperationLink({ id }: { id: string }) {
  return (
    <Anchor component={Link} href={`/operations/${id}`} className="mono" title={id}>
      {id.slice(0, 8)}…
    </Anchor>
  );
}

/** The bar of the progress, with how fast it goes and how long the rest takes. */
function ProgressLine({ monitor }: { monitor: Monitor }) {
  const { progress, percentComplete } = monitor;
  if (!progress && percentComplete === undefined) return null;
  const done = progress ? progress.completed + progress.failed : undefined;
  return (
    <Stack gap={4}>
      <div className="operation-bar">
        <ProgressBar monitor={monitor} />
      </div>
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {progress && done !== undefined ? (
            <>
              {count(done)} of {count(progress.total)}
              {progress.failed > 0 && <span className="failed-count"> · {count(progress.failed)} failed</span>}
            </>
          ) : (
            `${percentComplete} %`
          )}
        </Text>
        <Rate monitor={monitor} done={done ?? 0} />
      </Group>
    </Stack>
  );
}

const perSecond = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });

/** The mean rate from the start to the end or to now. */
function Rate({ monitor, done }: { monitor: Monitor; done: number }) {
  const now = useNow();
  const isEnded = isFinal(monitor);
  const end = isEnded ? Date.parse(monitor.lastUpdatedDateTime) : now;
  const seconds = (end - Date.parse(monitor.createdDateTime)) / 1_000;
  if (!monitor.progress || done === 0 || seconds <= 0) return null;
  const rate = done / seconds;
  const rest = ((monitor.progress.total - done) / rate) * 1_000;
  return (
    <Text size="sm" c="dimmed">
      {rate >= 1 ? `${perSecond.format(rate)} per second` : `${perSecond.format(rate * 60)} per minute`}
      {!isEnded && rest > 0 && `, about ${lasting(rest)} left`}
    </Text>
  );
}
