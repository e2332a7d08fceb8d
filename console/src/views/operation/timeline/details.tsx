import { ActionIcon, Alert, Group, Text, Title } from '@mantine/core';
import { X } from 'lucide-react';
import { type ReactNode } from 'react';
import { CopyCode } from '../../../ui/copy.js';
import { count, exact, lasting } from '../../../ui/format.js';
import { Status } from '../../../ui/status.js';
import { type Bar, type Timeline } from './model.js';
import { TYPES } from './row.js';

/** Links of a list at most. */
const MOST = 12;

interface DetailsProps {
  timeline: Timeline;
  bar: Bar;
  onSelect: (span: number | undefined) => void;
}

/** All that the history has of a span. */
export function Details({ timeline, bar, onSelect }: DetailsProps) {
  const { icon: Icon, word } = TYPES[bar.type];
  const parent = bar.parent === undefined ? undefined : timeline.bars[bar.parent];
  const spansOf = (indexes: readonly number[]) => indexes.flatMap((index) => timeline.bars[index] ?? []);
  const waitedFor = spansOf(timeline.causes[bar.index] ?? []);
  const then = timeline.bars.filter(({ index }) => timeline.causes[index]?.includes(bar.index));
  const link = { bars: [], onSelect };
  return (
    <section className="span-details" aria-label={`Span ${bar.name}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} className="span-title">
          <Icon size={16} aria-hidden /> {bar.name}
        </Title>
        <ActionIcon variant="subtle" color="gray" onClick={() => onSelect(undefined)} aria-label="Close the span">
          <X size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <dl>
        <Fact name="Type">{word}</Fact>
        <Fact name="Status">
          <Status status={bar.status} />
        </Fact>
        <Fact name="Attempt">{bar.attempt}</Fact>
        <Fact name="Started">
          {exact(bar.startedDateTime)}
          <Text size="xs" c="dimmed">
            {lasting(bar.from)} after the beginning
          </Text>
        </Fact>
        <Fact name="Ended">{bar.endedDateTime === undefined ? '–' : exact(bar.endedDateTime)}</Fact>
        {bar.type !== 'event' && <Fact name="Lasted">{lasting(bar.to - bar.from)}</Fact>}
        {parent && (
          <Fact name="Part of">
            <Links {...link} bars={[parent]} />
          </Fact>
        )}
        {waitedFor.length > 0 && (
          <Fact name="Waited for">
            <Links {...link} bars={waitedFor} />
          </Fact>
        )}
        {then.length > 0 && (
          <Fact name="Then began">
            <Links {...link} bars={then} />
          </Fact>
        )}
      </dl>
      {bar.error && (
        <Alert color="red" title={bar.error.code}>
          {bar.error.message}
        </Alert>
      )}
      <Value name="Input" value={bar.input} />
      <Value name="Output" value={bar.output} />
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Links({ bars, onSelect }: { bars: readonly Bar[]; onSelect: (span: number) => void }) {
  return (
    <>
      {bars.slice(0, MOST).map((bar) => (
        <button key={bar.index} type="button" className="span-link" onClick={() => onSelect(bar.index)}>
          {bar.name} <span>at {lasting(bar.from)}</span>
        </button>
      ))}
      {bars.length > MOST && <Text size="xs">and {count(bars.length - MOST)} more</Text>}
    </>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  if (value === undefined) return null;
  const isText = typeof value === 'string';
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {name}
        {isText && value.length >= 1_000 ? ', its first 1 KiB' : ''}
      </Text>
      <CopyCode text={isText ? value : JSON.stringify(value, null, 2)} label={name.toLowerCase()} />
    </div>
  );
}
