import { Anchor, Box, Group, Grid, NavLink, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CodeXml, Search } from 'lucide-react';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { useUrlState } from '../../ui/url-state.js';
import { Link, useSearch } from 'wouter';
import { CallView } from './call-view.js';
import { type Call, callsByTag, type Document, openApi, textOf } from './document.js';
import { Method } from './method.js';
import './api.css';

export default function ApiView() {
  const { data, error, refetch } = useQuery(openApi);
  return (
    <Page
      title="API"
      about="Every call of the app. Calls that you send here use the function key of this page."
      actions={
        <Group gap="md" fz="sm">
          <Anchor href="/openapi.json" inherit>
            OpenAPI document
          </Anchor>
          <Anchor href="/swagger/" inherit>
            Swagger UI
          </Anchor>
          <Anchor href="/redoc/" inherit>
            Redoc
          </Anchor>
        </Group>
      }
    >
      {data === undefined && error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Loading />}
      {data && <Reader of={data} />}
    </Page>
  );
}

function Reader({ of }: { of: Document }) {
  const [params] = useUrlState();
  const groups = callsByTag(of);
  const calls = groups.flatMap((group) => group.calls);
  const id = params.get('operation');
  const chosen = id === null ? calls[0] : calls.find(({ operationId }) => operationId === id);
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Calls groups={groups} chosen={chosen} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        {chosen ? (
          <CallView key={chosen.operationId} document={of} of={chosen} />
        ) : (
          <Empty icon={CodeXml} title="There is no such call">
            Choose one from the list.
          </Empty>
        )}
      </Grid.Col>
    </Grid>
  );
}

function Calls({ groups, chosen }: { groups: ReturnType<typeof callsByTag>; chosen: Call | undefined }) {
  const [params, setParams] = useUrlState();
  const query = useSearch();
  const search = params.get('search') ?? '';
  const words = search.toLowerCase().split(/\s+/);
  const linkOf = (id: string) => {
    const to = new URLSearchParams(query);
    to.set('operation', id);
    return `/api?${to}`;
  };
  return (
    <Stack gap="xs">
      <TextInput
        size="xs"
        type="search"
        aria-label="Search calls"
        placeholder="Search calls"
        leftSection={<Search size={14} aria-hidden />}
        value={search}
        onChange={(event) => setParams({ search: event.currentTarget.value })}
      />
      <ScrollArea className="api-calls" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Calls' }}>
        {groups.map(({ tag, description, calls }) => {
          const found = calls.filter((call) => words.every((word) => textOf(call).includes(word)));
          if (found.length === 0) return null;
          return (
            <Box key={tag} component="section" aria-label={tag} mb="sm">
              <Text size="sm" fw={600} px={8} title={description}>
                {tag}
              </Text>
              {found.map((call) => (
                <NavLink
                  key={call.operationId}
                  component={Link}
                  href={linkOf(call.operationId)}
                  active={call === chosen}
                  aria-current={call === chosen ? 'true' : undefined}
                  py={4}
                  px={8}
                  leftSection={<Method name={call.method} />}
                  label={<span className="mono api-path">{call.path}</span>}
                />
              ))}
            </Box>
          );
        })}
      </ScrollArea>
    </Stack>
  );
}
