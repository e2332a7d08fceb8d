import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { ErrorPanel } from './states.js';

export interface ConfirmProps {
  /** The button, such as `Delete`; also the title's first word. */
  action: string;
  /** What is hit, by name: `operation 6b1c…`. */
  target: string;
  /** What happens, and what cannot be undone. */
  children: ReactNode;
  onConfirm: () => Promise<unknown>;
  disabled?: boolean;
  size?: 'xs' | 'sm' | 'compact-xs' | 'compact-sm';
  leftSection?: ReactNode;
}

/** The question of a `Confirm` button. */
export default function ConfirmDialog({
  action,
  target,
  children,
  onConfirm,
  onClose,
}: ConfirmProps & { onClose: () => void }) {
  const { mutate, isPending, error } = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Modal opened onClose={onClose} title={`${action} ${target}?`} centered>
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        {error && <ErrorPanel error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep
          </Button>
          <Button color="red" loading={isPending} onClick={() => mutate()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
