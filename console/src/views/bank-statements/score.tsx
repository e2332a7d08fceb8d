import { Group, Progress, Text } from '@mantine/core';
import { CircleCheck, CircleHelp } from 'lucide-react';
import { MOST, type Main } from './features.js';

const digits = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
/** A similarity or a part of it. */
export const points = (value: number): string => digits.format(value);

/** A similarity as bar and number. */
export function Score({ similarity }: { similarity: number }) {
  return (
    <Group gap={8} wrap="nowrap" fz="sm">
      <Progress value={(similarity / MOST) * 100} size={6} w={56} aria-label={`Score of ${points(similarity)}`} />
      <span>{points(similarity)}</span>
    </Group>
  );
}

/** Whether the account is recommended, in words and by an icon. */
export function Recommended({ main }: { main: Main | undefined }) {
  const [Icon, color, words] = main?.recommended
    ? ([CircleCheck, 'green', 'Recommended'] as const)
    : ([CircleHelp, 'dimmed', main ? 'To be checked' : 'None'] as const);
  return (
    <Group gap={6} wrap="nowrap" fz="sm">
      <Text c={color} lh={0} component="span">
        <Icon size={14} aria-hidden />
      </Text>
      <span>{words}</span>
    </Group>
  );
}
