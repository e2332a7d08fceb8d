import { type MapResult } from '@longhaul/client';
import { Button, Group, NativeSelect, SegmentedControl, Text, TextInput } from '@mantine/core';
import { Landmark, Plus } from 'lucide-react';
import { useCallback, useDeferredValue, useMemo } from 'react';
import { Link } from 'wouter';
import { useLiveOperation } from '../../api/queries.js';
import { useResult } from '../../api/result.js';
import { DownloadButton, useResultDownload } from '../../ui/download-button.js';
import { count } from '../../ui/format.js';
import { OperationStrip } from '../../ui/operation-strip.js';
import { Page } from '../../ui/page.js';
import { Empty, ErrorPanel, Loading } from '../../ui/states.js';
import { useUrlState } from '../../ui/url-state.js';
import { mainOf, weightsOf } from './features.js';
import { type Line, linesOf, type Sort, SORTS } from './lines.js';
import { LinesTable } from './lines-table.js';
import { MapForm } from './map-form.js';
import { Why } from './why.js';

export default function BankStatementsView() {
  const [params] = useUrlState();
  const id = params.get('operation') ?? undefined;
  const { monitor, error } = useLiveOperation<MapResult>(id);
  const { result, error: resultError, refetch } = useResult(monitor);
  const csv = useResultDownload(id ?? '', 'text/csv', `bank-map-${id}.csv`);
  return (
    <Page
      title="Bank statements"
      about="Finds the account of each line of a bank statement."
      actions={
        id && (
          <Button component={Link} href="/bank-statements" size="xs" leftSection={<Plus size={14} aria-hidden />}>
            Another zip
          </Button>
        )
      }
    >
      {!id && <MapForm />}
      {!id && (
        <Empty icon={Landmark} title="No lines yet">
          Drop a zip of ledgers and bank-statement lines, and name the company. Each line gets its account, how well it
          fits, and why it was chosen.
        </Empty>
      )}
      {error ? <ErrorPanel error={error} /> : null}
      {id && !monitor && !error && <Loading />}
      {id && monitor && (
        <OperationStrip monitor={monitor}>
          {monitor.status === 'Succeeded' && <DownloadButton what="CSV" {...csv} />}
        </OperationStrip>
      )}
      {csv.error && <ErrorPanel error={csv.error} title="The result cannot be downloaded" />}
      {monitor?.error && <ErrorPanel error={monitor.error} />}
      {resultError && <ErrorPanel error={resultError} onRetry={refetch} />}
      {monitor?.status === 'Succeeded' && !result && !resultError && <Loading />}
      {result && <Lines result={result} />}
    </Page>
  );
}

/** The lines of a result, with the filters of the URL. */
function Lines({ result }: { result: MapResult }) {
  const [params, setParams] = useUrlState();
  const { mappings } = result;
  const of = (name: string, otherwise = '') => params.get(name) ?? otherwise;
  const [show, account, text, sort] = [of('show', 'all'), of('account'), of('text'), of('sort', 'date') as Sort];
  // Typing stays quick while thousands of lines are filtered.
  const filter = useDeferredValue(`${show}\n${account}\n${text}\n${sort}`);
  const lines = useMemo(() => {
    const [show = '', account = '', text = '', sort = 'date'] = filter.split('\n');
    return linesOf(mappings, { show, account, text, sort: sort as Sort });
  }, [mappings, filter]);
  const recommended = useMemo(() => mappings.filter((mapping) => mainOf(mapping)?.recommended).length, [mappings]);
  const open = useCallback(({ index }: Line) => setParams({ line: String(index) }), [setParams]);
  const opened = params.has('line') ? mappings[Number(params.get('line'))] : undefined;
  return (
    <>
      <Group gap="sm" align="flex-end">
        <SegmentedControl
          size="xs"
          aria-label="Which lines are shown"
          value={show}
          onChange={(choice) => setParams({ show: choice === 'all' ? undefined : choice })}
          data={[
            { value: 'all', label: `All ${count(mappings.length)}` },
            { value: 'recommended', label: `Recommended ${count(recommended)}` },
            { value: 'not', label: `To be checked ${count(mappings.length - recommended)}` },
          ]}
        />
        <TextInput
          size="xs"
          label="Account"
          placeholder="number or name"
          value={account}
          onChange={(event) => setParams({ account: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          label="Line"
          placeholder="name, text or id"
          value={text}
          onChange={(event) => setParams({ text: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          label="Order"
          value={sort}
          onChange={(event) =>
            setParams({ sort: event.currentTarget.value === 'date' ? undefined : event.currentTarget.value })
          }
          data={Object.entries(SORTS).map(([value, label]) => ({ value, label }))}
        />
        <Text size="sm" c="dimmed" role="status">
          {count(lines.length)} of {count(mappings.length)} lines of {result.company}
        </Text>
      </Group>
      <LinesTable lines={lines} onOpen={open} />
      {opened && <Why mapping={opened} weights={weightsOf(result)} onClose={() => setParams({ line: undefined })} />}
    </>
  );
}
