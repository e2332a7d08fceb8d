import { ulid } from 'ulid';

/** The zip of an operation, stored while it streams in (docs/contracts/bank-map.md). */
export const zipBlobName = (operationId: string) => `work/${operationId}.zip`;
/** Of a start that may come more than once. It begins as the other name, so that it is deleted with the operation. */
export const newZipBlobName = (operationId: string) => `${zipBlobName(operationId)}/${ulid()}.zip`;
