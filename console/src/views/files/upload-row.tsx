import { Anchor, Button, FileButton, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { Pause, Play, X } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { Confirm } from '../../ui/confirm.js';
import { exact, lasting, share, size } from '../../ui/format.js';
import { ErrorPanel } from '../../ui/states.js';
import { useNow } from '../../ui/times.js';
import { cancel, dismiss, goOn, isOf, pause, type Upload } from './uploads.js';

/** An upload with its progress, and what one can do with it. */
export function UploadRow({ id, upload }: { id: string; upload: Upload }) {
  const { name, size: bytes, stored, state, error, file } = upload;
  const part = bytes === 0 ? 1 : stored / bytes;
  return (
    <Paper withBorder p="sm" component="li" aria-label={`Upload of ${name}`}>
      <Stack gap={8}>
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={500} truncate maw="100%">
            {file === undefined ? (
              name
            ) : (
              <Anchor component={Link} href={`/files/${file}`} inherit>
                {name}
              </Anchor>
            )}
          </Text>
          <Group gap="xs">
            {state === 'sending' && (
              <Button
                size="xs"
                variant="default"
                leftSection={<Pause size={14} aria-hidden />}
                onClick={() => pause(id)}
              >
                Pause
              </Button>
            )}
            {(state === 'paused' || state === 'failed') && (
              <Button size="xs" leftSection={<Play size={14} aria-hidden />} onClick={() => goOn(id)}>
                Go on
              </Button>
            )}
            {state === 'waiting' && <ChooseAgain id={id} upload={upload} />}
            {state === 'done' ? (
              <Button size="xs" variant="default" leftSection={<X size={14} aria-hidden />} onClick={() => dismiss(id)}>
                Dismiss
              </Button>
            ) : (
              <Confirm action="Cancel" target={`the upload of ${name}`} onConfirm={() => cancel(id)}>
                What is stored of it, {size(stored)}, is deleted.
              </Confirm>
            )}
          </Group>
        </Group>
        <Progress
          value={part * 100}
          size="sm"
          aria-label={`Upload of ${name}`}
          color={state === 'done' ? 'green' : undefined}
        />
        <Text size="sm" c="dimmed" component="div">
          {share(part)} · {size(stored)} of {size(bytes)} · <State upload={upload} />
        </Text>
        {state === 'failed' && <ErrorPanel error={error} />}
      </Stack>
    </Paper>
  );
}

function State({ upload: { state, name, size: bytes, lastModified, stored, began } }: { upload: Upload }) {
  const seconds = (useNow() - (began?.at ?? 0)) / 1_000;
  if (state === 'done') return 'stored';
  if (state === 'paused') return 'paused';
  if (state === 'failed') return 'stopped';
  if (state === 'waiting')
    return `The page was loaded again. Choose ${name} of ${exact(lastModified)} once more: it goes on from here.`;
  const speed = began && seconds > 1 ? (stored - began.stored) / seconds : 0;
  return speed > 0 ? `${size(speed)}/s · ${lasting(((bytes - stored) / speed) * 1_000)} left` : 'sending';
}

/** Takes the file of an upload again, and no other one. */
function ChooseAgain({ id, upload }: { id: string; upload: Upload }) {
  const [other, setOther] = useState<string>();
  const choose = (file: File | null) => {
    if (!file) return;
    if (isOf(file, upload)) goOn(id, file);
    else setOther(file.name === upload.name ? `This ${file.name} has changed.` : `${file.name} is another file.`);
  };
  return (
    <>
      {other && (
        <Text size="sm" c="red" role="alert">
          {other}
        </Text>
      )}
      <FileButton onChange={choose} inputProps={{ 'aria-label': `Choose ${upload.name} again` }}>
        {(props) => (
          <Button size="xs" {...props}>
            Choose the file
          </Button>
        )}
      </FileButton>
    </>
  );
}
