import { Anchor, Breadcrumbs, Group, Paper, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { Chart } from '../../ui/chart.js';
import { Figure } from '../../ui/figure.js';
import { count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { ErrorPanel, Loading } from '../../ui/states.js';
import { Ago } from '../../ui/times.js';
import { Actions } from './actions.js';
import { endpoint, type Shown, stats, workerOf } from './calls.js';
import { State } from './endpoints.js';
import { RequestList } from './request-list.js';

export default function EndpointView() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(endpoint(id));
  return (
    <>
      <Breadcrumbs mb={4} fz="sm">
        <Anchor component={Link} href="/serverless" inherit>
          Serverless
        </Anchor>
        <span>{id}</span>
      </Breadcrumbs>
      <Page title={id} actions={data && <Actions of={data} />} about={data && <About of={data} />}>
        {data === undefined && error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
        {data === undefined && !error && <Loading />}
        {data && <Load of={data} />}
        {data && <RequestList id={id} />}
      </Page>
    </>
  );
}

function About({ of }: { of: Shown }) {
  return (
    <Group gap="xs" component="span" mt={4}>
      <State endpoint={of} />
      {of.worker !== null && <span className="mono">{workerOf(of)}</span>}
      <span>
        created <Ago date={of.createdDateTime} />
      </span>
      <span>{of.signsWebhooks ? 'webhooks are signed' : 'webhooks are not signed'}</span>
    </Group>
  );
}

/** How much waits and runs, now and over the last hour. */
function Load({ of }: { of: Shown }) {
  const { data } = useQuery(stats(of.id));
  const minutes = data?.value ?? [];
  const sum = (what: 'finished' | 'failed') => minutes.reduce((total, minute) => total + minute[what], 0);
  const latest = minutes.at(-1);
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        <Figure title="Waiting" of={`of ${count(of.maxQueued)}`}>
          {latest ? count(latest.queued) : '–'}
        </Figure>
        <Figure title="Running" of={`of ${count(of.workers)} workers`}>
          {latest ? count(latest.running) : '–'}
        </Figure>
        <Figure title="Ended in the last hour">{latest ? count(sum('finished')) : '–'}</Figure>
        <Figure title="Of these, failed">{latest ? count(sum('failed')) : '–'}</Figure>
      </SimpleGrid>
      <Paper withBorder p="md">
        <Text size="sm" fw={500} mb={4}>
          The last hour
        </Text>
        <Chart
          label="Queue length and running requests over the last hour"
          dates={minutes.map(({ dateTime }) => dateTime)}
          series={[
            { title: 'Waiting', color: 'blue', values: minutes.map(({ queued }) => queued) },
            { title: 'Running', color: 'green', isDashed: true, values: minutes.map(({ running }) => running) },
          ]}
          format={count}
        />
      </Paper>
    </>
  );
}
