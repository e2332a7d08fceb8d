import { type Clock, type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';
import { type Invoker } from '../worker/invoke.js';

export interface TimersOptions {
  functions: readonly HostFunction[];
  invoke: Invoker['invoke'];
  isDisabled(fn: HostFunction): boolean;
  clock: Clock;
  log: HostLog;
  options: { stateDir: string };
}
export function startTimers(_options: TimersOptions): { stop(): void } {
  return { stop: () => undefined };
}
