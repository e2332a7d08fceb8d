/** The zip of an operation, stored while it streams in (docs/contracts/bank-map.md). */
export const zipBlobName = (operationId: string) => `work/${operationId}.zip`;
