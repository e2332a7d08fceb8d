import { type Environment, resolveSettings } from '../../config/app-settings.js';
import { type Clock, type HostFunction } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type Invoker } from '../../app/invoker.js';
import { parseSchedule, type Schedule } from './schedule.js';
import { createTimerMonitor, type TimerMonitor } from './timer-monitor.js';
import { Timer } from './timer.js';

/** What the timers need from the host. */
interface TimersOptions {
  functions: readonly HostFunction[];
  invoke: Invoker['invoke'];
  isDisabled: (fn: HostFunction) => boolean;
  clock: Clock;
  log: HostLog;
  stateDir: string;
  env: Environment;
}

/** The running timers of an app. */
export interface Timers {
  /** Starts no more runs; resolves when the current ones have ended. */
  stop(): Promise<void>;
}

/** Timers with shorter intervals have no status on disk (host contract, 10.1). */
const MONITOR_FROM_MS = 60_000;

/** Starts the app's timer functions. A function with an invalid schedule is reported and left out. */
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
    const monitored = useMonitor !== false && isMonitorable(schedule, clock.now());
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
    log.log('error', 'Host.Startup', `The timer "${fn.name}" does not run: ${(error as Error).message}.`);
    return undefined;
  }
}

/** @throws Error when the schedule has no due time */
function isMonitorable(schedule: Schedule, now: number): boolean {
  const first = schedule.next(now);
  if (first === undefined) throw new Error('its schedule has no due time');
  return (schedule.next(first) ?? Infinity) - first >= MONITOR_FROM_MS;
}
