import {
  BlobSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  SASProtocol,
  type BlobClient,
  type ContainerClient,
  type ServiceGetUserDelegationKeyResponse,
} from '@azure/storage-blob';
import { type StorageLocation } from './storage-location.js';

/** Gives URLs that work without a key: signed with the key of the account, or with one that its identity gets. */
export interface SasSigner {
  /** Whether credentials of uploads can end early: only the key of the account signs those with a stored policy. */
  endsUploads: boolean;
  /** A URL that reads a blob, or a snapshot of one, for the given minutes. */
  readUrl(blob: BlobClient, minutes: number): Promise<string>;
  /** A URL by which a client creates, writes and lists blobs of a container until its end. */
  uploadUrl(container: ContainerClient, until: Date): Promise<string>;
}

/** Name of the stored access policy by which the credentials of uploads can be ended. */
export const UPLOAD_POLICY = 'upload';
/** What a client may do with the credentials of uploads: create, write and list. */
export const UPLOAD_PERMISSIONS = ContainerSASPermissions.parse('cwl');

/** A credential is valid from before, as clocks differ. */
const CLOCK_SKEW_MS = 5 * 60_000;
export const skewedNow = (): Date => new Date(Date.now() - CLOCK_SKEW_MS);

/**
 * How long a user delegation key is valid. Twice the longest life of a SAS: so a key signs for a day. Azure's limit is
 * seven days (https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key).
 */
const KEY_MS = 2 * 24 * 3_600_000;

/** The client of a storage account. Its calls are not repeated (retried.ts). */
export function blobServiceOf(location: StorageLocation): BlobServiceClient {
  const options = { retryOptions: { maxTries: 1 } };
  return typeof location === 'string'
    ? BlobServiceClient.fromConnectionString(location, options)
    : new BlobServiceClient(location.blobUrl, location.credential, options);
}

/** @param getKey gets a user delegation key; only called where the account's key is not known */
export function createSigner(
  service: BlobServiceClient,
  location: StorageLocation,
  getKey: (from: Date, until: Date) => Promise<ServiceGetUserDelegationKeyResponse>,
): SasSigner {
  // An emulator has no https.
  const protocol = service.url.startsWith('https:') ? SASProtocol.Https : SASProtocol.HttpsAndHttp;
  const permissions = BlobSASPermissions.parse('r');
  const validFor = (minutes: number) => ({
    permissions,
    protocol,
    startsOn: skewedNow(),
    expiresOn: new Date(Date.now() + minutes * 60_000),
  });
  if (typeof location === 'string')
    return {
      endsUploads: true,
      readUrl: (blob, minutes) => blob.generateSasUrl(validFor(minutes)),
      // What the policy has, the token may not have too.
      uploadUrl: (container) => container.generateSasUrl({ identifier: UPLOAD_POLICY, protocol }),
    };
  const keyUntil = keptKey(getKey);
  return {
    endsUploads: false,
    async readUrl(blob, minutes) {
      const values = validFor(minutes);
      return blob.generateUserDelegationSasUrl(values, await keyUntil(values.expiresOn));
    },
    async uploadUrl(container, until) {
      const values = { permissions: UPLOAD_PERMISSIONS, protocol, startsOn: skewedNow(), expiresOn: until };
      return container.generateUserDelegationSasUrl(values, await keyUntil(until));
    },
  };
}

/** A SAS ends with its key: a key is kept while it lasts as long as the SAS that is wanted. */
function keptKey(getKey: (from: Date, until: Date) => Promise<ServiceGetUserDelegationKeyResponse>) {
  let kept: { until: Date; key: Promise<ServiceGetUserDelegationKeyResponse> } | undefined;
  return (wanted: Date) => {
    if (kept && kept.until >= wanted) return kept.key;
    const until = new Date(Date.now() + KEY_MS);
    const entry = { until, key: getKey(skewedNow(), until) };
    kept = entry;
    // After a failure, the next caller tries again.
    entry.key.catch(() => {
      if (kept === entry) kept = undefined;
    });
    return entry.key;
  };
}
