import { Anchor, Tabs } from '@mantine/core';
import { CalendarX, KeyRound, SearchX } from 'lucide-react';
import { ApiError, type Monitor } from '@longhaul/client';
import { lazy, Suspense } from 'react';
import { Link, useParams } from 'wouter';
import { useLiveOperation } from '../../api/queries.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { useUrlState } from '../../ui/url-state.js';
import { Header } from './header.js';
import './operation.css';

const TABS = {
  overview: { title: 'Overview', component: lazy(() => import('./overview.js')) },
  timeline: { title: 'Timeline', component: lazy(() => import('./timeline/timeline.js')) },
  deliveries: { title: 'Deliveries', component: lazy(() => import('./deliveries.js')) },
  code: { title: 'For developers', component: lazy(() => import('./code.js')) },
};

/** One operation, live; docs/console.md describes the view. */
export default function OperationView() {
  const { id } = useParams<{ id: string }>();
  const { monitor, error } = useLiveOperation(id);
  if (error !== undefined) {
    return (
      <Page title="Operation">
        <NotShown id={id} error={error} />
      </Page>
    );
  }
  if (!monitor) {
    return (
      <Page title="Operation">
        <Loading />
      </Page>
    );
  }
  return <Operation key={id} monitor={monitor} />;
}

function Operation({ monitor }: { monitor: Monitor }) {
  const [params, change] = useUrlState();
  const given = params.get('tab') ?? 'overview';
  const tab = Object.hasOwn(TABS, given) ? (given as keyof typeof TABS) : 'overview';
  const { component: Content } = TABS[tab];
  return (
    <>
      <Header monitor={monitor} />
      <Tabs
        value={tab}
        onChange={(value) => change({ tab: value === 'overview' ? undefined : (value ?? undefined), span: undefined })}
        mt="md"
      >
        <Tabs.List>
          {Object.entries(TABS).map(([name, { title }]) => (
            <Tabs.Tab key={name} value={name}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.keys(TABS).map((name) => (
          <Tabs.Panel key={name} value={name} pt="md">
            {name === tab && (
              <Suspense fallback={<Loading />}>
                <Content monitor={monitor} />
              </Suspense>
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

/** Why an operation cannot be shown. */
function NotShown({ id, error }: { id: string; error: unknown }) {
  const status = error instanceof ApiError ? error.status : undefined;
  const list = (
    <Anchor component={Link} href="/operations" inherit underline="always">
      All operations
    </Anchor>
  );
  if (status === 404) {
    return (
      <Empty icon={SearchX} title="There is no such operation">
        <p>
          The id <span className="mono">{id}</span> was never known, or the operation was deleted. {list}
        </p>
      </Empty>
    );
  }
  if (status === 410) {
    return (
      <Empty icon={CalendarX} title="This operation has expired">
        <p>
          The operation <span className="mono">{id}</span> had ended, and was deleted after its retention. The setting{' '}
          <code>RETENTION_HOURS</code> says how long operations are kept. {list}
        </p>
      </Empty>
    );
  }
  if (status === 401) {
    return (
      <Empty icon={KeyRound} title="A function key is needed">
        <p>Give a function key of the app to see this operation.</p>
      </Empty>
    );
  }
  return <ErrorPanel error={error} title="The operation cannot be shown" />;
}
