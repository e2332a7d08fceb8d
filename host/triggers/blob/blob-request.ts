import { type BlobGetPropertiesResponse } from '@azure/storage-blob';
import { type InvocationRequest, type TypedData } from '../../contracts.js';

/** A blob that starts a function. */
export interface TriggeringBlob {
  /** `container/name` */
  path: string;
  url: string;
  properties: BlobGetPropertiesResponse;
  content: Buffer;
  /** Of the trigger's path. */
  parameters: Record<string, string>;
}

/**
 * The invocation for a blob (BlobTriggerBinding.cs). The content is bytes, whatever the binding's `dataType`, which the
 * genuine host ignores for triggers (TriggerAdapterBindingProvider.cs).
 */
export function blobRequest({ path, url, properties, content, parameters }: TriggeringBlob): InvocationRequest {
  const metadata: Record<string, TypedData> = {
    BlobTrigger: { string: path },
    Uri: json(url),
    Properties: json(propertiesOf(properties)),
    Metadata: json(properties.metadata ?? {}),
  };
  const own = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  for (const [name, value] of Object.entries(parameters))
    metadata[own.get(name.toLowerCase()) ?? name] = { string: value };
  return { triggerData: { bytes: content }, triggerMetadata: metadata };
}

const BLOB_TYPES = ['BlockBlob', 'PageBlob', 'AppendBlob'];
const LEASE_STATES = ['available', 'leased', 'expired', 'breaking', 'broken'];
const COPY_STATUSES = ['pending', 'success', 'aborted', 'failed'];
/** .NET's minimum date: no date. */
const NO_DATE = '0001-01-01T00:00:00+00:00';

/** The JSON of .NET's `BlobProperties`. */
function propertiesOf(blob: BlobGetPropertiesResponse): Record<string, unknown> {
  return {
    LastModified: dateOf(blob.lastModified),
    CreatedOn: dateOf(blob.createdOn),
    Metadata: blob.metadata ?? {},
    ObjectReplicationDestinationPolicyId: blob.objectReplicationDestinationPolicyId ?? null,
    ObjectReplicationSourceProperties: blob.objectReplicationSourceProperties ?? null,
    BlobType: Math.max(0, BLOB_TYPES.indexOf(blob.blobType ?? '')),
    CopyCompletedOn: dateOf(blob.copyCompletedOn),
    CopyStatusDescription: blob.copyStatusDescription ?? null,
    CopyId: blob.copyId ?? null,
    CopyProgress: blob.copyProgress ?? null,
    CopySource: blob.copySource ?? null,
    CopyStatus: Math.max(0, COPY_STATUSES.indexOf(blob.copyStatus ?? '')),
    BlobCopyStatus: blob.copyStatus === undefined ? null : COPY_STATUSES.indexOf(blob.copyStatus),
    IsIncrementalCopy: blob.isIncrementalCopy ?? false,
    LeaseDuration: blob.leaseDuration === 'fixed' ? 1 : 0,
    LeaseState: Math.max(0, LEASE_STATES.indexOf(blob.leaseState ?? '')),
    LeaseStatus: blob.leaseStatus === 'locked' ? 0 : 1,
    ContentLength: blob.contentLength ?? 0,
    ContentType: blob.contentType ?? null,
    ETag: {},
    ContentHash: blob.contentMD5 === undefined ? null : Buffer.from(blob.contentMD5).toString('base64'),
    ContentEncoding: blob.contentEncoding ?? null,
    ContentDisposition: blob.contentDisposition ?? null,
    ContentLanguage: blob.contentLanguage ?? null,
    CacheControl: blob.cacheControl ?? null,
    BlobSequenceNumber: blob.blobSequenceNumber ?? 0,
    AcceptRanges: blob.acceptRanges ?? null,
    BlobCommittedBlockCount: blob.blobCommittedBlockCount ?? 0,
    IsServerEncrypted: blob.isServerEncrypted ?? false,
    EncryptionKeySha256: blob.encryptionKeySha256 ?? null,
    EncryptionScope: blob.encryptionScope ?? null,
    AccessTier: blob.accessTier ?? null,
    AccessTierInferred: blob.accessTierInferred ?? false,
    ArchiveStatus: blob.archiveStatus ?? null,
    AccessTierChangedOn: dateOf(blob.accessTierChangedOn),
    VersionId: blob.versionId ?? null,
    IsLatestVersion: blob.isCurrentVersion ?? false,
    TagCount: blob.tagCount ?? 0,
    ExpiresOn: dateOf(blob.expiresOn),
    IsSealed: blob.isSealed ?? false,
    RehydratePriority: blob.rehydratePriority ?? null,
    LastAccessed: dateOf(blob.lastAccessed),
    ImmutabilityPolicy: {
      ExpiresOn: blob.immutabilityPolicyExpiresOn?.toISOString() ?? null,
      PolicyMode: blob.immutabilityPolicyMode ?? null,
    },
    HasLegalHold: blob.legalHold ?? false,
  };
}

function dateOf(date: Date | undefined): string {
  return date?.toISOString().replace(/(?:\.000)?Z$/, '+00:00') ?? NO_DATE;
}

function json(value: unknown): TypedData {
  return { json: JSON.stringify(value) };
}
