import { type EndpointRequest } from '@longhaul/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { api } from '../../api/connection.js';
import { POLL_MS } from '../../api/queries.js';
import { pathOf } from './calls.js';

const TOP = 100;

interface Page {
  value: EndpointRequest[];
  nextLink?: string;
}

/** Rows that were read, the greatest sequence first, and the sequence below which none was; 0 when all were. */
interface Rows {
  rows: EndpointRequest[];
  end: number;
}

const sequenceOf = ({ sequence }: EndpointRequest) => Number(sequence);

/** The rows with a page in place of those of its range. @param below the sequence below which the page was read */
function withPage(before: Rows | undefined, { value, nextLink }: Page, below = Infinity): Rows {
  const end = nextLink === undefined ? 0 : Number(new URL(nextLink).searchParams.get('skipToken'));
  const newest = before?.rows[0];
  // More than a page came meanwhile: what is between is unknown.
  const hasGap = below === Infinity && newest !== undefined && end > sequenceOf(newest) + 1;
  if (before === undefined || hasGap) return { rows: value, end };
  const above = before.rows.filter((row) => sequenceOf(row) >= below);
  const rest = before.rows.filter((row) => sequenceOf(row) < end);
  return { rows: [...above, ...value, ...rest], end: Math.min(before.end, end) };
}

const read = (id: string, status: string | undefined, below: number, signal?: AbortSignal) => {
  const query = new URLSearchParams({ top: String(TOP), ...(status !== undefined && { status }) });
  if (below !== Infinity) query.set('skipToken', String(below));
  return api().request<Page>('GET', `${pathOf(id)}/requests?${query}`, { signal });
};

/**
 * The requests of an endpoint, newest first. Older pages are read as the table comes to them; the first page and the rows
 * in view are read again and again.
 */
export function useRequests(id: string, status: string | undefined) {
  const queryClient = useQueryClient();
  const inView = useRef(Infinity);
  const key = useMemo(() => ['requests', id, status ?? ''], [id, status]);
  const { data, error } = useQuery({
    queryKey: key,
    async queryFn({ signal }) {
      const isFarDown = inView.current < Number(queryClient.getQueryData<Rows>(key)?.rows[TOP / 2]?.sequence ?? 0);
      const [first, view] = await Promise.all([
        read(id, status, Infinity, signal),
        isFarDown ? read(id, status, inView.current, signal) : undefined,
      ]);
      const rows = withPage(queryClient.getQueryData<Rows>(key), first);
      return view === undefined ? rows : withPage(rows, view, inView.current);
    },
    refetchInterval: POLL_MS,
    structuralSharing: false, // rows that were not read again stay the same
  });

  const onView = useCallback((rows: readonly EndpointRequest[]) => {
    inView.current = rows[0] === undefined ? Infinity : sequenceOf(rows[0]) + 1;
  }, []);
  const isReading = useRef(false);
  const [moreError, setMoreError] = useState<unknown>();
  const onEnd = useCallback(() => {
    const { end = 0 } = queryClient.getQueryData<Rows>(key) ?? {};
    if (end === 0 || isReading.current) return;
    isReading.current = true;
    const more = async () => {
      try {
        const page = await read(id, status, end);
        queryClient.setQueryData<Rows>(key, (before) => withPage(before, page, end));
        setMoreError(undefined);
      } catch (thrown) {
        setMoreError(thrown); // the next poll asks again
      } finally {
        isReading.current = false;
      }
    };
    void more();
  }, [id, status, key, queryClient]);

  return {
    rows: data?.rows,
    hasMore: data !== undefined && data.end > 0,
    error: data === undefined ? error : moreError,
    onView,
    onEnd,
  };
}

/** One request, by its sequence. */
export async function readRequest(id: string, sequence: string, signal: AbortSignal) {
  const { value } = await read(id, undefined, Number(sequence) + 1, signal);
  return value.find((row) => row.sequence === sequence) ?? null;
}
