import { type History, type Monitor } from '@longhaul/client';
import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChartGantt, Rows3 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { get, isFinal } from '../../../api/queries.js';
import { count, lasting } from '../../../ui/format.js';
import { ErrorPanel, Loading } from '../../../ui/states.js';
import { useNow } from '../../../ui/times.js';
import { useUrlState } from '../../../ui/url-state.js';
import { Chart } from './chart.js';
import { Details } from './details.js';
import { timelineOf } from './model.js';
import { SpanTable } from './span-table.js';
import './timeline.css';

/** The least time between two reads of a history, ms. */
const READ_MS = 2_000;
/** A history is read again after this time also when the monitor shows no change, ms. */
const LONGEST_MS = 10_000;

/** What happened during an operation. */
export default function TimelineTab({ monitor }: { monitor: Monitor }) {
  const { id } = monitor;
  const isRunning = !isFinal(monitor);
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    ...get<History>(`/status/${id}/history`, isRunning ? LONGEST_MS : undefined),
    staleTime: READ_MS,
  });
  useReadAgain(monitor, dataUpdatedAt, refetch);
  if (data === undefined) {
    return error ? (
      <ErrorPanel error={error} title="The history cannot be read" onRetry={() => void refetch()} />
    ) : (
      <Loading />
    );
  }
  if (data.spans.length === 0) return <Text c="dimmed">Nothing has run yet.</Text>;
  return <Spans history={data} isRunning={isRunning && data.spans.some(({ status }) => status === 'Running')} />;
}

function Spans({ history, isRunning }: { history: History; isRunning: boolean }) {
  return isRunning ? <RunningSpans history={history} /> : <AllSpans history={history} now={0} />;
}

function RunningSpans({ history }: { history: History }) {
  return <AllSpans history={history} now={useNow()} />;
}

/** @param now 0 when nothing runs */
function AllSpans({ history, now }: { history: History; now: number }) {
  const [params, change] = useUrlState();
  const timeline = useMemo(() => timelineOf(history, now), [history, now]);
  const given = params.get('span');
  const bar = given === null ? undefined : timeline.bars[Number(given)];
  const isTable = params.get('as') === 'table';
  const select = useCallback(
    (span: number | undefined) => change({ span: span === undefined ? undefined : String(span) }),
    [change],
  );
  const retried = timeline.bars.filter(({ attempt }) => attempt > 1).length;
  return (
    <>
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed">
          {count(timeline.bars.length)} spans in {lasting(timeline.total)}
          {retried > 0 && `, ${count(retried)} of them retries`}
          {now > 0 && ', live'}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={isTable ? <ChartGantt size={14} aria-hidden /> : <Rows3 size={14} aria-hidden />}
          onClick={() => change({ as: isTable ? undefined : 'table' })}
        >
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </Group>
      {history.truncated && (
        <Alert color="yellow" mb="xs">
          This operation has more than 1,000 spans. The first and the last 500 are shown.
        </Alert>
      )}
      <div className="timeline-parts" data-open={bar !== undefined || undefined}>
        <div>
          {isTable ? (
            <SpanTable timeline={timeline} onSelect={select} />
          ) : (
            <>
              <Chart timeline={timeline} selected={bar?.index} onSelect={select} />
              <Legend />
            </>
          )}
        </div>
        {bar && <Details timeline={timeline} bar={bar} onSelect={select} />}
      </div>
    </>
  );
}

function Legend() {
  const looks = [
    ['activity', 'Succeeded', 'Work'],
    ['activity', 'Running', 'Running'],
    ['activity', 'Failed', 'Failed (✕)'],
    ['activity', 'Canceled', 'Canceled'],
    ['timer', 'Succeeded', 'Wait (timer)'],
    ['event', 'Succeeded', 'External event'],
  ] as const;
  return (
    <div className="timeline-legend">
      {looks.map(([type, status, text]) => (
        <span key={text}>
          <span className="span-bar" data-type={type} data-status={status} aria-hidden /> {text}
        </span>
      ))}
      <span className="timeline-help">Ctrl + wheel zooms, a drag moves; keys + - 0 and arrows</span>
    </div>
  );
}

/** Reads the history again when the monitor changes, at most every `READ_MS`. */
function useReadAgain(monitor: Monitor, readAt: number, refetch: () => unknown): void {
  const seen = useRef(monitor.lastUpdatedDateTime);
  useEffect(() => {
    if (seen.current === monitor.lastUpdatedDateTime || readAt === 0) return;
    const timer = setTimeout(
      () => {
        seen.current = monitor.lastUpdatedDateTime;
        refetch();
      },
      Math.max(0, readAt + READ_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [monitor.lastUpdatedDateTime, readAt, refetch]);
}
