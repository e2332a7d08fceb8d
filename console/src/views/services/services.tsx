import { type Upstream } from '@longhaul/client';
import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get, POLL_MS } from '../../api/queries.js';
import { Page } from '../../ui/page.js';
import { ErrorPanel, Loading } from '../../ui/states.js';
import { ServiceCard } from './service-card.js';

/** The call counts whole minutes. */
const services = get<{ value: Upstream[] }>('/upstreams', POLL_MS);

export default function ServicesView() {
  const { data, error, refetch } = useQuery(services);
  return (
    <Page title="Services" about="The services that the app calls. Pause one, and its operations wait without failing.">
      {data === undefined && error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Loading />}
      {data && (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          {data.value.map((service) => (
            <ServiceCard key={service.name} of={service} />
          ))}
        </SimpleGrid>
      )}
    </Page>
  );
}
