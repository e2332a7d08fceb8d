import { type Environment, resolveSettings } from '../../config/app-settings.js';
import { type Clock, type HostFunction } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type Invoker } from '../../app/invoker.js';
import { parseSchedule, type Schedule } from './schedule.js';
import { createTimerMonitor, type TimerMonitor } from './timer-monitor.js';
import { Timer } from './timer.js';

export interface TimersOptions {
  functions: readonly HostFunction[];
  invoke: Invoker['invoke'];
  isDisabled: (fn: HostFunction) => boolean;
  clock: Clock;
  log: HostLog;
  stateDir: string;
  env: Environment;
}

export interface Timers {
  /** Begins no more runs; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** Runs closer together than this are not worth a status on disk (host contract, 10.1). */
const MONITOR_FROM_MS = 60_000;

/** Starts the app's timer functions. One that cannot be scheduled is reported and left out. */
export function startTimers(options: TimersOptions): Timers {
  const monitor = createTimerMonitor(options.stateDir);
  const timers = options.functions
    .filter((fn) => fn.trigger.type.toLowerCase() === 'timertrigger' && !options.isDisabled(fn))
    .flatMap((fn) => createTimer(fn, monitor, options) ?? []);
  for (const timer of timers) timer.start();
  return { stop: () => Promise.all(timers.map((timer) => timer.stop())).then(() => undefined) };
}

function createTimer(
  fn: HostFunction,
  monitor: TimerMonitor,
  { clock, log, invoke, env }: TimersOptions,
): Timer | undefined {
  const { schedule: text, runOnStartup, useMonitor } = fn.trigger;
  try {
    if (typeof text !== 'string') throw new Error('it has no schedule');
    const schedule = parseSchedule(resolveSettings(text, env), env.WEBSITE_TIME_ZONE);
    const monitored = useMonitor !== false && isSparse(schedule, clock.now());
    return new Timer({
      name: fn.name,
      schedule,
      runOnStartup: runOnStartup === true,
      monitor: monitored ? monitor : undefined,
      run: (info, retryContext) => invoke(fn, { triggerData: { json: info }, retryContext }),
      retry: fn.retryOptions,
      clock,
      log,
    });
  } catch (error) {
    log.log('error', 'Host.Startup', `The timer "${fn.name}" is not served: ${(error as Error).message}.`);
    return undefined;
  }
}

/** @throws Error when the schedule never comes round */
function isSparse(schedule: Schedule, now: number): boolean {
  const first = schedule.next(now);
  if (first === undefined) throw new Error('its schedule never occurs');
  return (schedule.next(first) ?? Infinity) - first >= MONITOR_FROM_MS;
}
