import { Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useEffect } from 'react';
import { DropArea } from '../../ui/drop-area.js';
import { ErrorPanel } from '../../ui/states.js';
import { UploadRow } from './upload-row.js';
import { add, lookAtWaiting, uploads } from './uploads.js';

/** By extension and content (docs/contracts/files.md). */
const TYPES = {
  'application/pdf': ['.pdf'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['.docx'],
  'text/plain': ['.txt'],
  'application/json': ['.json'],
};
const MAX_BYTES = 5_000_000_000;

/** Takes files, and shows the uploads of this browser. */
export function UploadPanel() {
  const queryClient = useQueryClient();
  const shown = uploads.use();
  const done = [...shown.values()].filter(({ state }) => state === 'done').length;
  const { error, refetch } = useQuery({ queryKey: ['waiting-uploads'], queryFn: lookAtWaiting, staleTime: Infinity });
  useEffect(() => void queryClient.invalidateQueries({ queryKey: ['files'] }), [done, queryClient]);
  return (
    <Stack gap="xs">
      <DropArea
        icon={FileUp}
        label="Drop files, or choose them"
        hint="pdf, docx, txt or json, up to 5 GB each"
        accept={TYPES}
        maxBytes={MAX_BYTES}
        onFiles={(files) => files.forEach(add)}
      />
      {error && <ErrorPanel error={error} title="The uploads cannot be looked at" onRetry={() => void refetch()} />}
      {shown.size > 0 && (
        <Stack gap="xs" component="ul" p={0} m={0} aria-label="Uploads">
          {[...shown].map(([key, upload]) => (
            <UploadRow key={key} id={key} upload={upload} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}
