import { Badge, type BadgeProps } from '@mantine/core';
import { CircleCheck, type LucideIcon, OctagonAlert, TriangleAlert, CircleAlert } from 'lucide-react';

const LOOKS: Record<string, { color: string; icon: LucideIcon }> = {
  None: { color: 'gray', icon: CircleCheck },
  mild: { color: 'yellow', icon: CircleAlert },
  moderate: { color: 'orange', icon: TriangleAlert },
  severe: { color: 'red', icon: OctagonAlert },
};

/** A severity as word, icon and color. @param of what it is about, such as a category */
export function Severity({ severity, of, ...props }: { severity: string; of?: string } & BadgeProps) {
  const { color, icon: Icon } = LOOKS[severity] ?? { color: 'gray', icon: CircleCheck };
  return (
    <Badge variant="light" color={color} leftSection={<Icon size={12} aria-hidden />} tt="none" fw={500} {...props}>
      {of === undefined ? severity : `${of}: ${severity}`}
    </Badge>
  );
}
