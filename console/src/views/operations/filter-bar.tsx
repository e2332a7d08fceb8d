import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Status } from '../../ui/status.js';
import { instantOf, localOf, PERIODS, STATUSES, type useFilter } from './filter.js';
import { KINDS } from '../../kinds.js';

/** How long after the last key the prefix of an id is taken over, ms. */
const TYPING_MS = 300;

const periods = [
  { value: '', label: 'Any time' },
  ...Object.entries(PERIODS).map(([value, { title }]) => ({ value, label: title })),
  { value: 'range', label: 'Between…' },
];

/** The filters of the list; all are in the URL. */
export function FilterBar({ given, change, clear, filter }: ReturnType<typeof useFilter>) {
  const kind = given('kind');
  const kinds = Object.keys(KINDS);
  if (kind !== undefined && !kinds.includes(kind)) kinds.push(kind);
  const hasRange = given('createdAfter') !== undefined || given('createdBefore') !== undefined;
  const period = given('period') ?? (hasRange ? 'range' : '');
  const choosePeriod = (value: string) =>
    change({ period: value, ...(value !== 'range' && { createdAfter: undefined, createdBefore: undefined }) });
  return (
    <Group gap="xs" role="search" aria-label="Filters">
      <IdFilter value={given('idStartsWith') ?? ''} onChange={(idStartsWith) => change({ idStartsWith })} />
      <NativeSelect
        size="xs"
        aria-label="Kind"
        value={kind ?? ''}
        onChange={(event) => change({ kind: event.currentTarget.value })}
        data={[{ value: '', label: 'All kinds' }, ...kinds]}
      />
      <NativeSelect
        size="xs"
        aria-label="Created"
        value={period}
        onChange={(event) => choosePeriod(event.currentTarget.value)}
        data={periods}
      />
      {period === 'range' &&
        (['createdAfter', 'createdBefore'] as const).map((name) => (
          <TextInput
            key={name}
            size="xs"
            type="datetime-local"
            aria-label={name === 'createdAfter' ? 'Created after' : 'Created before'}
            value={localOf(given(name))}
            onChange={(event) => change({ [name]: instantOf(event.currentTarget.value) })}
          />
        ))}
      <div className="statuses" role="group" aria-label="Status">
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            aria-pressed={given('status') === status}
            onClick={() => change({ status: given('status') === status ? undefined : status })}
          >
            <Status status={status} />
          </button>
        ))}
      </div>
      {Object.keys(filter).length > 0 && (
        <Button size="xs" variant="subtle" color="gray" leftSection={<X size={14} aria-hidden />} onClick={clear}>
          Clear
        </Button>
      )}
    </Group>
  );
}

/** The beginning of an id; it is searched for when the typing stops. */
function IdFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const [taken, setTaken] = useState(value);
  if (value !== taken) {
    // Back, forward and Clear.
    setTaken(value);
    setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => {
      setTaken(text.trim());
      onChange(text.trim());
    }, TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <TextInput
      size="xs"
      type="search"
      aria-label="Id begins with"
      placeholder="Id begins with…"
      leftSection={<Search size={14} aria-hidden />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
