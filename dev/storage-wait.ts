import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StorageUrls } from './storage-urls.js';

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
 * Resolves when the blob and the table service of a storage account accept a connection.
 *
 * @throws Error with the URL after `timeoutMs`; the reason of the signal
 */
export async function waitForStorage(storage: StorageUrls, wait: StorageWait): Promise<void> {
  const { onWaiting, timeoutMs, signal } = wait;
  const urls = [storage.blobs, storage.tables];
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

/** Undefined when a server accepts a connection, else the URL and the reason. */
function failureAt(url: string): Promise<string | undefined> {
  const { protocol, hostname, port } = new URL(url);
  const defaultPort = protocol === 'https:' ? 443 : 80;
  const socket = net.connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? defaultPort : Number(port),
    timeout: ATTEMPT_MS,
  });
  return new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('timeout', () => resolve(`${url} (no answer)`));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(`${url} (${error.code ?? error.message})`));
  }).finally(() => socket.destroy());
}
