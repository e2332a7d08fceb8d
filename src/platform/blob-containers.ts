import { type BlockBlobClient, type ContainerListBlobFlatSegmentResponse } from '@azure/storage-blob';
import { type Readable } from 'node:stream';
import { blobServiceOf, skewedNow, UPLOAD_PERMISSIONS, UPLOAD_POLICY } from './blob-sas.js';
import { type StorageLocation } from './storage-location.js';
import { download, moving, signerOf, statusOf, TIMEOUTS, undefinedOn404, use, within } from './storage.js';

/** A blob of a container. The ETag is with its quotes. */
interface StoredBlob {
  name: string;
  bytes: number;
  etag: string;
}

/** What a client needs to fill a container. */
interface UploadAccess {
  /** URL of the container. */
  url: string;
  /** A SAS token: create, write and list in this container only. */
  sasToken: string;
  /** Its end, RFC 3339. */
  expiresDateTime: string;
}

/** Where a blob is, or a snapshot of it. */
interface BlobPlace {
  container: string;
  name: string;
  snapshot?: string | undefined;
}

/** A copy whose source has changed, or does not exist any more. */
export class CopySourceError extends Error {
  override readonly name = 'CopySourceError';
}

/** Containers that the app makes and deletes. All methods throw OperationError 503 while storage cannot be reached. */
export interface BlobContainers {
  /** Does nothing when it exists. */
  create(container: string): Promise<void>;
  /** Does nothing when there is none. */
  delete(container: string): Promise<void>;
  /** Names that begin with the prefix. */
  names(prefix: string): Promise<string[]>;
  /** All blobs of a container, a page at a time; none when there is no such container. */
  blobs(container: string): AsyncGenerator<StoredBlob[]>;
  /** The bytes of a blob with this ETag; undefined when it has changed or does not exist. */
  read(place: BlobPlace, etag: string): Promise<Readable | undefined>;
  /**
   * Copies within the account, without passing through the app.
   * @returns the ETag of the copy
   * @throws CopySourceError when the source has another ETag
   */
  copy(from: BlobPlace & { etag: string; bytes: number }, to: BlobPlace, signal: AbortSignal): Promise<string>;
  /**
   * Whether `endUploads` ends credentials. Where it does not, a client may change a blob at any time: the app reads
   * snapshots, which the credentials cannot change.
   */
  endsUploads: boolean;
  /** Makes a snapshot of a blob with this ETag; undefined when it has changed or does not exist. */
  snapshot(place: BlobPlace, etag: string): Promise<string | undefined>;
  /** Lets a client upload; where `endsUploads`, a later call replaces the credentials of an earlier one. */
  allowUploads(container: string, hours: number): Promise<UploadAccess>;
  /** Ends all credentials of `allowUploads` where `endsUploads`. In Azure it may take 30 seconds to take effect. */
  endUploads(container: string): Promise<void>;
  /** A URL that reads the blob without a key for the given minutes. */
  readUrl(place: BlobPlace, minutes: number): Promise<string>;
}

/** Largest source of Put Blob From URL, bytes (https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url). */
const MAX_SYNC_COPY_BYTES = 256 * 1024 * 1024;
/** Life of the URL by which storage reads the source of a copy. */
const COPY_URL_MINUTES = 120;
const COPY_POLL_MS = 1_000;

