import { Group, Stack, Text } from '@mantine/core';
import { CopyIcon } from '../../ui/copy.js';
import { Ago } from '../../ui/times.js';
import { type Live } from './analyses.js';

/** The key under which the analyzer fetches the file, as it rotates; the app does not say when the next one comes. */
export function ReferenceKey({ live }: { live: Live }) {
  const key = /\/download\/([^/]+)\//.exec(live.url ?? '')?.[1];
  if (live.url === null || key === undefined) return <Text size="sm">No key is valid now.</Text>;
  return (
    <Stack gap={4}>
      <Group gap={6} wrap="nowrap">
        <Text size="sm">Reference key</Text>
        <Text className="mono" truncate>
          {key}
        </Text>
        <CopyIcon value={live.url} label="Copy the URL of the download" />
      </Group>
      <Text size="xs" c="dimmed">
        Seen first <Ago date={new Date(live.since).toISOString()} />. The app replaces it until the analyzer begins the
        download.
      </Text>
    </Stack>
  );
}
