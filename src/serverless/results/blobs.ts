import { randomUUID } from 'node:crypto';
import { type BlobStore } from '../../platform/storage.js';

/**
 * Blobs of requests are in folders by the hour in which they were stored, and are deleted by their age alone: no process
 * has to remember them, and a blob that no row names is deleted like any other.
 */
const FOLDERS = { input: 'serverless/inputs/', result: 'serverless/results/' } as const;
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

/** Deletes the folders that are not needed any more. @throws OperationError 503 */
export async function deleteOldBlobs(
  blobs: Pick<BlobStore, 'folders' | 'deletePrefix'>,
  { now, deadline }: { now: number; deadline: number },
): Promise<void> {
  for (const kind of Object.keys(FOLDERS) as Kind[]) {
    for (const folder of await blobs.folders(FOLDERS[kind])) {
      const hour = Date.parse(`${folder.slice(FOLDERS[kind].length, -1)}:00:00Z`);
      // Folders are in the order of their hours, so the rest is newer.
      if (hour + (KEPT_HOURS[kind] + 1) * HOUR_MS > now || Date.now() >= deadline) break;
      await blobs.deletePrefix(folder);
    }
  }
}
