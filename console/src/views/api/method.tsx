import { Badge } from '@mantine/core';

const COLORS: Record<string, string> = { get: 'blue', post: 'green', put: 'orange', patch: 'orange', delete: 'red' };

/** The method of a call. */
export function Method({ name }: { name: string }) {
  return (
    <Badge variant="light" size="sm" radius="sm" color={COLORS[name] ?? 'gray'} className="api-method">
      {name}
    </Badge>
  );
}
