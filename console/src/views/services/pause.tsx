import { type Upstream } from '@longhaul/client';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { api } from '../../api/connection.js';
import { queries } from '../../api/queries.js';
import { ErrorPanel } from '../../ui/states.js';

const act = async (name: string, action: 'pause' | 'resume', json?: { reason: string }) => {
  await api().request<Upstream>('POST', `/upstreams/${encodeURIComponent(name)}:${action}`, { json });
  await queries.invalidateQueries({ queryKey: ['/upstreams'] });
};

/** Asks for the reason, which clients are told, and stops all calls of a service. */
export function PauseButton({ name }: { name: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Pause size={14} aria-hidden />}
        onClick={() => setOpen(true)}
        aria-label={`Pause ${name}`}
        flex="none"
      >
        Pause
      </Button>
      {isOpen && <PauseDialog name={name} onClose={() => setOpen(false)} />}
    </>
  );
}

function PauseDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => act(name, 'pause', { reason }),
    onSuccess: onClose,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`Pause ${name}?`} centered>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            The app makes no more calls of this service within 5 seconds. Operations that need it wait, and go on after
            you resume it.
          </Text>
          <TextInput
            label="Reason"
            description="Shown to clients that need the service"
            placeholder="A new model is being deployed"
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            required
            data-autofocus
          />
          {error && <ErrorPanel error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={isPending}>
              Pause
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

export function ResumeButton({ name }: { name: string }) {
  const { mutate, isPending, error } = useMutation({ mutationFn: () => act(name, 'resume') });
  return (
    <Stack align="flex-end" gap="xs">
      <Button
        size="xs"
        leftSection={<Play size={14} aria-hidden />}
        loading={isPending}
        onClick={() => mutate()}
        aria-label={`Resume ${name}`}
      >
        Resume
      </Button>
      {error && <ErrorPanel error={error} />}
    </Stack>
  );
}
