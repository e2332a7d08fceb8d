import { ActionIcon, Card, Code, Group, Loader, Progress, Stack, Text, Tooltip } from '@mantine/core';
import { CircleAlert, Maximize2 } from 'lucide-react';
import { share } from '../../ui/format.js';
import { PlatePicture } from './plate-picture.js';
import { type Picture } from './pictures.js';

/** Height of a card, px. */
export const CARD_HEIGHT = 348;
const IN_CARD = 3;

/** One picture: the plate on it, its reading, and what else it may be. */
export function PlateCard({ picture, onOpen }: { picture: Picture; onOpen: () => void }) {
  return (
    <Card withBorder padding={0} h={CARD_HEIGHT} component="article" aria-label={picture.title}>
      <PlatePicture picture={picture} height={188} />
      <Stack gap={6} p="sm" flex={1}>
        <Group justify="space-between" wrap="nowrap" gap={4}>
          <Text size="xs" c="dimmed" truncate title={picture.title}>
            {picture.title}
          </Text>
          <Tooltip label="Show it large">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="xs"
              onClick={onOpen}
              aria-label={`Show ${picture.title} large`}
            >
              <Maximize2 size={12} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
        <Reading picture={picture} shown={IN_CARD} />
      </Stack>
    </Card>
  );
}

/** The reading with its confidence and candidates, the reason of a failure, or that it is under way. */
export function Reading({ picture: { plate, error }, shown }: { picture: Picture; shown: number }) {
  if (error) {
    const code = 'code' in error ? error.code : error.name;
    return (
      <Stack gap={4}>
        <Group gap={6} wrap="nowrap" c="red">
          <CircleAlert size={14} aria-hidden />
          <Text size="sm" fw={500}>
            Not read
          </Text>
          <Code>{code}</Code>
        </Group>
        <Text size="sm" lineClamp={shown > IN_CARD ? undefined : 3}>
          {error.message}
        </Text>
      </Stack>
    );
  }
  if (!plate) {
    return (
      <Group gap={8} c="dimmed">
        <Loader size={14} aria-hidden />
        <Text size="sm">Reading…</Text>
      </Group>
    );
  }
  const { plateNumber, confidence, candidates = [] } = plate;
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text className="plate-number" truncate title={plateNumber}>
          {plateNumber}
        </Text>
        {confidence !== undefined && (
          <Text size="sm" c="dimmed" fw={500}>
            {share(confidence)} sure
          </Text>
        )}
      </Group>
      {candidates.length > 0 && (
        <Stack gap={2} component="ul" p={0} m={0} aria-label="Candidates">
          {candidates.slice(0, shown).map((candidate) => (
            <li key={candidate.plateNumber} className="plate-candidate">
              <Text className="mono" size="xs" tt="uppercase" truncate>
                {candidate.plateNumber}
              </Text>
              <Progress
                value={(candidate.confidence ?? 0) * 100}
                size={6}
                aria-label={`Confidence of ${candidate.plateNumber}`}
              />
              <span>{candidate.confidence === undefined ? '–' : share(candidate.confidence)}</span>
            </li>
          ))}
        </Stack>
      )}
    </>
  );
}
