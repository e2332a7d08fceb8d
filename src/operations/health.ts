import { findInstance, type DurableClient } from './durable.js';

/** What must answer for the app to work; a check rejects when it does not. */
export type HealthChecks = Record<string, () => Promise<unknown>>;

const CHECK_TIMEOUT_MS = 5_000;
/** Asking for an instance that cannot exist goes the whole way to the task hub and costs it next to nothing. */
const NO_SUCH_INSTANCE = 'health-check:none';

export async function health(
  client: DurableClient,
  checks: HealthChecks,
): Promise<Record<string, 'ok' | 'unavailable'>> {
  const all = { ...checks, taskHub: () => findInstance(client, NO_SUCH_INSTANCE) };
  const results = Object.entries(all).map(async ([name, check]) => [name, await stateOf(check)] as const);
  return Object.fromEntries(await Promise.all(results));
}

async function stateOf(check: () => Promise<unknown>): Promise<'ok' | 'unavailable'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'unavailable'>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), CHECK_TIMEOUT_MS);
  });
  const answer = check().then(
    () => 'ok' as const,
    () => 'unavailable' as const,
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
