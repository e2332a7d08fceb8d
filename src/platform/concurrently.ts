/** Calls to storage that one piece of work makes at the same time. */
export const STORAGE_CALLS = 16;

/** Runs all items in their order, at most so many at a time. The first failure stops it. */
export async function concurrently<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const runner = async () => {
    while (next < items.length) await run(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, runner));
}
