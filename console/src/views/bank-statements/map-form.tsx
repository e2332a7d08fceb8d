import { Autocomplete, Button, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileArchive } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { apiWith } from '../../api/connection.js';
import { fetchWithProgress } from '../../api/upload-progress.js';
import { DropArea } from '../../ui/drop-area.js';
import { share, size } from '../../ui/format.js';
import { ErrorPanel } from '../../ui/states.js';
import { useGoTo } from '../../ui/url-state.js';
import { rememberCompany, usedCompanies } from './companies.js';

const ZIP = { 'application/zip': ['.zip'], 'application/x-zip-compressed': ['.zip'] };
/** The default limit of the packed size (docs/contracts/bank-map.md); the app says when its own is smaller. */
const MAX_BYTES = 1_000_000_000;

/** Takes a zip of ledgers and lines, and its company. What it starts is in the URL. */
export function MapForm() {
  const goTo = useGoTo();
  const [company, setCompany] = useState('');
  const [zip, setZip] = useState<File>();
  const [sent, setSent] = useState(0);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (file: File) => {
      const operation = await apiWith(fetchWithProgress(setSent)).bankMap.map(file, { company: company.trim() });
      rememberCompany(company.trim());
      goTo(`/bank-statements?operation=${operation.id}`);
    },
    onSettled: () => setSent(0),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (zip) mutate(zip);
  };
  return (
    <form onSubmit={submit}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <DropArea
          icon={FileArchive}
          label={zip ? zip.name : 'Drop a zip, or choose it'}
          hint={zip ? size(zip.size) : 'Ledgers and bank-statement lines as JSON Lines, in one zip'}
          accept={ZIP}
          maxBytes={MAX_BYTES}
          maxFiles={1}
          onFiles={([file]) => setZip(file)}
        />
        <Stack gap="xs">
          <Autocomplete
            label="Company"
            description="Whose ledgers these are. Suggestions are those used before in this browser."
            data={usedCompanies()}
            value={company}
            onChange={setCompany}
            required
          />
          <Group gap="xs">
            <Button type="submit" size="xs" loading={isPending} disabled={!zip || company.trim() === ''}>
              Map the lines
            </Button>
            {isPending && (
              <Group gap="xs" flex={1}>
                <Progress value={sent * 100} size="sm" flex={1} aria-label="Upload" />
                <Text size="sm" c="dimmed">
                  {sent < 1 ? `${share(sent)} sent` : 'The app checks the zip…'}
                </Text>
              </Group>
            )}
          </Group>
          {error && <ErrorPanel error={error} />}
        </Stack>
      </SimpleGrid>
    </form>
  );
}
