import { type Upstream } from '@longhaul/client';
import { Alert, Anchor, Box, Group, Paper, Text, Title } from '@mantine/core';
import { CirclePause } from 'lucide-react';
import { type ReactNode } from 'react';
import { Link } from 'wouter';
import { Chart } from '../../ui/chart.js';
import { count, lasting, share } from '../../ui/format.js';
import { Status } from '../../ui/status.js';
import { Ago } from '../../ui/times.js';
import { PauseButton, ResumeButton } from './pause.js';

/** One service: whether its calls succeed, how long they take, and what waits for it. */
export function ServiceCard({ of }: { of: Upstream }) {
  const { calls, failures, p50Ms, p95Ms } = of.last5Minutes;
  const latency = (name: 'p50Ms' | 'p95Ms') => of.minutes.map((minute) => (minute.calls === 0 ? null : minute[name]));
  return (
    <Paper withBorder p="md" component="section" aria-label={of.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Box miw={0}>
          <Group gap="xs">
            <Title order={2}>{of.name}</Title>
            <Status status={of.state} />
          </Group>
          <Text size="sm" c="dimmed" truncate>
            <span className="mono">{of.host}</span> · {of.state} since <Ago date={of.since} />
          </Text>
        </Box>
        {of.state === 'paused' ? <ResumeButton name={of.name} /> : <PauseButton name={of.name} />}
      </Group>
      {of.state === 'paused' && (
        <Alert color="yellow" icon={<CirclePause size={18} aria-hidden />} mt="sm" py="xs">
          Paused: {of.reason}
        </Alert>
      )}
      <Group gap="lg" my="sm">
        <Number title="Calls, 5 min">{count(calls)}</Number>
        <Number title="Failures">
          {count(failures)}
          {calls > 0 && <Dim>{share(failures / calls)}</Dim>}
        </Number>
        <Number title="Half within">{calls > 0 ? lasting(p50Ms) : '–'}</Number>
        <Number title="95% within">{calls > 0 ? lasting(p95Ms) : '–'}</Number>
        <Number title="Waiting operations">
          {of.waitingOperations === 0 ? (
            0
          ) : (
            <Anchor component={Link} href="/operations?status=Running" inherit>
              {count(of.waitingOperations)}
            </Anchor>
          )}
        </Number>
      </Group>
      <Chart
        label={`Latency of ${of.name} over the last hour`}
        dates={of.minutes.map(({ dateTime }) => dateTime)}
        series={[
          { title: 'p50', color: 'blue', values: latency('p50Ms') },
          { title: 'p95', color: 'orange', isDashed: true, values: latency('p95Ms') },
        ]}
        format={lasting}
        height={130}
      />
    </Paper>
  );
}

function Number({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text fw={600}>{children}</Text>
    </div>
  );
}

function Dim({ children }: { children: ReactNode }) {
  return (
    <Text span size="sm" c="dimmed" fw={400}>
      {' '}
      {children}
    </Text>
  );
}
