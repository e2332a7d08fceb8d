/** Blobs of one operation have one prefix and are deleted together. */
export const blobPrefix = (operationId: string) => `operations/${operationId}/`;
export const resultBlobName = (operationId: string) => `${blobPrefix(operationId)}result.json`;
export const inputBlobName = (operationId: string) => `${blobPrefix(operationId)}input`;
/** The n-th sub-orchestration of an operation. A client's id has no colon, so none can name a sub-orchestration. */
export const subOrchestrationId = (operationId: string, n: number) => `${operationId}:${n}`;

/** The external event that asks an operation to stop. */
export const CANCEL_EVENT = 'cancel';

/** Functions of the webhooks of operations. Histories hold these names, so they never change. */
export const DELIVERY = 'operations_delivery';
export const DELIVER = 'operations_deliver';
export const START_DELIVERY = 'operations_startDelivery';
/** A delivery of an operation's webhook, from round 1; an id of an operation is longer than `webhook` and has no colon. */
export const deliveryInstanceOf = (operationId: string, round: number) => `webhook:${operationId}:${round}`;

/** Function names have no dots (host contract, 2.3). */
export const functionNameOf = (kind: string) => kind.replaceAll('.', '_');
