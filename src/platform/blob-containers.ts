import {
  BlobSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  SASProtocol,
  type BlockBlobClient,
  type ContainerListBlobFlatSegmentResponse,
} from '@azure/storage-blob';
import { type Readable } from 'node:stream';
import { download, moving, statusOf, TIMEOUTS, undefinedOn404, use, within } from './storage.js';

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

/** Where a blob is. */
interface BlobPlace {
  container: string;
  name: string;
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
  /** Lets a client upload; a later call replaces the credentials of an earlier one. */
  allowUploads(container: string, hours: number): Promise<UploadAccess>;
  /** Ends all credentials of `allowUploads`. In Azure it may take 30 seconds to take effect. */
  endUploads(container: string): Promise<void>;
  /** A URL that reads the blob without a key for the given minutes. */
  readUrl(place: BlobPlace, minutes: number): Promise<string>;
}

/** Name of the stored access policy by which the credentials of uploads can be ended. */
const UPLOAD_POLICY = 'upload';
/** Largest source of Put Blob From URL, bytes (https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url). */
const MAX_SYNC_COPY_BYTES = 256 * 1024 * 1024;
/** Life of the URL by which storage reads the source of a copy. */
const COPY_URL_MINUTES = 120;
const COPY_POLL_MS = 1_000;
/** A credential is valid from before, as clocks differ. */
const CLOCK_SKEW_MS = 5 * 60_000;

export function createBlobContainers(
  connectionString: string,
  { maxSyncCopyBytes = MAX_SYNC_COPY_BYTES }: { maxSyncCopyBytes?: number } = {},
): BlobContainers {
  const { pingMs, blobMs } = TIMEOUTS;
  const service = BlobServiceClient.fromConnectionString(connectionString, { retryOptions: { maxTries: 1 } });
  // An emulator has no https.
  const protocol = service.url.startsWith('https:') ? SASProtocol.Https : SASProtocol.HttpsAndHttp;
  const blob = ({ container, name }: BlobPlace) => service.getContainerClient(container).getBlockBlobClient(name);
  const readUrl = (place: BlobPlace, minutes: number) =>
    blob(place).generateSasUrl({
      permissions: BlobSASPermissions.parse('r'),
      protocol,
      startsOn: new Date(Date.now() - CLOCK_SKEW_MS),
      expiresOn: new Date(Date.now() + minutes * 60_000),
    });
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
    async allowUploads(container, hours) {
      const client = service.getContainerClient(container);
      const expiresOn = new Date(Date.now() + hours * 3_600_000);
      // What the policy has, the token may not have too.
      const permissions = ContainerSASPermissions.parse('cwl').toString();
      const accessPolicy = { permissions, startsOn: new Date(Date.now() - CLOCK_SKEW_MS), expiresOn };
      await use(() => client.setAccessPolicy(undefined, [{ id: UPLOAD_POLICY, accessPolicy }], within(blobMs)));
      const url = await client.generateSasUrl({ identifier: UPLOAD_POLICY, protocol });
      return { url: client.url, sasToken: new URL(url).search.slice(1), expiresDateTime: expiresOn.toISOString() };
    },
    endUploads: (container) =>
      use(async () => {
        await undefinedOn404(() =>
          service.getContainerClient(container).setAccessPolicy(undefined, [], within(blobMs)),
        );
      }),
    readUrl,
  };

  async function copyLarge(
    target: BlockBlobClient,
    url: string,
    { sourceConditions, signal }: { sourceConditions: { ifMatch: string }; signal: AbortSignal },
  ): Promise<string> {
    const options = { sourceConditions, intervalInMs: COPY_POLL_MS, abortSignal: signal };
    const poller = await use(() => target.beginCopyFromURL(url, options));
    const { copyStatus } = await poller.pollUntilDone();
    if (copyStatus !== 'success') throw new CopySourceError(`The copy ended as ${copyStatus ?? 'unknown'}.`);
    return quoted((await use(() => target.getProperties(within(pingMs)))).etag);
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
