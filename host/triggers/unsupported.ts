import { STORAGE_BINDINGS } from '../bindings/storage-bindings.js';
import { type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';
import { takesRetryPolicy } from './retry.js';

/** Triggers that this host listens for or that have callers: clients, orchestrations. */
const SUPPORTED_TRIGGERS = new Set([
  'httptrigger',
  'orchestrationtrigger',
  'activitytrigger',
  'entitytrigger',
  'timertrigger',
  'queuetrigger',
  'blobtrigger',
]);

/** Bindings that this host reads or writes. */
const SUPPORTED_BINDINGS = new Set(['durableclient', 'http', ...STORAGE_BINDINGS]);

/** Warns at the start about triggers, retry policies and bindings that this host does not support (docs/host.md). */
export function reportUnsupported(functions: readonly HostFunction[], log: HostLog): void {
  for (const fn of functions) {
    const type = fn.trigger.type.toLowerCase();
    if (!SUPPORTED_TRIGGERS.has(type)) {
      report(
        log,
        `${fn.name}: this host does not listen for a ${fn.trigger.type}; start it through /admin/functions/${fn.name}.`,
      );
    }
    if (fn.retryOptions !== undefined && !takesRetryPolicy(type)) {
      report(
        log,
        `${fn.name}: its retry policy is ignored, as in the genuine host: a ${fn.trigger.type} does not support retries.`,
      );
    }
    for (const [name, binding] of Object.entries(fn.bindings)) {
      if (binding.sdkBinding === true) {
        report(log, `${fn.name}: "${name}" requires an SDK client (sdkBinding), but gets plain data on this host.`);
      }
      if (binding !== fn.trigger && !SUPPORTED_BINDINGS.has(binding.type.toLowerCase())) {
        report(log, `${fn.name}: the binding "${name}" of type ${binding.type} has no data on this host.`);
      }
    }
  }
}

function report(log: HostLog, message: string): void {
  log.log('warning', 'Host.Startup', message);
}
