import { setTimeout as pause } from 'node:timers/promises';
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
/** A status monitor, as far as the demo and the benchmarks read it. */
export type Monitor = z.infer<typeof monitor>;

export interface Following {
  signal?: AbortSignal;
  /** Each monitor on the way, the final one too. */
  onMonitor?: (monitor: Monitor) => void;
}

/** POSTs a JSON body and answers the URL of the operation's status monitor. Throws when it is not accepted. */
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

/** Polls a status monitor, waiting as long as `Retry-After` asks, until the operation has ended. */
export async function followOperation(location: string, { signal, onMonitor }: Following = {}): Promise<Monitor> {
  for (;;) {
    const response = await fetch(location, signal ? { signal } : {});
    if (!response.ok) throw new Error(`GET ${location} answered ${response.status}: ${await response.text()}`);
    const current = monitor.parse(await response.json());
    onMonitor?.(current);
    if (FINAL.includes(current.status)) return current;
    const wait = retryAfterSeconds(response.headers.get('retry-after'));
    await pause(wait * 1_000, undefined, signal ? { signal } : {});
  }
}

function retryAfterSeconds(header: string | null): number {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(MAX_WAIT_S, Math.max(0, seconds)) : DEFAULT_WAIT_S;
}
