import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api } from '../../api/connection.js';
import { ErrorPanel } from '../../ui/states.js';
import { useGoTo } from '../../ui/url-state.js';

/** Starts a recognition of one image or of a batch, and goes to it. */
export default function PlatesDialog({ onClose }: { onClose: () => void }) {
  const goTo = useGoTo();
  const [text, setText] = useState('');
  const imageIds = text.split(/[\s,;]+/).filter((part) => part !== '');
  const bad = imageIds.find((part) => !/^\d+$/.test(part));
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const [only, ...others] = imageIds.map(Number);
      const { plates } = api();
      return others.length === 0 && only !== undefined
        ? plates.recognize({ imageId: only })
        : plates.recognizeBatch({ imageIds: imageIds.map(Number) });
    },
    onSuccess: ({ id }) => goTo(`/operations/${id}`),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Read plates by image ids" centered>
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label="Image ids"
            description="Up to 1,000 whole numbers, separated by spaces, commas or lines; such as 10022 9965."
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={bad !== undefined && `“${bad}” is not a whole number.`}
            rows={4}
            data-autofocus
            required
          />
          {error && <ErrorPanel error={error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={isPending} disabled={imageIds.length === 0 || bad !== undefined}>
              Start
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
