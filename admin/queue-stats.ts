import { z } from 'zod';
import { callConfig, createServiceClient, failureOf } from '../src/platform/http-client.js';

const LIMITS = { totalTimeoutMs: 10_000, attempts: 3, maxBytes: 64 * 1024, repeatable: ['get'] };

const statusAnswer = z.object({ queueingCount: z.int().min(0) });
export type QueueStats = z.infer<typeof statusAnswer>;

/** Asks a running app, as any client of the endpoint may (docs/contracts/serverless.md, `GET /status`). */
export async function askQueueStats(appUrl: string, id: string, key: string): Promise<QueueStats> {
  const http = createServiceClient({ baseUrl: appUrl, ...LIMITS });
  const { headers, ...limits } = callConfig(LIMITS, {});
  const config = { ...limits, headers: { ...headers, authorization: `Bearer ${key}` } };
  try {
    const { data } = await http.get<unknown>(`/v1/${encodeURIComponent(id)}/status`, config);
    return statusAnswer.parse(data);
  } catch (cause) {
    throw new Error(`${appUrl} ${whyNot(cause, id)}`, { cause });
  }
}

function whyNot(thrown: unknown, id: string): string {
  const failure = failureOf(thrown);
  if (failure?.kind === 'network') return 'cannot be reached; is the app running? (--url)';
  if (failure?.kind === 'timeout') return 'did not answer in time.';
  if (failure?.kind !== 'status') return 'answered something that is not the length of a queue; is it the app? (--url)';
  if (failure.status === 401) return `has no endpoint "${id}" that the key opens (--key).`;
  return `answered ${failure.status}.`;
}
