import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { keyRequest, takeKey } from './api/connection.js';

/** Asks for the function key when a call was answered 401. */
export default function KeyPrompt() {
  const request = keyRequest.use();
  const queryClient = useQueryClient();
  const [key, setKey] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    takeKey(key.trim());
    setKey('');
    void queryClient.resetQueries();
  };
  return (
    <Modal opened onClose={() => keyRequest.set(undefined)} title="Function key" centered>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            This call needs a function key of the app. It stays in this tab until you close it. <code>npm start</code>{' '}
            prints the keys of a local stack; on Azure they are under App keys of the Function App.
          </Text>
          <PasswordInput
            label="Key"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={request === 'wrong' ? 'The app does not take the last key.' : undefined}
            autoComplete="off"
            data-autofocus
            required
          />
          <Group justify="flex-end">
            <Button type="submit">Use this key</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