export function createBlobContainers(
  location: StorageLocation,
  { maxSyncCopyBytes = MAX_SYNC_COPY_BYTES }: { maxSyncCopyBytes?: number } = {},
): BlobContainers {
  const { pingMs, blobMs } = TIMEOUTS;
  const service = blobServiceOf(location);
  const signer = signerOf(service, location);
  const blob = ({ container, name, snapshot }: BlobPlace) => {
    const current = service.getContainerClient(container).getBlockBlobClient(name);
    return snapshot === undefined ? current : current.withSnapshot(snapshot);
  };
  const readUrl = (place: BlobPlace, minutes: number) => signer.readUrl(blob(place), minutes);
  return {
    create: (container) =>
      use(async () => {
        await service.getContainerClient(container).createIfNotExists(within(blobMs));
      }),
    delete: (container) =>
      use(async () => {
        await service.getContainerClient(container).deleteIfExists(within(blobMs));
      }),
    names: (prefix) =>
      use(async () => {
        const found: string[] = [];
        for await (const { name } of service.listContainers({ prefix, ...within(blobMs) })) found.push(name);
        return found;
      }),
    async *blobs(container) {
      const client = service.getContainerClient(container);
      for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
        const page = await use(() =>
          undefinedOn404(async () => {
            const pages = client.listBlobsFlat(within(blobMs)).byPage({ continuationToken: token });
            return ((await pages.next()) as IteratorResult<ContainerListBlobFlatSegmentResponse, undefined>).value;
          }),
        );
        token = page?.continuationToken;
        yield (page?.segment.blobItems ?? []).map(({ name, properties }) => ({
          name,
          bytes: properties.contentLength ?? 0,
          etag: quoted(properties.etag),
        }));
      }
    },
    read: (place, etag) =>
      use(async () => {
        const answer = await download(blob(place), { ifMatch: etag }, blobMs).catch(undefinedOnChange);
        return answer?.readableStreamBody && moving(answer.readableStreamBody, blobMs);
      }),
    async copy(from, to, signal) {
      const url = await readUrl(from, COPY_URL_MINUTES);
      const sourceConditions = { ifMatch: from.etag };
      const target = blob(to);
      try {
        if (from.bytes > maxSyncCopyBytes) return await copyLarge(target, url, { sourceConditions, signal });
        const { etag } = await use(() =>
          target.syncCopyFromURL(url, {
            sourceConditions,
            abortSignal: AbortSignal.any([signal, within(blobMs).abortSignal]),
          }),
        );
        return quoted(etag);
      } catch (cause) {
        if ([404, 409, 412].includes(statusOf(cause) ?? 0))
          throw new CopySourceError('The source has changed.', { cause });
        throw cause;
      }
    },
    endsUploads: signer.endsUploads,
    snapshot: (place, etag) =>
      use(async () => {
        const options = { conditions: { ifMatch: etag }, ...within(blobMs) };
        const made = await blob(place).createSnapshot(options).catch(undefinedOnChange);
        return made?.snapshot;
      }),
    async allowUploads(container, hours) {
      const client = service.getContainerClient(container);
      const expiresOn = new Date(Date.now() + hours * 3_600_000);
      if (signer.endsUploads) {
        const accessPolicy = { permissions: UPLOAD_PERMISSIONS.toString(), startsOn: skewedNow(), expiresOn };
        await use(() => client.setAccessPolicy(undefined, [{ id: UPLOAD_POLICY, accessPolicy }], within(blobMs)));
      }
      const url = await signer.uploadUrl(client, expiresOn);
      return { url: client.url, sasToken: new URL(url).search.slice(1), expiresDateTime: expiresOn.toISOString() };
    },
    async endUploads(container) {
      if (!signer.endsUploads) return;
      const client = service.getContainerClient(container);
      await use(() => undefinedOn404(() => client.setAccessPolicy(undefined, [], within(blobMs))));
    },
    readUrl,
  };

  async function copyLarge(
    target: BlockBlobClient,
    url: string,
    { sourceConditions, signal }: { sourceConditions: { ifMatch: string }; signal: AbortSignal },
  ): Promise<string> {
    const options = { sourceConditions, intervalInMs: COPY_POLL_MS, abortSignal: signal };
    const poller = await use(() => target.beginCopyFromURL(url, options));
    const { copyId, copyStatus } = await poller.pollUntilDone();
    if (copyStatus !== 'success') throw new CopySourceError(`The copy ended as ${copyStatus ?? 'unknown'}.`);
    const made = await use(() => target.getProperties(within(pingMs)));
    // An upload to the same name ends the record of the copy.
    if (made.copyId !== copyId) throw new CopySourceError('The copy has been replaced.');
    return quoted(made.etag);
  }
}

/** Lists give ETags without quotes, other calls with them. */
function quoted(etag: string | undefined): string {
  return `"${(etag ?? '').replaceAll('"', '')}"`;
}

function undefinedOnChange(error: unknown): undefined {
  if ([404, 412].includes(statusOf(error) ?? 0)) return undefined;
  throw error;
}
