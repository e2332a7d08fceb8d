import { type ListFilter, type OperationStatus } from '@longhaul/client';
import { useMemo } from 'react';
import { useUrlState } from '../../ui/url-state.js';

export const STATUSES: readonly OperationStatus[] = ['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'];

/** Times of creation that can be chosen by one click: names in the URL, and ms. */
export const PERIODS = {
  '15m': { title: 'Last 15 minutes', ms: 900_000 },
  '1h': { title: 'Last hour', ms: 3_600_000 },
  '24h': { title: 'Last 24 hours', ms: 86_400_000 },
  '7d': { title: 'Last 7 days', ms: 604_800_000 },
} as const;

const FILTER_NAMES = ['kind', 'status', 'period', 'createdAfter', 'createdBefore', 'idStartsWith'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** The filter of the URL, as the API takes it, and what changes it. */
export function useFilter() {
  const [params, change] = useUrlState();
  const given = (name: FilterName) => params.get(name) ?? undefined;
  const [kind, status, period] = [given('kind'), given('status'), given('period')];
  const [createdAfter, createdBefore, idStartsWith] = [
    given('createdAfter'),
    given('createdBefore'),
    given('idStartsWith'),
  ];
  const filter = useMemo((): ListFilter => {
    const ms = (PERIODS as Partial<Record<string, { ms: number }>>)[period ?? '']?.ms;
    const after = ms === undefined ? createdAfter : new Date(Date.now() - ms).toISOString();
    return {
      ...(kind !== undefined && { kind }),
      ...(status !== undefined && { status: status as OperationStatus }),
      ...(after !== undefined && { createdAfter: after }),
      ...(createdBefore !== undefined && { createdBefore }),
      ...(idStartsWith !== undefined && { idStartsWith }),
    };
  }, [kind, status, period, createdAfter, createdBefore, idStartsWith]);
  const clear = () => change(Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])));
  return { filter, given, change, clear };
}

/** The value of `<input type="datetime-local">` for a time of the URL, in the time zone of the browser. */
export function localOf(date: string | undefined): string {
  if (date === undefined || Number.isNaN(Date.parse(date))) return '';
  const at = new Date(date);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export const instantOf = (local: string): string | undefined =>
  local === '' ? undefined : new Date(local).toISOString();
