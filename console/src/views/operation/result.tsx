import { type ManyResult, type MapResult, type RecognizeBatchResult } from '@longhaul/client';
import { Checkbox, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import { CopyCode } from '../../ui/copy.js';
import { count, share } from '../../ui/format.js';
import { Status } from '../../ui/status.js';
import { useUrlState } from '../../ui/url-state.js';
import { type Column, VirtualTable } from '../../ui/virtual-table.js';

const HEIGHT = 'max(320px, calc(100dvh - 400px))';
/** A longer text makes the page slow; the download has all. */
const SHOWN_CHARACTERS = 200_000;

/** A result: as a table where it is one, else as JSON. */
export function Result({ kind, result }: { kind: string; result: unknown }) {
  if (kind === 'plates.recognizeBatch') return <Plates result={result as RecognizeBatchResult} />;
  if (kind === 'bankMap.map') return <Mappings result={result as MapResult} />;
  if (kind === 'operations.cancelMany' || kind === 'operations.deleteMany') {
    return <Targets result={result as ManyResult} />;
  }
  const text = JSON.stringify(result, null, 2);
  return (
    <>
      <CopyCode text={text.slice(0, SHOWN_CHARACTERS)} label="result" />
      {text.length > SHOWN_CHARACTERS && <Text size="sm">This is the beginning. The JSON download has all of it.</Text>}
    </>
  );
}

interface Numbered<T> {
  index: number;
  item: T;
}

const keyOf = ({ index }: { index: number }) => index;

/** The rows of a result by their place; only those that failed where the URL says so. */
function useRows<T>(items: readonly T[], hasFailed: (item: T) => boolean): [Numbered<T>[], boolean, () => void] {
  const [params, change] = useUrlState();
  const onlyFailed = params.get('only') === 'failed';
  const rows = items.map((item, index) => ({ index, item }));
  const toggle = () => change({ only: onlyFailed ? undefined : 'failed' });
  return [onlyFailed ? rows.filter(({ item }) => hasFailed(item)) : rows, onlyFailed, toggle];
}

interface CountsProps {
  succeeded: number;
  failed: number;
  onlyFailed: boolean;
  toggle: () => void;
}

function Counts({ succeeded, failed, onlyFailed, toggle }: CountsProps) {
  return (
    <Group gap="md">
      <Text size="sm">
        {count(succeeded)} succeeded, {count(failed)} failed
      </Text>
      {(failed > 0 || onlyFailed) && <Checkbox size="xs" label="Failed only" checked={onlyFailed} onChange={toggle} />}
    </Group>
  );
}

type Plate = Numbered<RecognizeBatchResult['results'][number]>;

const PLATES: Column<Plate>[] = [
  { title: '#', width: '64px', align: 'right', cell: ({ index }) => count(index + 1) },
  { title: 'Image id', width: '120px', align: 'right', cell: ({ item }) => item.imageId },
  {
    title: 'Status',
    width: '118px',
    cell: ({ item }) => <Status status={item.error ? 'Failed' : 'Succeeded'} />,
  },
  { title: 'Plate', width: '130px', cell: ({ item }) => <span className="mono">{item.plateNumber}</span> },
  {
    title: 'Confidence',
    width: '100px',
    align: 'right',
    cell: ({ item }) => item.confidence !== undefined && share(item.confidence),
  },
  {
    title: 'Reason',
    width: 'minmax(240px, 1fr)',
    cell: ({ item }) => item.error && <span title={item.error.message}>{item.error.message}</span>,
  },
];

function Plates({ result }: { result: RecognizeBatchResult }) {
  const [rows, onlyFailed, toggle] = useRows(result.results, ({ error }) => error !== undefined);
  return (
    <>
      <Counts {...result} onlyFailed={onlyFailed} toggle={toggle} />
      <VirtualTable label="Images" columns={PLATES} rows={rows} rowKey={keyOf} rowHeight={34} height={HEIGHT} />
    </>
  );
}

type Target = Numbered<ManyResult['results'][number]>;

const TARGETS: Column<Target>[] = [
  { title: '#', width: '64px', align: 'right', cell: ({ index }) => count(index + 1) },
  {
    title: 'Operation',
    width: '310px',
    cell: ({ item }) => (
      <Link href={`/operations/${item.id}`} className="mono" data-open>
        {item.id}
      </Link>
    ),
  },
  {
    title: 'Outcome',
    width: '118px',
    cell: ({ item }) => (
      <Status
        status={item.outcome === 'failed' ? 'Failed' : 'Succeeded'}
        label={{ canceled: 'Canceled', deleted: 'Deleted', failed: 'Failed' }[item.outcome]}
      />
    ),
  },
  {
    title: 'Reason',
    width: 'minmax(240px, 1fr)',
    cell: ({ item }) => item.error && <span title={item.error.message}>{item.error.message}</span>,
  },
];

function Targets({ result }: { result: ManyResult }) {
  const [rows, onlyFailed, toggle] = useRows(result.results, ({ error }) => error !== undefined);
  return (
    <>
      <Counts {...result} onlyFailed={onlyFailed} toggle={toggle} />
      <VirtualTable label="Outcomes" columns={TARGETS} rows={rows} rowKey={keyOf} rowHeight={34} height={HEIGHT} />
    </>
  );
}

/** The output of a service is stored without a check of its fields. */
type Mapped = MapResult['mappings'][number];
type MainOf<T> = T extends { item: unknown } ? T : never;
type Line = Numbered<{ entry?: Partial<Mapped['entry']>; main?: Partial<MainOf<NonNullable<Mapped['main']>>> }>;

const amount = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const MAPPINGS: Column<Line>[] = [
  { title: '#', width: '72px', align: 'right', cell: ({ index }) => count(index + 1) },
  { title: 'Date', width: '112px', cell: ({ item }) => item.entry?.date?.slice(0, 10) },
  {
    title: 'Amount',
    width: '130px',
    align: 'right',
    cell: ({ item: { entry } }) =>
      typeof entry?.amount === 'number' && `${amount.format(entry.amount)} ${entry.currency ?? ''}`,
  },
  { title: 'Name', width: 'minmax(150px, 1fr)', cell: ({ item }) => item.entry?.desc },
  {
    title: 'Message',
    width: 'minmax(160px, 1.4fr)',
    cell: ({ item }) => <span title={item.entry?.msg}>{item.entry?.msg}</span>,
  },
  {
    title: 'Mapped to',
    width: 'minmax(180px, 1.2fr)',
    cell: ({ item: { main } }) =>
      main?.item ? (
        <span title={`${main.item.type} ${main.item.no}`}>
          {main.item.name} ({main.item.no})
        </span>
      ) : (
        '–'
      ),
  },
  { title: 'By', width: '120px', cell: ({ item }) => item.main?.type },
  {
    title: 'Confidence',
    width: '96px',
    align: 'right',
    cell: ({ item: { main } }) => main?.confidence_score !== undefined && share(main.confidence_score),
  },
  {
    title: 'Recommended',
    width: '108px',
    cell: ({ item: { main } }) => (main?.recommended === undefined ? '' : main.recommended ? 'Yes' : 'No'),
  },
];

function Mappings({ result }: { result: MapResult }) {
  const rows = (result.mappings as Line['item'][]).map((item, index) => ({ index, item }));
  return (
    <>
      <Text size="sm">
        {result.company}: {count(rows.length)} lines
      </Text>
      <VirtualTable label="Lines" columns={MAPPINGS} rows={rows} rowKey={keyOf} rowHeight={34} height={HEIGHT} />
    </>
  );
}
