import { Paper, Text } from '@mantine/core';
import { type ReactNode } from 'react';

/** A number that a view is about, with what it counts. */
export function Figure({ title, children, of }: { title: string; children: ReactNode; of?: string }) {
  return (
    <Paper withBorder px="md" py="xs">
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text size="xl" fw={600} lh={1.2}>
        {children}
        {of !== undefined && (
          <Text span size="sm" c="dimmed" fw={400}>
            {' '}
            {of}
          </Text>
        )}
      </Text>
    </Paper>
  );
}
