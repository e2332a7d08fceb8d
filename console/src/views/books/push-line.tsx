import { Stack, Text } from '@mantine/core';
import { CopyCode } from '../../ui/copy.js';

/** How a folder gets into a book. @param book undefined for a new book */
export function PushLine({ book }: { book?: string }) {
  const target = book === undefined ? '--name "My book"' : `--book ${book}`;
  return (
    <Stack gap={4}>
      <Text size="sm">
        {book === undefined ? 'A folder becomes a book' : 'A folder becomes the next version'} from the command line.
        Only files that have changed are sent.
      </Text>
      <CopyCode text={`npx longhaul books push ./folder ${target} --url ${location.origin}`} label="Command" />
      <Text size="xs" c="dimmed">
        Files go from the client to storage directly, never through the app. Storage is another origin, which this page
        may not call.
      </Text>
    </Stack>
  );
}
