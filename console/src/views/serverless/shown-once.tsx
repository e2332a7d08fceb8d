import { type ChangedEndpoint } from '@longhaul/client';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { CopyCode } from '../../ui/copy.js';

/** The key and the webhook secret that a call has made: the app shows them only now. */
export function ShownOnce({ made, onClose }: { made: ChangedEndpoint; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Secrets of ${made.id}`}
      size="lg"
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Alert color="yellow" icon={<KeyRound size={18} aria-hidden />} title="Copy them now">
          The app keeps only a hash of the key, so nobody can show it again. If it is lost, rotate the key.
        </Alert>
        {made.key !== undefined && (
          <div>
            <Text size="sm" fw={500}>
              API key
            </Text>
            <CopyCode text={made.key} label="API key" />
          </div>
        )}
        {made.webhookSecret !== undefined && (
          <div>
            <Text size="sm" fw={500}>
              Webhook secret
            </Text>
            <CopyCode text={made.webhookSecret} label="webhook secret" />
          </div>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>I have copied them</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
