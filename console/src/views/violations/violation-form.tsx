import { type Violation } from '@longhaul/client';
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { Confirm } from '../../ui/confirm.js';
import { ErrorPanel } from '../../ui/states.js';
import { add, remove, replace } from './calls.js';

/** Adds a violation, or changes or deletes one. */
export default function ViolationForm({ of, onClose }: { of?: Violation; onClose: () => void }) {
  const [violations, setViolations] = useState(of?.violations ?? '');
  const [comment, setComment] = useState(of?.violations_comment ?? '');
  const row = { violations, violations_comment: comment };
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => (of === undefined ? add(row) : replace(of.id, row)),
    onSuccess: onClose,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <Modal opened onClose={onClose} title={of === undefined ? 'New violation' : `Violation ${of.id}`} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label="Violation"
            description="What it is"
            autosize
            minRows={3}
            maxLength={2_000}
            value={violations}
            onChange={(event) => setViolations(event.currentTarget.value)}
            required
            data-autofocus
          />
          <TextInput
            label="Ages and class"
            placeholder="16+: violence"
            maxLength={2_000}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          {error && <ErrorPanel error={error} />}
          <Group justify="space-between">
            {of === undefined ? (
              <span />
            ) : (
              <Confirm
                action="Delete"
                target={`violation ${of.id}`}
                size="sm"
                onConfirm={async () => {
                  await remove(of.id);
                  onClose();
                }}
              >
                “{of.violations}” leaves the base list. Its number is not used again.
              </Confirm>
            )}
            <Group>
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={isPending}>
                {of === undefined ? 'Add' : 'Save'}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
