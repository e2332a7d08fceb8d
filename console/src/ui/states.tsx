import { type ApiError } from '@longhaul/client';
import { Alert, Button, Code, CopyButton, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, Copy, type LucideIcon } from 'lucide-react';
import { type ReactNode } from 'react';

/** What is shown while a view is read for the first time. */
export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={28} />
      ))}
    </Stack>
  );
}

/** What is shown where there is nothing yet: what this is, and what to do first. */
export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      <Icon size={32} strokeWidth={1.5} aria-hidden />
      <Title order={2}>{title}</Title>
      <Text c="dimmed" size="sm" w="100%" maw={480} component="div">
        {children}
      </Text>
    </Stack>
  );
}

/** An error: code, sentence, remedy and request id, which can be copied. */
export function ErrorPanel({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  const { data: codes } = useQuery({ queryKey: ['error-codes'], queryFn: readCodes, staleTime: Infinity });
  const { code, message, requestId, retryable } = partsOf(error);
  const known = codes?.[code];
  const remedy = remedyOf(code, known?.again ?? retryable);
  const copied = [code, message, remedy, requestId && `Request id: ${requestId}`].filter(Boolean).join('\n');
  return (
    <Alert color="red" icon={<CircleAlert size={18} aria-hidden />} title={title ?? message} role="alert">
      <Stack gap="xs">
        {title !== undefined && <Text size="sm">{message}</Text>}
        {known && (
          <Text size="sm">
            <Code>{code}</Code> means: {known.meaning.replaceAll(/`|\[([^\]]*)\]\([^)]*\)/g, '$1')}.
          </Text>
        )}
        <Text size="sm">{remedy}</Text>
        <Group gap="xs">
          {!known && <Code>{code}</Code>}
          {requestId !== undefined && (
            <Text size="xs" c="dimmed">
              Request id <Code>{requestId}</Code>
            </Text>
          )}
          <CopyButton value={copied}>
            {({ copied: isCopied, copy }) => (
              <Button size="compact-xs" variant="default" leftSection={<Copy size={12} aria-hidden />} onClick={copy}>
                {isCopied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          {onRetry && (
            <Button size="compact-xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

const readCodes = async () => (await import('virtual:error-codes')).default;

function partsOf(error: unknown) {
  const { code, requestId, retryable = false } = error as Partial<ApiError>;
  const message = error instanceof Error ? error.message : String((error as { message?: string }).message ?? error);
  return { code: code ?? (error instanceof Error ? error.name : 'Error'), message, requestId, retryable };
}

function remedyOf(code: string, again: boolean): string {
  if (code === 'ConnectionFailed')
    return 'Check that the app runs and that this machine reaches it. The page tries again.';
  if (code === 'Http401') return 'Give a function key of the app.';
  return again
    ? 'The same request may succeed later: try again.'
    : 'The same request fails again: change what the message names first.';
}
