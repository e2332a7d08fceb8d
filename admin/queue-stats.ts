import { z } from 'zod';
import { CommandError, EXIT } from '../dev/exit.js';
import { callConfig, createServiceClient, failureOf } from '../src/platform/http-client.js';

const LIMITS = { totalTimeoutMs: 10_000, attempts: 3, maxBytes: 64 * 1024, repeatable: ['get'] };

const statusAnswer = z.object({ queueingCount: z.int().min(0) });
type QueueStats = z.infer<typeof statusAnswer>;

/** Asks a running app, as any client of the endpoint can (docs/contracts/serverless.md, `GET /status`). */
export async function fetchQueueStats(appUrl: string, id: string, key: string): Promise<QueueStats> {
  const http = createServiceClient({ baseUrl: appUrl, ...LIMITS });
  const { headers, ...limits } = callConfig(LIMITS, {});
  const config = { ...limits, headers: { ...headers, authorization: `Bearer ${key}` } };
  try {
    const { data } = await http.get<unknown>(`/v1/${encodeURIComponent(id)}/status`, config);
    return statusAnswer.parse(data);
  } catch (cause) {
    const kind = failureOf(cause)?.kind;
    const exitCode = kind === 'network' || kind === 'timeout' ? EXIT.unreachable : EXIT.failed;
    throw new CommandError(`${appUrl} ${reasonOf(cause, id)}`, exitCode, { cause });
  }
}

function reasonOf(thrown: unknown, id: string): string {
  const failure = failureOf(thrown);
  if (failure?.kind === 'network') return 'cannot be reached; is the app running? (--url)';
  if (failure?.kind === 'timeout') return 'did not answer in time.';
  if (failure?.kind !== 'status') return 'answered something that is not the length of a queue; is it the app? (--url)';
  if (failure.status === 401) return `has no endpoint "${id}" that the key opens (--key).`;
  return `answered ${failure.status}.`;
}
