import { ApiError, type Monitor } from '@longhaul/client';
import {
  notifyManager,
  QueryClient,
  queryOptions,
  skipToken,
  useQuery,
  useQueryClient,
  type Query,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { api } from './connection.js';

/** How often a list is read again while its page is visible, ms. */
export const POLL_MS = 2_000;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The client has repeated the call already.
      retry: false,
      staleTime: 1_000,
      refetchOnWindowFocus: true,
      // Polling stops while the page is hidden. After an error it goes on, so that a lost connection is taken up again.
      refetchIntervalInBackground: false,
      networkMode: 'always', // `navigator.onLine` says nothing about an app on the same machine
    },
    mutations: { networkMode: 'always' },
  },
});

/** Of a query whose view shows what it has without the answer: `useFailedPart` tells that it failed. */
export const PART = { isPart: true };

/** Whether a query failed, and the view shows something all the same: the answer of before, or the rest of the page. */
const isFailedPart = (query: Query) =>
  query.state.status === 'error' &&
  query.isActive() &&
  (query.state.data !== undefined || query.meta === PART) &&
  !(query.state.error instanceof ApiError && query.state.error.code === 'ConnectionFailed'); // the header tells it

/** The error of a part of the page, and what reads all such parts again. */
export function useFailedPart() {
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const error = useSyncExternalStore(
    useCallback((changed) => cache.subscribe(notifyManager.batchCalls(changed)), [cache]),
    () => cache.getAll().find(isFailedPart)?.state.error ?? undefined,
  );
  const retry = () => void client.refetchQueries({ type: 'active', predicate: isFailedPart });
  return { error, retry };
}

type Pages = Pick<
  UseInfiniteQueryResult,
  'fetchNextPage' | 'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError'
>;

/** Reads the next page, for the end of a list. After a failure the list is read again first: the end stays in view. */
export function useMore({ fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError }: Pages) {
  const mayRead = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  return useCallback(() => {
    if (mayRead) void fetchNextPage();
  }, [fetchNextPage, mayRead]);
}

export const isFinal = ({ status }: Pick<Monitor, 'status'>): boolean =>
  status === 'Succeeded' || status === 'Failed' || status === 'Canceled';

/** The result of a GET call, read again every `pollMs` where given. */
export const get = <T>(path: string, pollMs?: number) =>
  queryOptions({
    queryKey: [path],
    queryFn: ({ signal }) => api().request<T>('GET', path, { signal }),
    ...(pollMs !== undefined && { refetchInterval: pollMs }),
  });

/**
 * The monitor of an operation, live by its event stream. `monitor` stays through a lost connection; `error` is set
 * when the operation cannot be read at all.
 */
export function useLiveOperation<R = unknown>(id: string | undefined) {
  const queryClient = useQueryClient();
  const [error, setError] = useState<unknown>();
  const { data: monitor } = useQuery<Monitor<R>>({ queryKey: ['operation', id], queryFn: skipToken });

  useEffect(() => {
    if (id === undefined) return;
    const ended = new AbortController();
    const follow = async (): Promise<void> => {
      try {
        for await (const next of api().resume<R>(id).updates({ signal: ended.signal })) {
          setError(undefined);
          queryClient.setQueryData(['operation', id], next);
        }
      } catch (thrown) {
        if (ended.signal.aborted) return;
        setError(thrown);
        if (!(thrown instanceof ApiError) || (thrown.status < 500 && !thrown.retryable)) return;
        await new Promise((done) => setTimeout(done, POLL_MS));
        return follow();
      }
    };
    void follow();
    return () => ended.abort();
  }, [id, queryClient]);

  return { monitor, error: monitor === undefined || isGone(error) ? error : undefined };
}

export const isGone = (error: unknown) => error instanceof ApiError && [401, 404, 410].includes(error.status);
