import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;

/** Looks until there is a value; what fails meanwhile, such as a host that is away, is looked for again. */
export async function eventually<T>(look: () => Promise<T | undefined>, what = 'it', deadlineMs = 60_000): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const [value, failure] = await look().then(
      (found) => [found, undefined] as const,
      (thrown: unknown) => [undefined, thrown] as const,
    );
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`In vain waited for ${what}.`, { cause: failure });
    await pause(LOOK_EVERY_MS);
  }
}
