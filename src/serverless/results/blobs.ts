import { randomUUID } from 'node:crypto';
import { type BlobStore } from '../../platform/storage.js';
import { KEPT_MS } from '../schemas.js';

/**
 * Blobs of requests are in folders by the hour in which they were stored, and are deleted by their age alone: no process
 * has to remember them, and a blob that no row names is deleted like any other.
 */
const ROOT = 'serverless/';
const FOLDERS = { input: `${ROOT}inputs/`, result: `${ROOT}results/` } as const;
const HOUR_MS = 3_600_000;

/**
 * How long after its hour a blob is kept, in hours. An input is needed until the end of the longest TTL, 24 hours. A
 * result is needed while it is shown (30 minutes), while its last URL is valid (60 minutes), and while its webhook is
 * delivered, which takes about three hours when storage or the task hub are away meanwhile.
 */
const KEPT_HOURS = { input: 25, result: 4 } as const;
type Kind = keyof typeof FOLDERS;

export const newInputBlob = (endpoint: string) => newName('input', endpoint);
/** Each call of a worker stores its own: a request may be given to a worker twice. */
export const newResultBlob = (endpoint: string) => newName('result', endpoint);

function newName(kind: Kind, endpoint: string): string {
  return `${FOLDERS[kind]}${new Date().toISOString().slice(0, 13)}/${endpoint}/${randomUUID()}`;
}

/**
 * Deletes the blobs that are not needed any more, the oldest first.
 *
 * @param deadline when to stop, ms since the epoch; the next run continues
 * @throws OperationError 503
 */
export async function deleteOldBlobs(
  blobs: Pick<BlobStore, 'folders' | 'deletePrefix'>,
  { now, deadline }: { now: number; deadline: number },
): Promise<void> {
  const earlier = { storedBefore: now - KEPT_MS, until: deadline };
  for (const kind of Object.keys(FOLDERS) as Kind[]) {
    for (const folder of await blobs.folders(FOLDERS[kind])) {
      const hour = Date.parse(`${folder.slice(FOLDERS[kind].length, -1)}:00:00Z`);
      if (Number.isNaN(hour)) await blobs.deletePrefix(folder, earlier);
      else if (hour + (KEPT_HOURS[kind] + 1) * HOUR_MS <= now) await blobs.deletePrefix(folder, { until: deadline });
    }
  }
  // An earlier version of the app had a folder for each endpoint, and in it one for each request.
  for (const folder of await blobs.folders(ROOT)) {
    if (!Object.values<string>(FOLDERS).includes(folder)) await blobs.deletePrefix(folder, earlier);
  }
}
