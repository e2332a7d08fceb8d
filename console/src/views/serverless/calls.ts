import {
  type ChangedEndpoint,
  type Endpoint,
  type EndpointMinute,
  type EndpointPatch,
  type NewEndpoint,
} from '@longhaul/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api/connection.js';
import { get, PART, POLL_MS, queries } from '../../api/queries.js';

/** Of all endpoints that are shown: the calls of a page with many are not more often than of one. */
const STATS_MS = 5_000;

export const pathOf = (id: string) => `/endpoints/${encodeURIComponent(id)}`;

/** All endpoints, in the order of their ids. */
export const endpoints = queryOptions({
  queryKey: ['endpoints'],
  async queryFn({ signal }) {
    const all: Endpoint[] = [];
    for (let path: string | undefined = '/endpoints?top=100'; path !== undefined;) {
      const page: Page = await api().request('GET', path, { signal });
      all.push(...page.value);
      path = page.nextLink && `/endpoints${new URL(page.nextLink).search}`;
    }
    return all;
  },
  refetchInterval: STATS_MS,
});

interface Page {
  value: Endpoint[];
  nextLink?: string;
}

/** The last 60 minutes, the current one last. */
export const stats = (id: string) => ({
  ...get<{ value: EndpointMinute[] }>(`${pathOf(id)}/stats`, STATS_MS),
  meta: PART,
});

/** An endpoint with the ETag that a change names. */
export const endpoint = (id: string) =>
  queryOptions({
    queryKey: ['endpoint', id],
    async queryFn({ signal }) {
      const { body, headers } = await api().requestWithHeaders<Endpoint>('GET', pathOf(id), { signal });
      return { ...body, etag: headers.get('etag') ?? undefined };
    },
    refetchInterval: POLL_MS * 5,
  });

export type Shown = Endpoint & { etag: string | undefined };

const changed = async <T>(call: Promise<T>): Promise<T> => {
  const answer = await call;
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['endpoints'] }),
    queries.invalidateQueries({ queryKey: ['endpoint'] }),
  ]);
  return answer;
};

export const create = (json: NewEndpoint) => changed(api().request<ChangedEndpoint>('POST', '/endpoints', { json }));

/** @throws ApiError 412 when somebody has changed the endpoint since it was read */
export const update = ({ id, etag }: Shown, json: EndpointPatch) =>
  changed(
    api().request<ChangedEndpoint>('PATCH', pathOf(id), {
      json,
      headers: { 'Content-Type': 'application/merge-patch+json', ...(etag !== undefined && { 'If-Match': etag }) },
    }),
  );

export const rotate = (id: string, json: { graceHours?: number; revokeOld?: boolean }) =>
  changed(api().request<ChangedEndpoint>('POST', `${pathOf(id)}:rotateKey`, { json }));

export const remove = (id: string) => changed(api().request('DELETE', pathOf(id)));

const requestPath = (id: string, request: string) => `/v1/${encodeURIComponent(id)}/requests/${request}`;
export const deliveriesPath = (id: string, request: string) => `${requestPath(id, request)}/deliveries`;
export const redeliver = (id: string, request: string) =>
  api().request('POST', `${deliveriesPath(id, request)}:redeliver`);
export const cancel = (id: string, request: string) =>
  api().request('POST', `${pathOf(id)}/requests/${request}:cancel`);
export const clean = (id: string) => api().request<{ cleaned: string[] }>('POST', `${pathOf(id)}/requests:clean`);

/** What its worker is, in words. */
export function workerOf({ worker }: Pick<Endpoint, 'worker'>): string {
  if (worker === null) return 'no worker';
  return 'url' in worker ? worker.url : worker.kind;
}
