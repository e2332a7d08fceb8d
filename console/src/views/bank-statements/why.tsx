import { Drawer, Group, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { amount, day } from '../../ui/format.js';
import { type Candidate, type Main, mainOf, type Mapping, partsOf, RECOMMENDED_FROM } from './features.js';
import { points, Recommended, Score } from './score.js';
import './why.css';

interface WhyProps {
  mapping: Mapping;
  weights: Record<string, number> | undefined;
  onClose: () => void;
}

/** Why the account of a line was chosen: the parts of its score, beside those of the best other account. */
export function Why({ mapping, weights, onClose }: WhyProps) {
  const { entry, alternatives } = mapping;
  const [main, other] = [mainOf(mapping), alternatives?.[0]];
  return (
    <Drawer
      opened
      closeButtonProps={{ 'aria-label': 'Close' }}
      onClose={onClose}
      position="right"
      size="lg"
      title="Why this account"
    >
      <Stack>
        <div>
          <Text fw={600}>{entry.desc || 'No name'}</Text>
          <Text size="sm">{entry.msg}</Text>
          <Text size="sm" c="dimmed">
            {day(entry.date)} · {entry.type} {entry.amount !== null && amount(entry.amount, entry.currency)} ·{' '}
            {entry.bank_account} · line {entry.id}
          </Text>
        </div>
        {main ? (
          <Chosen main={main} other={other} weights={weights} />
        ) : (
          <Text size="sm">
            {mapping.main
              ? 'The line is more than 60 days old. Such a line gets no account.'
              : 'There is no account and no open document that the line could belong to.'}
          </Text>
        )}
      </Stack>
    </Drawer>
  );
}

function Chosen({ main, other, weights }: { main: Main; other: Candidate | undefined } & Pick<WhyProps, 'weights'>) {
  const parts = partsOf(main, other, weights).filter((part) => part.chosen > 0 || part.other > 0);
  const longest = Math.max(...parts.flatMap((part) => [part.chosen, part.other]), Number.EPSILON);
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Account title="Chosen" candidate={main} />
        {other && <Account title="Next best" candidate={other} />}
      </Group>
      <Group gap="xs">
        <Recommended main={main} />
        <Text size="sm" c="dimmed">
          {main.type === 'Similarity'
            ? `Accounts are recommended from a score of ${points(RECOMMENDED_FROM)} on.`
            : 'A rule of the company names this account for the text of the line.'}
        </Text>
      </Group>
      {parts.length > 0 && (
        <Stack gap={10} component="ul" p={0} m={0} aria-label="Parts of the score">
          {parts.map((part) => (
            <li key={part.feature} className="why-part">
              <Text size="sm" fw={part.chosen > 0 ? 500 : 400} c={part.chosen > 0 ? undefined : 'dimmed'}>
                {part.words}
              </Text>
              <Bar of="the chosen account" words={part.words} value={part.chosen} longest={longest} />
              {other && <Bar of="the next best" words={part.words} value={part.other} longest={longest} isOther />}
            </li>
          ))}
        </Stack>
      )}
      {parts.length > 0 && (
        <Text size="xs" c="dimmed">
          {weights
            ? 'The parts of an account add up to its score.'
            : 'The bars are from 0 to 1. This result does not say how much each one counts.'}
        </Text>
      )}
      <Documents main={main} />
    </>
  );
}

function Account({ title, candidate: { item, similarity } }: { title: string; candidate: Candidate }) {
  return (
    <div className="why-account">
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text fw={600} size="sm">
        {item.no} {item.name}
      </Text>
      <Text size="xs" c="dimmed">
        {item.type}
      </Text>
      <Score similarity={similarity} />
    </div>
  );
}

interface BarProps {
  of: string;
  words: string;
  value: number;
  longest: number;
  isOther?: boolean;
}

function Bar({ of, words, value, longest, isOther = false }: BarProps) {
  return (
    <Group gap={8} wrap="nowrap">
      <Progress
        value={(value / longest) * 100}
        size={isOther ? 4 : 8}
        color={isOther ? 'gray' : undefined}
        flex={1}
        aria-label={`${words}, ${of}`}
      />
      <Text size="xs" w={36} ta="right" c={isOther ? 'dimmed' : undefined}>
        {points(value)}
      </Text>
    </Group>
  );
}

function Documents({ main: { docs = [], amount_remaining: left = 0 } }: { main: Main }) {
  if (docs.length === 0) return null;
  return (
    <div>
      <Title order={2}>Documents</Title>
      <Table.ScrollContainer minWidth={420}>
        <Table aria-label="Documents">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Document</Table.Th>
              <Table.Th>Due</Table.Th>
              <Table.Th ta="right">Applied</Table.Th>
              <Table.Th>Found by</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {docs.map(({ item, sum, reason }) => (
              <Table.Tr key={item.no}>
                <Table.Td>
                  {item.no} {item.ext_no !== item.no && item.ext_no}
                </Table.Td>
                <Table.Td>{day(item.due)}</Table.Td>
                <Table.Td ta="right">{amount(sum, item.currency)}</Table.Td>
                <Table.Td>{REASONS[reason]}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {Math.abs(left) >= 0.005 && (
        <Text size="sm" c="dimmed">
          {points(left)} of the line remain without a document.
        </Text>
      )}
    </div>
  );
}

/** How a document was found (docs/bank-map-matching.md, Documents). */
const REASONS: Record<NonNullable<Main['docs']>[number]['reason'], string> = {
  'one && amount': 'the only one, and the amount',
  'sf && amount': 'number and amount',
  sf: 'number',
  'sf sim && amount': 'a similar number, and the amount',
  'sf sim': 'a similar number',
  amount: 'amount',
};
