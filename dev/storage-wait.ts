import { setTimeout as sleep } from 'node:timers/promises';

/** With the start of the process, a storage account that does not answer is reported within two seconds. */
const ATTEMPT_MS = 1_000;
const INTERVAL_MS = 500;
const REPORT_INTERVAL_MS = 5_000;

interface StorageWait {
  /** Called when storage cannot be reached, and every five seconds while it stays so. */
  onWaiting: (message: string) => void;
  /** The longest wait, ms. */
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Resolves when the blob and the table service of a storage account answer anything.
 *
 * @throws Error with the URL after `timeoutMs`; the reason of the signal
 */
export async function waitForStorage(connectionString: string, wait: StorageWait): Promise<void> {
  const { onWaiting, timeoutMs, signal } = wait;
  // The SDKs take long to load, and a stack with its own storage does not need them.
  const { storageUrls } = await import('./storage-urls.js');
  const urls = Object.values(storageUrls(connectionString));
  const began = performance.now();
  let reported = -Infinity;
  for (;;) {
    const [failure] = (await Promise.all(urls.map(failureAt))).filter((text) => text !== undefined);
    if (failure === undefined) return;
    signal.throwIfAborted();
    const now = performance.now();
    if (now - began > timeoutMs) throw new Error(`Storage cannot be reached: ${failure}. Check AzureWebJobsStorage.`);
    if (now - reported >= REPORT_INTERVAL_MS) {
      reported = now;
      onWaiting(`storage cannot be reached: ${failure}; waiting for it (AzureWebJobsStorage)`);
    }
    await sleep(INTERVAL_MS, undefined, { signal });
  }
}

/** Undefined when something answers at the URL, whatever it answers. */
async function failureAt(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ATTEMPT_MS) });
    await response.body?.cancel();
    return undefined;
  } catch (thrown) {
    const { cause, name } = thrown as Error;
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
    return `${url} (${code === 'TimeoutError' ? 'no answer' : code})`;
  }
}
