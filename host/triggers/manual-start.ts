import { type Invoker } from '../app/invoker.js';
import { type HostFunction, type InvocationRequest } from '../contracts.js';
import { manualRequest } from './queue/queue-request.js';
import { type BlobTriggers, isBlobTrigger } from './blob/blob-triggers.js';
import { timerInfo } from './timer/timer-info.js';

/** Triggers with callers of their own: the admin endpoint does not start these functions (host contract, 3.4). */
const STARTED_BY_CALLERS = new Set(['httptrigger', 'orchestrationtrigger', 'activitytrigger', 'entitytrigger']);

/**
 * Runs a function for `POST /admin/functions/{name}` (host contract, 3.4).
 *
 * @returns a function that answers undefined for a function that is not started this way
 */
export function manualStart(invoke: Invoker['invoke'], blobs: Pick<BlobTriggers, 'manualRequest'>) {
  return (fn: HostFunction, input: string): Promise<void> | undefined => {
    const type = fn.trigger.type.toLowerCase();
    if (STARTED_BY_CALLERS.has(type)) return undefined;
    const request = isBlobTrigger(fn) ? blobs.manualRequest(fn, input) : Promise.resolve(requestFor(type, input));
    return request.then((found) => invoke(fn, found)).then(() => undefined);
  };
}

function requestFor(type: string, input: string): InvocationRequest {
  if (type === 'timertrigger') return { triggerData: { json: timerInfo(null, false) } };
  return type === 'queuetrigger' ? manualRequest(input, Date.now()) : { triggerData: { string: input } };
}
