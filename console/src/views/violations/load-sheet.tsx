import { type LoadedViolations } from '@longhaul/client';
import { Alert, Button, FileButton, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileSpreadsheet } from 'lucide-react';
import { useState } from 'react';
import { count, size } from '../../ui/format.js';
import { ErrorPanel } from '../../ui/states.js';
import { load } from './calls.js';

/** Replaces the base list by a spreadsheet, after the app has said what that changes. */
export default function LoadSheet({ onClose }: { onClose: () => void }) {
  const [sheet, setSheet] = useState<File | null>(null);
  const tried = useMutation({ mutationFn: (file: File) => load(file, true) });
  const loaded = useMutation({ mutationFn: (file: File) => load(file, false) });
  const choose = (file: File | null) => {
    setSheet(file);
    loaded.reset();
    if (file) tried.mutate(file);
  };
  const error = tried.error ?? loaded.error;
  return (
    <Modal opened onClose={onClose} title="Load a spreadsheet" size="lg">
      <Stack>
        <Text size="sm">
          The columns are found by their names in the first row: violations (or violation), context and age. The
          spreadsheet replaces the whole list; rows that are in the list already keep their numbers.
        </Text>
        <Group>
          <FileButton onChange={choose} accept=".xlsx">
            {(props) => (
              <Button
                {...props}
                variant="default"
                leftSection={<FileSpreadsheet size={16} aria-hidden />}
                loading={tried.isPending}
              >
                Choose a file
              </Button>
            )}
          </FileButton>
          <Text size="sm" c="dimmed">
            {sheet ? `${sheet.name}, ${size(sheet.size)}` : '.xlsx, at most 32 MB'}
          </Text>
        </Group>
        {error && (
          <ErrorPanel
            error={error}
            title="The spreadsheet is not loaded"
            {...(sheet && tried.error && { onRetry: () => tried.mutate(sheet) })}
          />
        )}
        {loaded.data && (
          <Alert color="green" role="status" title="Loaded">
            {changesOf(loaded.data)}
          </Alert>
        )}
        {!loaded.data && tried.data && (
          <Alert color="blue" role="status" title={`This spreadsheet has ${count(tried.data.rows)} rows`}>
            {changesOf(tried.data)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {loaded.data ? 'Close' : 'Cancel'}
          </Button>
          {!loaded.data && (
            <Button
              color="red"
              disabled={!sheet || !tried.data}
              loading={loaded.isPending}
              onClick={() => sheet && loaded.mutate(sheet)}
            >
              Replace the list
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

const changesOf = ({ added, kept, removed }: LoadedViolations) =>
  `${count(added)} added, ${count(kept)} kept, ${count(removed)} removed.`;
