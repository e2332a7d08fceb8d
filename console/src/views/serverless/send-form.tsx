import {
  Button,
  Group,
  Input,
  JsonInput,
  Modal,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api } from '../../api/connection.js';
import { queries } from '../../api/queries.js';
import { CopyCode } from '../../ui/copy.js';
import { ErrorPanel } from '../../ui/states.js';

const EXAMPLE = '{\n  "imageId": 2\n}';

/** Sends a request to an endpoint as its clients do, with a key of the endpoint. The page does not keep the key. */
export default function SendForm({ id, onClose }: { id: string; onClose: () => void }) {
  const [key, setKey] = useState('');
  const [mode, setMode] = useState('sync');
  const [input, setInput] = useState(EXAMPLE);
  const [webhook, setWebhook] = useState('');
  const send = useMutation({
    mutationFn: () =>
      api().request('POST', `/v1/${encodeURIComponent(id)}/${mode}`, {
        headers: { Authorization: `Bearer ${key}` },
        json: { input: JSON.parse(input) as unknown, ...(mode === 'async' && { webhook }) },
        timeoutMs: 190_000, // a synchronous request takes 3 minutes at most
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['requests', id] }),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`Send a request to ${id}`} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label="API key of the endpoint"
            description="Shown when the endpoint was made. The page does not keep it."
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            autoComplete="off"
            required
            data-autofocus
          />
          <Input.Wrapper label="Answer" labelElement="div">
            <SegmentedControl
              aria-label="Answer"
              fullWidth
              value={mode}
              onChange={setMode}
              data={[
                { value: 'sync', label: 'Wait for the result' },
                { value: 'async', label: 'Send the result to a webhook' },
              ]}
            />
          </Input.Wrapper>
          {mode === 'async' && (
            <TextInput
              label="Webhook"
              description="Gets the result"
              type="url"
              placeholder="https://example.com/results"
              value={webhook}
              onChange={(event) => setWebhook(event.currentTarget.value)}
              required
            />
          )}
          <JsonInput
            label="Input"
            description="Any JSON but null; the worker gets it"
            value={input}
            onChange={setInput}
            validationError="This is not JSON."
            formatOnBlur
            autosize
            minRows={4}
            maxRows={12}
            classNames={{ input: 'mono' }}
            required
          />
          {send.error && <ErrorPanel error={send.error} />}
          {send.data !== undefined && (
            <div role="status">
              <Text size="sm" fw={500}>
                Answer
              </Text>
              <CopyCode text={JSON.stringify(send.data, null, 2)} label="answer" />
            </div>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" loading={send.isPending}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
