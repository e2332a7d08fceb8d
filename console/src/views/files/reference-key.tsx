import { Group, Progress, Stack, Text } from '@mantine/core';
import { CopyIcon } from '../../ui/copy.js';
import { lasting } from '../../ui/format.js';
import { useNow } from '../../ui/times.js';
import { type Live } from './analyses.js';

/** How long a key lasts unless the app's setting FILES_KEY_SECONDS says otherwise, ms (docs/contracts/files.md). */
const KEY_MS = 90_000;
/** A key that is still there so long after its time stays: its download has begun. */
const GRACE_MS = 5_000;

/** The key under which the analyzer fetches the file, as it rotates. */
export function ReferenceKey({ live }: { live: Live }) {
  const now = useNow();
  const key = /\/download\/([^/]+)\//.exec(live.url ?? '')?.[1];
  if (live.url === null || key === undefined) return <Text size="sm">No key is valid now.</Text>;
  const leftMs = live.since + KEY_MS - now;
  const isKept = leftMs < -GRACE_MS;
  return (
    <Stack gap={4}>
      <Group gap={6}>
        <Text size="sm">Reference key</Text>
        <Text className="mono" truncate>
          {key}
        </Text>
        <CopyIcon value={live.url} label="Copy the URL of the download" />
      </Group>
      <Progress
        value={isKept ? 100 : (Math.max(0, leftMs) / KEY_MS) * 100}
        size={4}
        aria-label="Time of the key that is left"
      />
      <Text size="xs" c="dimmed">
        {isKept
          ? 'The analyzer has begun the download: this key stays valid for it and for the result.'
          : `${live.isNew ? 'Replaced in' : 'Replaced in at most'} ${lasting(Math.max(0, leftMs))}, unless the analyzer begins the download before.`}
      </Text>
    </Stack>
  );
}
