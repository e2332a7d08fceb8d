import { type Monitor } from '@longhaul/client';
import { useQuery } from '@tanstack/react-query';
import { get } from './queries.js';

/** The whole result of an operation that has succeeded, also one that is too long for its monitor. */
export function useResult<R>(monitor: Monitor<R> | undefined) {
  const { id, status, result, resultLocation } = monitor ?? {};
  const isApart = status === 'Succeeded' && (result === undefined || resultLocation !== undefined);
  const { data, error, refetch } = useQuery({
    ...get<R>(`/status/${id}/result`),
    enabled: isApart,
    staleTime: Infinity,
  });
  return { result: isApart ? data : result, error, refetch: () => void refetch() };
}
