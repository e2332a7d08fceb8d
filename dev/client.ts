import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const DEFAULT_WAIT_S = 1;
const MAX_WAIT_S = 10;
const FINAL = ['Succeeded', 'Failed', 'Canceled'];

const problem = z.object({ code: z.string(), message: z.string() });
const monitor = z.object({
  id: z.string(),
  status: z.string(),
  progress: z.object({ total: z.number(), completed: z.number(), failed: z.number() }).optional(),
  result: z.unknown().optional(),
  error: problem.optional(),
});
/** The fields of a status monitor that the demo and the benchmarks read. */
export type Monitor = z.infer<typeof monitor>;

interface FollowOptions {
  signal?: AbortSignal;
  /** Called with each monitor that is read, including the final one. */
  onMonitor?: (monitor: Monitor) => void;
}

/** POSTs a JSON body and returns the URL of the operation's status monitor. Throws when the status is not 202. */
export async function startOperation(url: string, body: unknown, signal?: AbortSignal): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const text = await response.text();
  const location = response.headers.get('operation-location');
  if (response.status !== 202 || location === null) {
    throw new Error(`POST ${url} answered ${response.status}: ${text}`);
  }
  return location;
}

/** Polls a status monitor at the pace of `Retry-After` and returns the final one. Throws on any status but 2xx. */
export async function followOperation(location: string, { signal, onMonitor }: FollowOptions = {}): Promise<Monitor> {
  for (;;) {
    const response = await fetch(location, signal ? { signal } : {});
    if (!response.ok) throw new Error(`GET ${location} answered ${response.status}: ${await response.text()}`);
    const current = monitor.parse(await response.json());
    onMonitor?.(current);
    if (FINAL.includes(current.status)) return current;
    const wait = retryAfterSeconds(response.headers.get('retry-after'));
    await sleep(wait * 1_000, undefined, signal ? { signal } : {});
  }
}

function retryAfterSeconds(header: string | null): number {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(MAX_WAIT_S, Math.max(0, seconds)) : DEFAULT_WAIT_S;
}
