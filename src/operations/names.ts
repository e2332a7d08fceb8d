/** Blobs of one operation, under one prefix: they are deleted together. */
export const blobPrefix = (operationId: string) => `operations/${operationId}/`;
export const resultBlobName = (operationId: string) => `${blobPrefix(operationId)}result.json`;
export const inputBlobName = (operationId: string) => `${blobPrefix(operationId)}input`;
/** A zip that is stored while it streams in (docs/contracts/bank-map.md); it goes with the operation. */
export const workBlobName = (operationId: string) => `work/${operationId}.zip`;

/** The n-th part of an operation; a client's own ids have no colon, so no part is ever taken for an operation. */
export const partId = (operationId: string, part: number) => `${operationId}:${part}`;

/** The external event that asks an operation to stop. */
export const CANCEL_EVENT = 'cancel';

/** Function names have no dots (host contract, 2.3). */
export const functionNameOf = (kind: string) => kind.replaceAll('.', '_');
