import { type BlockBlobClient, type ContainerClient } from '@azure/storage-blob';
import { createOn404, undefinedOn, undefinedOn404, withTimeout } from '../../bindings/storage-clients.js';

/** The container of the host's own blobs, as in Azure. */
export const HOSTS_CONTAINER = 'azure-webjobs-hosts';
/** Lease of a receipt while its message is sent (BlobReceiptManager.cs). */
const LEASE_S = 30;
/** Metadata of the receipt of a version whose message may not have been sent. */
const INCOMPLETE = { Incomplete: 'Incomplete' };

/** One version of one blob. */
export interface BlobVersion {
  container: string;
  name: string;
  /** With quotes, as in the genuine host. */
  etag: string;
}

/**
 * Receipts of the blob versions for which a message was sent, in the format of the genuine host: a receipt without the
 * metadata `Incomplete` is complete.
 */
export class BlobReceipts {
  readonly #container: ContainerClient;
  readonly #hostId: string;

  constructor(container: ContainerClient, hostId: string) {
    this.#container = container;
    this.#hostId = hostId;
  }

  /**
   * Sends the message of a version unless it was sent before. After a kill between sending and completing the receipt it
   * is sent again.
   *
   * @returns whether the message was sent now or before; false when another host is sending it
   */
  async sendOnce(functionId: string, version: BlobVersion, send: () => Promise<void>): Promise<boolean> {
    const { container, name, etag } = version;
    const path = `blobreceipts/${this.#hostId}/${functionId}/${etag}/${container}/${name}`;
    const receipt = this.#container.getBlockBlobClient(path);
    const state = await stateOf(receipt);
    if (state === 'complete') return true;
    if (state === undefined && !(await this.#create(receipt))) return false;
    const lease = receipt.getBlobLeaseClient();
    if ((await undefinedOn([404, 409], () => lease.acquireLease(LEASE_S, withTimeout()))) === undefined) return false;
    try {
      if ((await stateOf(receipt)) === 'complete') return true;
      await send();
      const conditions = { leaseId: lease.leaseId };
      await undefinedOn([404, 412], () => receipt.setMetadata({}, { conditions, ...withTimeout() }));
      return true;
    } finally {
      await undefinedOn([404, 409], () => lease.releaseLease(withTimeout()));
    }
  }

  /** @returns false when another host has created it */
  async #create(receipt: BlockBlobClient): Promise<boolean> {
    const options = { metadata: INCOMPLETE, conditions: { ifNoneMatch: '*' } };
    const created = await undefinedOn([409, 412], () =>
      createOn404(
        () => receipt.upload('', 0, { ...options, ...withTimeout() }),
        () => this.#container.createIfNotExists(withTimeout()),
      ),
    );
    return created !== undefined;
  }
}

async function stateOf(receipt: BlockBlobClient): Promise<'complete' | 'incomplete' | undefined> {
  const properties = await undefinedOn404(() => receipt.getProperties(withTimeout()));
  if (properties === undefined) return undefined;
  const names = Object.keys(properties.metadata ?? {}).map((name) => name.toLowerCase());
  return names.includes('incomplete') ? 'incomplete' : 'complete';
}
