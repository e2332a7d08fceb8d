import { type ChangedEndpoint } from '@longhaul/client';
import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Eraser, KeyRound, Pencil, Send, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { queries } from '../../api/queries.js';
import { Confirm } from '../../ui/confirm.js';
import { ErrorPanel } from '../../ui/states.js';
import { useGoTo } from '../../ui/url-state.js';
import { clean, remove, rotate, type Shown } from './calls.js';
import { ShownOnce } from './shown-once.js';

const EndpointForm = lazy(() => import('./endpoint-form.js'));
const SendForm = lazy(() => import('./send-form.js'));

/** What can be done with an endpoint. */
export function Actions({ of }: { of: Shown }) {
  const [open, setOpen] = useState<'edit' | 'rotate' | 'send'>();
  const [made, setMade] = useState<ChangedEndpoint>();
  const goTo = useGoTo();
  const close = () => setOpen(undefined);
  const done = (changed: ChangedEndpoint) => {
    close();
    if (changed.key !== undefined || changed.webhookSecret !== undefined) setMade(changed);
  };
  return (
    <>
      <Button size="xs" leftSection={<Send size={14} aria-hidden />} onClick={() => setOpen('send')}>
        Send a request
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<Pencil size={14} aria-hidden />}
        onClick={() => setOpen('edit')}
      >
        Edit
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<KeyRound size={14} aria-hidden />}
        onClick={() => setOpen('rotate')}
      >
        Rotate key
      </Button>
      <Confirm
        action="Clean"
        target={`the queue of ${of.id}`}
        leftSection={<Eraser size={14} aria-hidden />}
        onConfirm={async () => {
          await clean(of.id);
          await queries.invalidateQueries({ queryKey: ['requests', of.id] });
        }}
      >
        Every asynchronous request that waits is canceled, and its webhook is told. Running ones and synchronous ones go
        on.
      </Confirm>
      <Confirm
        action="Delete"
        target={`endpoint ${of.id}`}
        leftSection={<Trash2 size={14} aria-hidden />}
        onConfirm={async () => {
          await remove(of.id);
          goTo('/serverless');
        }}
      >
        Its keys stop working, running requests end, and others fail. This cannot be undone.
      </Confirm>
      <Suspense>
        {open === 'edit' && <EndpointForm of={of} onClose={close} onDone={done} />}
        {open === 'rotate' && <Rotate id={of.id} onClose={close} onDone={done} />}
        {open === 'send' && <SendForm id={of.id} onClose={close} />}
      </Suspense>
      {made && <ShownOnce made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}

interface RotateProps {
  id: string;
  onClose: () => void;
  onDone: (changed: ChangedEndpoint) => void;
}

function Rotate({ id, onClose, onDone }: RotateProps) {
  const [graceHours, setGraceHours] = useState(24);
  const { mutate, isPending, error } = useMutation({ mutationFn: () => rotate(id, { graceHours }), onSuccess: onDone });
  const end = useMutation({ mutationFn: () => rotate(id, { revokeOld: true }), onSuccess: onDone });
  return (
    <Modal opened onClose={onClose} title={`Rotate the key of ${id}`} centered>
      <Stack>
        <Text size="sm">The endpoint gets a new key, which is shown once. The old key stays valid for a while.</Text>
        <NumberInput
          label="The old key stays valid for, hours"
          description="0: it ends now"
          min={0}
          max={8_760}
          value={graceHours}
          onChange={(value) => setGraceHours(Number(value))}
          data-autofocus
        />
        {(error ?? end.error) && <ErrorPanel error={error ?? end.error} />}
        <Group justify="space-between">
          <Button variant="subtle" color="red" loading={end.isPending} onClick={() => end.mutate()}>
            End the old key now
          </Button>
          <Group>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button loading={isPending} onClick={() => mutate()}>
              Rotate key
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}
