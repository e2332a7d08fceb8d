import {
  type AnalysisComment,
  type AnalysisEvent,
  type AnalysisResult,
  type AnalysisState,
  readEvents,
  type Recommendation,
} from '@longhaul/client';
import { skipToken, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api, download } from '../../api/connection.js';
import { get, POLL_MS, useMore } from '../../api/queries.js';
import { errorOf } from '../../api/save.js';

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
  const [error, setError] = useState<Error>();
  const { data: live } = useQuery<Live>({ queryKey: ['analysis-event', id], queryFn: skipToken });
  useEffect(() => {
    if (id === undefined || isOver) return;
    const ended = new AbortController();
    const take = (event: AnalysisEvent) => {
      setError(undefined);
      queryClient.setQueryData<Live>(['analysis-event', id], (before) =>
        before?.url === event.url ? { ...before, ...event } : { ...event, since: Date.now() },
      );
      if (hasEnded(event.status_file)) void queryClient.invalidateQueries();
    };
    void follow(id, ended.signal, take, setError);
    return () => ended.abort();
  }, [id, isOver, queryClient]);
  return isOver ? {} : { live, error };
}

/** Reads the stream, and again from the last event on when it breaks off, ends after its time or meets an error. */
async function follow(
  id: number,
  signal: AbortSignal,
  onEvent: (event: AnalysisEvent) => void,
  onError: (error: Error) => void,
): Promise<void> {
  let last: string | undefined;
  for (;;) {
    try {
      const headers = { Accept: 'text/event-stream', ...(last !== undefined && { 'Last-Event-ID': last }) };
      const answer = await download(`/sse/${id}/`, { headers, signal });
      if (answer.status === 204) return; // it has ended
      if (!answer.ok) onError(await errorOf(answer));
      for await (const event of answer.ok && answer.body ? readEvents(answer.body) : []) {
        last = event.id ?? last;
        if (event.data !== '') onEvent(JSON.parse(event.data) as AnalysisEvent);
      }
    } catch (thrown) {
      if (signal.aborted) return;
      if (!(thrown instanceof TypeError)) throw thrown; // a lost connection, which the header says
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
  const { data } = query;
  const more = useMore(query);
  useEffect(more, [more]); // the filters need all of them
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
