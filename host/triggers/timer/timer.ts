import { type Clock, type FunctionRetryOptions } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type RpcRetryContext } from '../../app/core-types.js';
import { RetryInterruptedError, retrying } from '../retry.js';
import { type Schedule } from './schedule.js';
import { timerInfo, type TimerStatus } from './timer-info.js';
import { type TimerMonitor } from './timer-monitor.js';

export interface TimerOptions {
  name: string;
  schedule: Schedule;
  runOnStartup: boolean;
  /** Absent when the app turned it off, or the schedule is too dense for it. */
  monitor: TimerMonitor | undefined;
  /** Runs the function with the timer's JSON. */
  run: (info: string, retryContext?: RpcRetryContext) => Promise<unknown>;
  /** What becomes of a run that failed; without a policy it has failed for good. */
  retry?: FunctionRetryOptions;
  clock: Clock;
  log: HostLog;
}

/** Given to `Last` before a first run. */
const NEVER = 0;

/**
 * One timer function (host contract, 10.1).
 *
 * M1 At most one run is under way: the next due time is computed, and waited for, after a run has ended.
 * M2 With a monitor, the status on disk says when the next run is due from before that run until it has ended: a host
 *    that dies in between makes up for it at its next start.
 * M3 A failing handler ends its run, retries included, and nothing else.
 * M4 `stop` ends a wait for a retry; with a monitor that run is made up for at the next start, as in M2.
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

  /** Makes up for a missed run, or runs at once when the app wants that; then waits for the first due time. */
  start(): void {
    const now = this.#options.clock.now();
    const due = this.#dueBefore(now);
    if (due !== undefined && due < now) this.#begin(now, true);
    else if (this.#options.runOnStartup) this.#begin(now, false);
    else this.#wait(now);
  }

  /** Begins no more runs; resolves when the one under way has ended. */
  stop(): Promise<void> {
    this.#stop.abort();
    this.#cancel();
    return this.#running;
  }

  /** When this timer should have run next, as the last host left it. A changed schedule counts from the last run. */
  #dueBefore(now: number): number | undefined {
    const { monitor, name, schedule } = this.#options;
    const known = monitor?.read(name);
    if (known === undefined) return undefined;
    this.#status = known;
    const expected = schedule.next(known.last === NEVER ? Math.min(known.lastUpdated, now) : known.last);
    return expected === known.next ? known.next : expected;
  }

  #wait(now: number): void {
    const { schedule, clock, log, name } = this.#options;
    const due = schedule.next(now);
    if (due === undefined) {
      log.log('warning', `Function.${name}`, 'Its schedule has no further occurrence.');
      return;
    }
    this.#remember({ ...this.#status, next: due, lastUpdated: now });
    if (this.#stop.signal.aborted) return;
    this.#cancel = clock.at(due, () => this.#begin(due, false));
  }

  #begin(due: number, isPastDue: boolean): void {
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
    return retrying(options, (context) => run(info, context));
  }

  #remember(status: TimerStatus): void {
    this.#status = status;
    const { monitor, name, log } = this.#options;
    try {
      monitor?.write(name, status);
    } catch (error) {
      log.log('error', `Function.${name}`, `The timer's status cannot be written: ${String(error)}`);
    }
  }
}
