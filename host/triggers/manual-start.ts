import { STORAGE_BINDINGS } from '../bindings/storage-bindings.js';
import { type HostFunction, type InvocationRequest } from '../contracts.js';
import { type HostLog } from '../log.js';
import { type Invoker } from '../app/invoker.js';
import { manualRequest } from './queue/queue-request.js';
import { takesRetryPolicy } from './retry.js';
import { timerInfo } from './timer/timer-info.js';

/** Triggers that have a caller of their own, which knows what their input looks like. */
const OWN_CALLERS = new Set(['httptrigger', 'orchestrationtrigger', 'activitytrigger', 'entitytrigger']);
const TIMER = 'timertrigger';
const QUEUE = 'queuetrigger';
const LISTENED_TO = new Set([...OWN_CALLERS, TIMER, QUEUE]);

/** Bindings that this host gives a value or takes one from. */
const SERVED_BINDINGS = new Set(['durableclient', 'http', ...STORAGE_BINDINGS]);

/** Runs a function for `POST /admin/functions/{name}` (host contract, 3.4). */
export function adminStart(invoke: Invoker['invoke']) {
  return (fn: HostFunction, input: string): Promise<void> | undefined => {
    const type = fn.trigger.type.toLowerCase();
    if (OWN_CALLERS.has(type)) return undefined;
    return invoke(fn, requestFor(type, input)).then(() => undefined);
  };
}

function requestFor(type: string, input: string): InvocationRequest {
  if (type === TIMER) return { triggerData: { json: timerInfo(null, false) } };
  return type === QUEUE ? manualRequest(input, Date.now()) : { triggerData: { string: input } };
}

/** Says at the start which triggers and bindings nothing will serve, so that nobody waits for them. */
export function reportUnserved(functions: readonly HostFunction[], log: HostLog): void {
  for (const fn of functions) {
    const type = fn.trigger.type.toLowerCase();
    if (!LISTENED_TO.has(type)) {
      report(
        log,
        `${fn.name}: no listener for a ${fn.trigger.type}; it runs only through /admin/functions/${fn.name}.`,
      );
    }
    if (fn.retryOptions !== undefined && !takesRetryPolicy(type)) {
      report(log, `${fn.name}: its retry policy is not applied, as in the product: a ${fn.trigger.type} takes none.`);
    }
    for (const [name, binding] of Object.entries(fn.bindings)) {
      if (binding.sdkBinding === true) {
        report(log, `${fn.name}: "${name}" asks for an SDK client (sdkBinding), but gets plain data on this host.`);
      }
      if (binding !== fn.trigger && !SERVED_BINDINGS.has(binding.type.toLowerCase())) {
        report(log, `${fn.name}: the binding "${name}" of type ${binding.type} carries no data on this host.`);
      }
    }
  }
}

function report(log: HostLog, message: string): void {
  log.log('warning', 'Host.Startup', message);
}
