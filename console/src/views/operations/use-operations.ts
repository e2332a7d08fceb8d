import { type ListFilter, type Monitor } from '@longhaul/client';
import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { api } from '../../api/connection.js';
import { isFinal, PART, POLL_MS, useMore } from '../../api/queries.js';

/** Operations of one call. */
const PAGE = 100;
/** Pages that are read for new operations at most; of more, the list is read again. */
const NEW_PAGES = 3;
/** Ids of one `POST /status:batchGet`. */
const MAX_REFRESHED = 100;

interface ListPage {
  value: Monitor[];
  nextLink?: string;
}
interface Head {
  value: Monitor[];
  /** Whether the list begins where these end. */
  joins: boolean;
}
type Pages = InfiniteData<ListPage>;

const firstPath = (filter: ListFilter) =>
  `/status?${new URLSearchParams({ ...(filter as Record<string, string>), top: String(PAGE) })}`;
/** Behind a proxy, the app may not know its own host. */
const nextPath = ({ nextLink }: ListPage) => nextLink && `/status${new URL(nextLink).search}`;

const readPage = (path: string, signal: AbortSignal) => api().request<ListPage>('GET', path, { signal });

/** A page with rows, or the last one: pages before the last may be empty. */
async function readRows(path: string, signal: AbortSignal): Promise<ListPage> {
  let page = await readPage(path, signal);
  for (let next = nextPath(page); page.value.length === 0 && next !== undefined; next = nextPath(page)) {
    page = await readPage(next, signal);
  }
  return page;
}

/**
 * The operations that fit a filter, newest first, as far as they are read. They are live: the first page is read again
 * for new ones, which are `fresh` until `takeFresh`, and the rows in view that have not ended are refreshed.
 */
export function useOperations(filter: ListFilter) {
  const queryClient = useQueryClient();
  const key = useMemo(() => ['operations', filter] as const, [filter]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => readRows(pageParam, signal),
    initialPageParam: firstPath(filter),
    getNextPageParam: nextPath,
    staleTime: Infinity,
  });
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const known = useMemo(() => new Set(rows.map(({ id }) => id)), [rows]);

  const head = useQuery({
    queryKey: ['new-operations', filter],
    queryFn: async ({ signal }): Promise<Head> => {
      const ids = new Set(rowsOf(queryClient.getQueryData<Pages>(key)).map(({ id }) => id));
      const value: Monitor[] = [];
      let path: string | undefined = firstPath(filter);
      for (let pages = 0; path !== undefined && pages < NEW_PAGES; pages++) {
        const page = await readPage(path, signal);
        value.push(...page.value);
        if (page.value.some(({ id }) => ids.has(id))) return { value, joins: true };
        path = nextPath(page);
      }
      return { value, joins: path === undefined };
    },
    enabled: list.data !== undefined,
    refetchInterval: POLL_MS,
    meta: PART,
  });

  // A first page that was read before must not bring them back.
  const removed = useRef(new Set<string>());
  const update = useCallback(
    (changed: ReadonlyMap<string, Monitor | undefined>) => {
      for (const [id, monitor] of changed) if (!monitor) removed.current.add(id);
      if (changed.size > 0) queryClient.setQueryData<Pages>(key, (data) => data && withChanges(data, changed));
    },
    [queryClient, key],
  );
  const fresh = useMemo(
    () => (head.data?.value ?? []).filter(({ id }) => !known.has(id) && !removed.current.has(id)),
    [head.data, known],
  );
  useEffect(() => {
    update(new Map((head.data?.value ?? []).map((monitor) => [monitor.id, monitor])));
  }, [head.data, update]);

  const inView = useRef<readonly Monitor[]>([]);
  const headIds = useMemo(() => new Set(head.data?.value.map(({ id }) => id)), [head.data]);
  const refreshed = useQuery({
    queryKey: ['operations-in-view', filter],
    queryFn: ({ signal }) => {
      const open = inView.current.filter((row) => !isFinal(row) && !headIds.has(row.id));
      return api().operations.getMany(
        open.slice(0, MAX_REFRESHED).map(({ id }) => id),
        { signal },
      );
    },
    enabled: list.data !== undefined,
    refetchInterval: POLL_MS,
    meta: PART,
  });
  useEffect(() => {
    const changes = (refreshed.data ?? []).map((answer) => [answer.id, 'kind' in answer ? answer : undefined] as const);
    update(new Map(changes));
  }, [refreshed.data, update]);

  const takeFresh = useCallback(() => {
    if (head.data?.joins === false) void queryClient.resetQueries({ queryKey: key });
    else queryClient.setQueryData<Pages>(key, (data) => data && withFresh(data, fresh));
  }, [queryClient, key, head.data, fresh]);

  const readOn = useMore(list);
  const onView = useCallback((shown: readonly Monitor[]) => (inView.current = shown), []);
  const remove = useCallback((ids: readonly string[]) => update(new Map(ids.map((id) => [id, undefined]))), [update]);
  return { list, rows, fresh, takeFresh, hasMore: list.hasNextPage, readOn, onView, remove };
}

function rowsOf(data: Pages | undefined): Monitor[] {
  const rows = new Map<string, Monitor>();
  for (const { value } of data?.pages ?? []) for (const row of value) if (!rows.has(row.id)) rows.set(row.id, row);
  return [...rows.values()];
}

/** The same pages where nothing has changed. An undefined monitor is one that was deleted. */
function withChanges(data: Pages, changed: ReadonlyMap<string, Monitor | undefined>): Pages {
  const isOther = (row: Monitor) => changed.has(row.id) && differs(row, changed.get(row.id));
  if (!data.pages.some(({ value }) => value.some(isOther))) return data;
  const pages = data.pages.map((page) => {
    if (!page.value.some(isOther)) return page;
    const value = page.value.flatMap((row) => (isOther(row) ? (changed.get(row.id) ?? []) : row));
    return { ...page, value };
  });
  return { ...data, pages };
}

/** A read that is older than the row changes nothing. */
function differs(row: Monitor, next: Monitor | undefined): boolean {
  if (!next) return true;
  if (next.lastUpdatedDateTime < row.lastUpdatedDateTime) return false;
  return next.lastUpdatedDateTime !== row.lastUpdatedDateTime || next.status !== row.status;
}

/** Most are newer than all others; with a filter by status, an older one may have come to fit it. */
function withFresh(data: Pages, fresh: readonly Monitor[]): Pages {
  const [first, ...others] = data.pages;
  const value = [...fresh, ...(first?.value ?? [])];
  value.sort((a, b) => Date.parse(b.createdDateTime) - Date.parse(a.createdDateTime));
  return { ...data, pages: [{ ...first, value }, ...others] };
}
