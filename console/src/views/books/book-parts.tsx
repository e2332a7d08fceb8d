import { type BookSummary } from '@longhaul/client';
import { DataList, Group, Paper, Stack, Text } from '@mantine/core';
import { CloudUpload } from 'lucide-react';
import { type ReactNode } from 'react';
import { CopyIcon } from '../../ui/copy.js';
import { count, size } from '../../ui/format.js';
import { Ago } from '../../ui/times.js';

/** The version that readers get now. */
export function CurrentVersion({ version }: { version: NonNullable<BookSummary['currentVersion']> }) {
  const { id, files, bytes, clientName, clientVersion, createdDateTime, metadata } = version;
  const facts: [string, ReactNode][] = [
    ['Version', <Id key="id" id={id} />],
    ['Made', <Ago key="made" date={createdDateTime} />],
    ['Files', `${count(files)}, ${size(bytes)}`],
    ['Client', `${clientName} ${clientVersion}`],
    ...Object.entries(metadata).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ];
  return (
    <Paper withBorder p="sm">
      <Text size="sm" fw={600} mb={6}>
        Current version
      </Text>
      <DataList size="sm">
        {facts.map(([name, value]) => (
          <DataList.Item key={name}>
            <DataList.ItemLabel>{name}</DataList.ItemLabel>
            <DataList.ItemValue miw={0}>{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
    </Paper>
  );
}

/** The version that a client uploads now. */
export function PendingVersion({ upload }: { upload: NonNullable<BookSummary['upload']> }) {
  const { id, files, clientName, clientVersion, startedDateTime, expiresDateTime } = upload;
  return (
    <Paper withBorder p="sm" role="status">
      <Stack gap={6}>
        <Group gap={8}>
          <CloudUpload size={16} aria-hidden />
          <Text size="sm" fw={600}>
            An upload is under way
          </Text>
        </Group>
        <Text size="sm" component="div">
          {clientName} {clientVersion} began it <Ago date={startedDateTime} />:{' '}
          {files === 1 ? '1 file' : `${count(files)} files`}. It ends <Ago date={expiresDateTime} /> unless it is
          finished before. Readers get the current version until then.
        </Text>
        <Group gap={6}>
          <Text size="sm" c="dimmed">
            Transaction
          </Text>
          <Id id={id} />
        </Group>
      </Stack>
    </Paper>
  );
}

function Id({ id }: { id: string }) {
  return (
    <Group gap={4} wrap="nowrap" component="span" maw="100%">
      <Text className="mono" truncate>
        {id}
      </Text>
      <CopyIcon value={id} label="Copy the id" />
    </Group>
  );
}
