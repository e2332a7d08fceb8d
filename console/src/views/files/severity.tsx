import { Badge } from '@mantine/core';
import { CircleAlert, CircleCheck, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react';

const LOOKS: Record<string, { color: string; icon: LucideIcon }> = {
  None: { color: 'dimmed', icon: CircleCheck },
  mild: { color: 'yellow-6', icon: CircleAlert },
  moderate: { color: 'orange-6', icon: TriangleAlert },
  severe: { color: 'red-6', icon: OctagonAlert },
};

/** A severity as word, icon and color. @param of what it is about, such as a category */
export function Severity({ severity, of }: { severity: string; of?: string }) {
  const { color, icon: Icon } = LOOKS[severity] ?? { color: 'dimmed', icon: CircleCheck };
  return (
    <Badge
      variant="default"
      leftSection={<Icon size={12} color={`var(--mantine-color-${color})`} aria-hidden />}
      tt="none"
      fw={500}
    >
      {of === undefined ? severity : `${of}: ${severity}`}
    </Badge>
  );
}
