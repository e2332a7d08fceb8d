import { ApiError, type Monitor } from '@longhaul/client';
import { QueryClient, queryOptions, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
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
        if (thrown instanceof ApiError && thrown.retryable) return follow();
      }
    };
    void follow();
    return () => ended.abort();
  }, [id, queryClient]);

  return { monitor, error: monitor === undefined || isGone(error) ? error : undefined };
}

const isGone = (error: unknown) => error instanceof ApiError && [401, 404, 410].includes(error.status);
