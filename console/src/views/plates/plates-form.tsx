import { Button, Group, SimpleGrid, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ImageUp } from 'lucide-react';
import { type SubmitEvent, useEffect, useState } from 'react';
import { api } from '../../api/connection.js';
import { DropArea } from '../../ui/drop-area.js';
import { ErrorPanel } from '../../ui/states.js';
import { useGoTo } from '../../ui/url-state.js';
import { MAX_DROPPED, readDropped, textOf } from './dropped.js';
import { idsOf } from './ids.js';

const TYPES = { 'image/jpeg': ['.jpg', '.jpeg'], 'image/png': ['.png'], 'image/webp': ['.webp'] };
/** Of a picture in a request (docs/contracts/plates.md). */
const MAX_BYTES = 10 * 2 ** 20;
/** Of the images that the local stack has. */
const SAMPLES = '10022, 9965';

/** Takes the ids of images, or pictures themselves. What it starts is in the URL. */
export function PlatesForm() {
  const goTo = useGoTo();
  const [text, setText] = useState('');
  const { ids, problem } = idsOf(text);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (imageIds: number[]) => {
      const { plates } = api();
      const [imageId = 0] = imageIds;
      const operation = await (imageIds.length === 1
        ? plates.recognize({ imageId })
        : plates.recognizeBatch({ imageIds }));
      // A reload keeps the state of the history: the pictures are shown while they are read.
      goTo(`/plates?operation=${operation.id}`, { state: { imageIds } });
    },
  });
  const read = (pictures: File[]) => goTo(`/plates?pictures=${textOf(readDropped(pictures))}`);

  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const pictures = [...(clipboardData?.files ?? [])].filter(({ type }) => type in TYPES).slice(0, MAX_DROPPED);
      if (pictures.length > 0) goTo(`/plates?pictures=${textOf(readDropped(pictures))}`);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [goTo]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    mutate(ids);
  };
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <form onSubmit={submit}>
        <Stack gap="xs">
          <Textarea
            label="Image ids"
            placeholder={SAMPLES}
            rows={2}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={problem}
            classNames={{ input: 'mono' }}
          />
          <Group gap="xs">
            <Button type="submit" size="xs" loading={isPending} disabled={ids.length === 0 || problem !== undefined}>
              {ids.length > 1 ? `Read ${ids.length} plates` : 'Read the plate'}
            </Button>
            <Button size="xs" variant="default" onClick={() => setText(SAMPLES)}>
              Use the samples
            </Button>
          </Group>
          {error && <ErrorPanel error={error} />}
        </Stack>
      </form>
      <DropArea
        icon={ImageUp}
        label="Drop or paste pictures, or choose them"
        hint={`JPEG, PNG or WebP, up to 10 MiB, ${MAX_DROPPED} at a time`}
        accept={TYPES}
        maxBytes={MAX_BYTES}
        maxFiles={MAX_DROPPED}
        onFiles={read}
      />
    </SimpleGrid>
  );
}
