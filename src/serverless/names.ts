/** Functions of the slice. Histories hold these names, so they never change. */
export const RUN = 'serverless_run';
export const DELIVERY = 'serverless_delivery';
export const DROP = 'serverless_dropAll';
export const WORK = 'serverless_work';
export const DELIVER = 'serverless_deliver';
export const DROP_PAGE = 'serverless_dropPage';

/** A request's instance. Ids of operations have no colon, so the two cannot be confused. */
export const instanceOf = (endpoint: string, requestID: string) => `sl-run:${endpoint}:${requestID}`;
/** Delivers its webhook after the first attempt failed, or when it ended before it ran; later rounds are redeliveries. */
export const deliveryInstanceOf = (endpoint: string, requestID: string, round = 1) =>
  `sl-deliver:${endpoint}:${requestID}${round === 1 ? '' : `:${round}`}`;
/** One per queue: it goes on while there are dropped requests. */
export const dropInstanceOf = (partition: string) => `sl-drop:${partition}`;
