import {
  ActionIcon,
  Anchor,
  AppShell,
  Burger,
  Group,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Moon, Sun, WifiOff } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import icon from '../icon.svg';
import { connection, keyRequest } from './api/connection.js';
import { ErrorBoundary } from './ui/error-boundary.js';
import { FailedPart } from './ui/failed-part.js';
import { Empty, Loading } from './ui/states.js';
import { navigation } from './navigation.js';
import { views } from './views.js';

const KeyPrompt = lazy(() => import('./key-prompt.js'));

/** The frame of the console: header, navigation and the view of the URL. */
export function App() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const [path] = useLocation();
  const isKeyAsked = keyRequest.use() !== undefined;
  return (
    <>
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding="md"
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
              <Anchor component={Link} href="/operations" c="inherit" underline="never">
                <Group gap={8} wrap="nowrap">
                  <img src={icon} width={24} height={24} alt="" />
                  <Text fw={600}>Longhaul</Text>
                </Group>
              </Anchor>
            </Group>
            <Group gap="sm" wrap="nowrap">
              <ConnectionState />
              <SchemeButton />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label="Views">
          {navigation.map(({ title, link, icon: Icon }) => (
            <NavLink
              key={link}
              component={Link}
              href={link}
              label={title}
              leftSection={<Icon size={16} aria-hidden />}
              active={path === link || path.startsWith(`${link}/`)}
              aria-current={path === link ? 'page' : undefined}
              onClick={close}
            />
          ))}
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1}>
          <ErrorBoundary key={path}>
            <Suspense fallback={<Loading />}>
              <Switch>
                {views.map(({ path, component }) => (
                  <Route key={path} path={path} component={component} />
                ))}
                <Route>
                  <Empty icon={WifiOff} title="There is no such page">
                    <Anchor component={Link} href="/operations">
                      Go to the operations
                    </Anchor>
                  </Empty>
                </Route>
              </Switch>
            </Suspense>
          </ErrorBoundary>
        </AppShell.Main>
      </AppShell>
      <FailedPart />
      <Suspense>{isKeyAsked && <KeyPrompt />}</Suspense>
    </>
  );
}

/** Says that the app does not answer, until it does again. */
function ConnectionState() {
  const isLost = connection.use() === 'lost';
  return (
    <Group role="status" gap={6} wrap="nowrap" c="red">
      {isLost && (
        <>
          <WifiOff size={16} aria-hidden />
          <Text size="sm">Connection lost. Trying again…</Text>
        </>
      )}
    </Group>
  );
}

function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme('light') === 'dark' ? 'light' : 'dark';
  const label = `Use ${other} colors`;
  return (
    <ActionIcon variant="default" size="lg" onClick={() => setColorScheme(other)} title={label} aria-label={label}>
      {other === 'dark' ? <Moon size={16} aria-hidden /> : <Sun size={16} aria-hidden />}
    </ActionIcon>
  );
}
