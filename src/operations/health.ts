/** What must answer for the app to work, by name; a check rejects when it does not. */
export type HealthChecks = Record<string, () => Promise<unknown>>;

const CHECK_TIMEOUT_MS = 5_000;
/** Asking for an instance that cannot exist reaches the task hub's storage at little cost. */
export const NO_SUCH_INSTANCE = 'health-check:none';

/** Runs all checks side by side, each for at most 5 seconds. */
export async function health(checks: HealthChecks): Promise<Record<string, 'ok' | 'unavailable'>> {
  const results = Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check)] as const);
  return Object.fromEntries(await Promise.all(results));
}

async function stateOf(check: () => Promise<unknown>): Promise<'ok' | 'unavailable'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'unavailable'>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), CHECK_TIMEOUT_MS);
  });
  const answer = check().then(
    () => 'ok' as const,
    () => 'unavailable' as const,
  );
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}
