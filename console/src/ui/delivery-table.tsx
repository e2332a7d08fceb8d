import { type Deliveries } from '@longhaul/client';
import { Group, Stack, Table, Text } from '@mantine/core';
import { lasting } from './format.js';
import { Status } from './status.js';
import { Ago } from './times.js';

const STATES = {
  pending: { status: 'Running', label: 'being delivered' },
  delivered: { status: 'Succeeded', label: 'delivered' },
  givenUp: { status: 'Failed', label: 'given up' },
};

/** The attempts at a webhook. */
export function DeliveryTable({ of }: { of: Deliveries }) {
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text size="sm" fw={500}>
          Webhook
        </Text>
        <Status {...STATES[of.state]} />
      </Group>
      {of.value.length > 0 && (
        <Table.ScrollContainer minWidth={320}>
          <Table verticalSpacing={4} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Attempt</Table.Th>
                <Table.Th>When</Table.Th>
                <Table.Th>Took</Table.Th>
                <Table.Th>Answer</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {of.value.map(({ attempt, dateTime, durationMs, statusCode, error }) => (
                <Table.Tr key={attempt}>
                  <Table.Td>{attempt}</Table.Td>
                  <Table.Td>
                    <Ago date={dateTime} />
                  </Table.Td>
                  <Table.Td>{lasting(durationMs)}</Table.Td>
                  <Table.Td>{[statusCode, error].filter((part) => part !== undefined).join(' ')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
