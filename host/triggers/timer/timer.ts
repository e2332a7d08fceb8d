import { type Clock, type FunctionRetryOptions } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type RpcRetryContext } from '../../app/core-types.js';
import { RetryInterruptedError, runWithRetries } from '../retry.js';
import { type Schedule } from './schedule.js';
import { timerInfo, type TimerStatus } from './timer-info.js';
import { type TimerMonitor } from './timer-monitor.js';

/** One timer function and what it needs. */
export interface TimerOptions {
  name: string;
  schedule: Schedule;
  runOnStartup: boolean;
  /** Absent when the app turned it off or the runs are less than a minute apart. */
  monitor: TimerMonitor | undefined;
  /** Runs the function with its input as JSON text. */
  run: (info: string, retryContext?: RpcRetryContext) => Promise<unknown>;
  /** Absent: a failed run is not retried. */
  retry?: FunctionRetryOptions;
  clock: Clock;
  log: HostLog;
}

/** The value of `last` before the first run. */
const NEVER = 0;

/**
 * One timer function (host contract, 10.1).
 *
 * M1 Runs do not overlap: the next due time is computed after a run has ended.
 * M2 With a monitor, the status on disk names a run as due until the run has ended: after a crash it is caught up at the
 *    next start.
 * M3 A failing handler ends its run, including retries, but not the schedule.
 * M4 `stop` ends a retry delay; with a monitor that run is caught up at the next start, as in M2.
 */
export class Timer {
  readonly #options: TimerOptions;
  #status: TimerStatus = { last: NEVER, next: NEVER, lastUpdated: NEVER };
  #cancel: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();

  constructor(options: TimerOptions) {
    this.#options = options;
  }

  /** Catches up a missed run, or runs immediately for `runOnStartup`; then waits for the first due time. */
  start(): void {
    const now = this.#options.clock.now();
    const due = this.#dueBefore(now);
    if (due !== undefined && due < now) this.#start(now, true);
    else if (this.#options.runOnStartup) this.#start(now, false);
    else this.#wait(now);
  }

  /** Starts no more runs; resolves when the current one has ended. */
  stop(): Promise<void> {
    this.#stop.abort();
    this.#cancel();
    return this.#running;
  }

  /** The next due time that the last host stored. After a change of the schedule it is computed from the last run. */
  #dueBefore(now: number): number | undefined {
    const { monitor, name, schedule } = this.#options;
    const stored = monitor?.read(name);
    if (stored === undefined) return undefined;
    this.#status = stored;
    const expected = schedule.next(stored.last === NEVER ? Math.min(stored.lastUpdated, now) : stored.last);
    return expected === stored.next ? stored.next : expected;
  }

  #wait(now: number): void {
    const { schedule, clock, log, name } = this.#options;
    const due = schedule.next(now);
    if (due === undefined) {
      log.log('warning', `Function.${name}`, 'Its schedule has no further due time.');
      return;
    }
    this.#store({ ...this.#status, next: due, lastUpdated: now });
    if (this.#stop.signal.aborted) return;
    this.#cancel = clock.at(due, () => this.#start(due, false));
  }

  #start(due: number, isPastDue: boolean): void {
    this.#running = this.#runOnce(due, isPastDue);
  }

  async #runOnce(due: number, isPastDue: boolean): Promise<void> {
    const { clock, log, name, monitor } = this.#options;
    try {
      await this.#attempt(timerInfo(monitor === undefined ? null : this.#status, isPastDue));
    } catch (error) {
      if (error instanceof RetryInterruptedError) return; // M4
      const reason = error instanceof Error ? error.stack : String(error);
      log.log('error', `Function.${name}`, `The timer's run failed: ${reason ?? ''}`); // M3
    }
    this.#status = { ...this.#status, last: due };
    this.#wait(Math.max(clock.now(), due)); // M1
  }

  #attempt(info: string): Promise<unknown> {
    const { run, retry, clock, log, name } = this.#options;
    if (retry === undefined) return run(info);
    const options = { functionName: name, policy: retry, clock, log, signal: this.#stop.signal };
    return runWithRetries(options, (context) => run(info, context));
  }

  #store(status: TimerStatus): void {
    this.#status = status;
    const { monitor, name, log } = this.#options;
    try {
      monitor?.write(name, status);
    } catch (error) {
      log.log('error', `Function.${name}`, `The timer's status cannot be written: ${String(error)}`);
    }
  }
}
