/** Functions of the slice. */
export const REQUEST = 'serverless_request';
export const CLEAN = 'serverless_clean';
export const TEND = 'serverless_tend';
export const QUEUE_ENTITY = 'serverless_queue';
export const PAGE_ENTITY = 'serverless_page';
export const CALL_WORKER = 'serverless_callWorker';
export const START_OPERATION = 'serverless_startOperation';
export const LOOK_AT_OPERATION = 'serverless_lookAtOperation';
export const CANCEL_OPERATION = 'serverless_cancelOperation';
export const SETTLE = 'serverless_settle';
export const DROP = 'serverless_drop';
export const DELETE_BLOBS = 'serverless_deleteBlobs';

/** External events of a request. */
export const TURN_EVENT = 'turn';
export const CANCEL_EVENT = 'cancel';

/** A request's instance; operations' own ids have no colon, so neither is ever taken for the other. */
export const instanceOf = (endpoint: string, requestID: string) => `sl:${endpoint}:${requestID}`;
export const cleanInstanceOf = (endpoint: string, cleanID: string) => `sl-clean:${endpoint}:${cleanID}`;
/** One per endpoint: two runs at once would do the same. */
export const tendInstanceOf = (endpoint: string) => `sl-tend:${endpoint}`;

export const blobPrefix = (endpoint: string, requestID: string) => `serverless/${endpoint}/${requestID}/`;
export const inputBlobOf = (endpoint: string, requestID: string) => `${blobPrefix(endpoint, requestID)}input`;
export const resultBlobOf = (endpoint: string, requestID: string) => `${blobPrefix(endpoint, requestID)}result`;
