import {
  type AnalysisComment,
  type AnalysisEvent,
  type AnalysisResult,
  type AnalysisState,
  readEvents,
  type Recommendation,
} from '@longhaul/client';
import { skipToken, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { api, download } from '../../api/connection.js';
import { get, POLL_MS } from '../../api/queries.js';

/** Rows of one call; the most that the app gives (docs/contracts/files.md). */
const PAGE = 1_000;
/** Scenes of one call: a scene may be long. */
const SCENES = 500;

export const hasEnded = (status: AnalysisState['status_file']) => status === 'error' || status === 'db_ready';

/** The analyses of a file, in the order made. */
export function useAnalyses(file: number) {
  const { data, error, refetch } = useQuery({
    ...get<AnalysisState[]>(`/cinema/?limit=${PAGE}&upload=${file}`, 2 * POLL_MS),
    select: (rows) => rows.filter(({ upload }) => upload === file),
  });
  return { analyses: data, error, refetch };
}

/** The last event of an analysis, and when its key came. */
export interface Live extends AnalysisEvent {
  /** When this page saw the key for the first time, ms since the epoch. */
  since: number;
}

/** What an analysis does now, by its event stream, from its start to its end. */
export function useLiveAnalysis(id: number | undefined, status: AnalysisState['status_file'] | undefined) {
  const queryClient = useQueryClient();
  const isOver = status === undefined || hasEnded(status);
  const { data: live } = useQuery<Live>({ queryKey: ['analysis-event', id], queryFn: skipToken });
  useEffect(() => {
    if (id === undefined || isOver) return;
    const ended = new AbortController();
    const take = (event: AnalysisEvent) =>
      queryClient.setQueryData<Live>(['analysis-event', id], (before) =>
        before?.url === event.url ? { ...before, ...event } : { ...event, since: Date.now() },
      );
    void follow(id, ended.signal, (event) => {
      take(event);
      if (hasEnded(event.status_file)) void queryClient.invalidateQueries();
    });
    return () => ended.abort();
  }, [id, isOver, queryClient]);
  return isOver ? undefined : live;
}

/** Reads the stream, and again from the last event on when it breaks off or ends after its time. */
async function follow(id: number, signal: AbortSignal, onEvent: (event: AnalysisEvent) => void): Promise<void> {
  let last: string | undefined;
  for (;;) {
    try {
      const headers = { Accept: 'text/event-stream', ...(last !== undefined && { 'Last-Event-ID': last }) };
      const { status, body } = await download(`/sse/${id}/`, { headers, signal });
      if (status !== 200 || !body) return; // 204: it has ended; an error is that of the analysis itself
      for await (const event of readEvents(body)) {
        last = event.id ?? last;
        if (event.data !== '') onEvent(JSON.parse(event.data) as AnalysisEvent);
      }
    } catch (thrown) {
      const isEnded = thrown instanceof DOMException && thrown.name === 'AbortError'; // by the page
      if (!isEnded && !(thrown instanceof TypeError)) throw thrown; // a lost connection, which the header says
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** The result of an analysis with all of its scenes. */
export function useResultOf(id: number, run: string) {
  const query = useInfiniteQuery({
    queryKey: ['analysis-result', id, run],
    queryFn: ({ pageParam, signal }) =>
      api().request<AnalysisResult>('GET', `/cinema/${id}/result/?limit=${SCENES}&offset=${pageParam}`, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ scenes = [] }, pages) => (scenes.length === SCENES ? pages.length * SCENES : undefined),
    staleTime: Infinity,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage(); // the filters need all of them
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const result = useMemo(() => {
    const [first] = data?.pages ?? [];
    return first && { ...first, scenes: data?.pages.flatMap(({ scenes = [] }) => scenes) ?? [] };
  }, [data]);
  return { result, error: query.error, refetch: query.refetch };
}

/** Comments and ratings of an analysis. */
export function useComments(analysis: number) {
  const comments = useQuery({
    ...get<AnalysisComment[]>(`/comments/?limit=${PAGE}&refer_file=${analysis}`, 2 * POLL_MS),
    select: (rows) => rows.filter(({ refer_file: of }) => of === analysis),
  });
  const ratings = useQuery({
    ...get<Recommendation[]>(`/recommend/?limit=${PAGE}&refer=${analysis}`, 2 * POLL_MS),
    select: (rows) => rows.filter(({ refer }) => refer === analysis),
  });
  return { comments: comments.data, ratings: ratings.data, error: comments.error ?? ratings.error };
}
