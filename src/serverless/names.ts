/** Functions of the slice. Histories hold these names, so they never change. */
export const REQUEST = 'serverless_request';
export const CLEAN = 'serverless_clean';
export const RECONCILE = 'serverless_tend';
export const QUEUE_ENTITY = 'serverless_queue';
export const PAGE_ENTITY = 'serverless_page';
export const CALL_WORKER = 'serverless_callWorker';
export const START_OPERATION = 'serverless_startOperation';
export const POLL_OPERATION = 'serverless_lookAtOperation';
export const CANCEL_OPERATION = 'serverless_cancelOperation';
export const GRANT_AND_DELIVER = 'serverless_settle';
export const CANCEL_REQUESTS = 'serverless_drop';
export const DELETE_BLOBS = 'serverless_deleteBlobs';

/** Operations of a queue's entity. */
export const RECONCILE_QUEUE = 'tend';

/** External events of a request. */
export const GRANT_EVENT = 'turn';
export const CANCEL_EVENT = 'cancel';

/** A request's instance. Ids of operations have no colon, so the two cannot be confused. */
export const instanceOf = (endpoint: string, requestID: string) => `sl:${endpoint}:${requestID}`;
export const cleanInstanceOf = (endpoint: string, cleanID: string) => `sl-clean:${endpoint}:${cleanID}`;
/** One per endpoint: two runs at a time would do the same. */
export const reconcileInstanceOf = (endpoint: string) => `sl-tend:${endpoint}`;

export const blobPrefix = (endpoint: string, requestID: string) => `serverless/${endpoint}/${requestID}/`;
export const inputBlobOf = (endpoint: string, requestID: string) => `${blobPrefix(endpoint, requestID)}input`;
export const resultBlobOf = (endpoint: string, requestID: string) => `${blobPrefix(endpoint, requestID)}result`;
