import type { OrchestrationContext, Task } from 'durable-functions';
import { commonErrors, type Outcome } from '../platform/errors.js';
import { operationErrors } from './errors.js';
import { CANCEL_EVENT, partId } from './names.js';
import type { Envelope, Progress, RunStatus } from './schemas.js';

/** A part of an orchestrator: it yields durable tasks and returns a T. */
export type Steps<T> = Generator<Task, T>;

const CANCELED = operationErrors.OperationCanceled('').data.code;
/** Longest wait between two durable attempts. */
const MAX_WAIT_MS = 60_000;
/**
 * How soon `all` looks how far its tasks are: at first after 50 ms, then after a tenth of the time that they have taken.
 * An hour takes about a hundred looks, of 4 events each, and the end is seen at most a tenth late.
 */
const FIRST_LOOK_MS = 50;
const LOOK_SHARE = 0.1;

/** Ends an operation's generator once its work has stopped; never leaves the orchestrator. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * One operation while its orchestrator runs: steps, waits and fan-outs that a cancellation cuts short, and what the
 * status monitor shows meanwhile. Only durable means: it is replayed.
 *
 * O1. A task with a number (an activity, a timer, a part) stands in one compound at most; later it is yielded alone.
 *     The product schedules a task again that it meets in a second compound (host contract, 6.7 rule 3).
 * O2. The cancel event has no number, so it may stand in every compound.
 * O3. Progress never goes backwards.
 */
export class Operation {
  readonly id: string;
  private readonly cancelEvent: Task;
  private status: RunStatus = {};
  private parts = 0;

  constructor(
    private readonly context: OrchestrationContext,
    private readonly envelope: Envelope,
  ) {
    this.id = context.df.instanceId;
    this.cancelEvent = context.df.waitForExternalEvent(CANCEL_EVENT);
  }

  get cancelRequested(): boolean {
    return this.cancelEvent.isCompleted;
  }

  /** How often something may be tried in all. */
  get attempts(): number {
    return this.envelope.retry.attempts;
  }

  /** One durable step, tried again in durable timers while its error says that this can help. */
  *step<T>(activity: string, input: object): Steps<Outcome<T>> {
    for (let attempt = 1; ; attempt++) {
      const outcome: Outcome<T> = yield* this.attempt(activity, input);
      if (outcome.ok || !outcome.error.retryable || attempt >= this.attempts) return outcome;
      yield* this.waitForUpstream(attempt);
    }
  }

  /** Waits before the attempt after the `attempt`-th: doubling, at most a minute. */
  *waitForUpstream(attempt: number): Steps<void> {
    this.show({ waitingFor: 'upstream' });
    yield* this.pause(this.waitAfter(attempt));
    this.show({ waitingFor: undefined });
  }

  private waitAfter(attempt: number): number {
    return Math.min(this.envelope.retry.firstWaitMs * 2 ** (attempt - 1), MAX_WAIT_MS);
  }

  /** One attempt at a step. */
  *attempt<T>(activity: string, input: object): Steps<Outcome<T>> {
    const task = this.activity(activity, input);
    yield this.context.df.Task.any([task, this.cancelEvent]);
    if (this.cancelRequested) this.show({ cancelRequested: true });
    // A cancelled activity aborts itself; once it has ended, nothing of the operation runs any more.
    const outcome = yield* settled<T>(task);
    if (this.cancelRequested || isCanceled(outcome)) throw new Stopped();
    return outcome;
  }

  /**
   * A step that puts things in order once the work has ended, however it ended: a cancellation does not cut it short.
   * Its activity is defined with `always`.
   */
  *tidy<T>(activity: string, input: object): Steps<Outcome<T>> {
    for (let attempt = 1; ; attempt++) {
      const outcome = yield* settled<T>(this.activity(activity, input));
      if (outcome.ok || !outcome.error.retryable || attempt >= this.attempts) return outcome;
      yield this.context.df.createTimer(new Date(this.now() + this.waitAfter(attempt)));
    }
  }

  /** Waits so many ms; a cancellation ends the operation. */
  *pause(ms: number): Steps<void> {
    yield* this.look(ms);
    if (this.cancelRequested) throw new Stopped();
  }

  /** An activity that knows which operation it works for. */
  activity(name: string, input: object): Task {
    return this.context.df.callActivity(name, { ...input, operationId: this.id });
  }

  /** A bounded share of the work, as a sub-orchestration of its own. */
  part(functionName: string, input: object): Task {
    const call = { ...input, operationId: this.id };
    return this.context.df.callSubOrchestrator(functionName, call, partId(this.id, this.parts++));
  }

  /**
   * Runs tasks side by side. `onProgress` is told now and then how far they are, the last time when all have ended, with
   * the outcomes in the tasks' order, undefined for what is still running. On cancellation it waits until all have
   * stopped.
   */
  *all<T>(tasks: Task[], onProgress: (outcomes: (Outcome<T> | undefined)[]) => void): Steps<void> {
    const begun = this.now();
    yield this.context.df.Task.any([...tasks, this.cancelEvent]);
    // By O1 the others cannot be waited for together any more; so the clock asks, and only the last one is waited for.
    while (!this.cancelRequested) {
      onProgress(tasks.map((task) => (isOpen(task) ? undefined : outcomeOf<T>(task))));
      if (tasks.filter(isOpen).length <= 1) break;
      yield* this.look(Math.max(FIRST_LOOK_MS, (this.now() - begun) * LOOK_SHARE));
    }
    if (this.cancelRequested) this.show({ cancelRequested: true });
    for (const task of tasks) yield* settled(task);
    if (this.cancelRequested || tasks.some((task) => isCanceled(outcomeOf(task)))) throw new Stopped();
    onProgress(tasks.map((task) => outcomeOf<T>(task)));
  }

  /** Waits, unless it is cancelled meanwhile. */
  private *look(ms: number): Steps<void> {
    const timer = this.context.df.createTimer(new Date(this.now() + ms));
    yield this.context.df.Task.any([timer, this.cancelEvent]);
    if (!timer.isCompleted) timer.cancel();
  }

  /** The replayed clock, ms since the epoch. */
  now(): number {
    return this.context.df.currentUtcDateTime.getTime();
  }

  /** Shows how far it is; what is less than shown before is not shown. */
  report({ total, completed, failed }: Progress): void {
    const before = this.status.progress;
    this.show({
      progress: {
        total,
        completed: Math.max(completed, before?.completed ?? 0),
        failed: Math.max(failed, before?.failed ?? 0),
      },
    });
  }

  /** What the kind's own routes show of it (`Operations.byAlias`), and whether it waits for a service. */
  note(note: unknown, waitingFor?: 'upstream'): void {
    this.show({ note, waitingFor });
  }

  private show(change: RunStatus): void {
    this.status = { ...this.status, ...change };
    this.context.df.setCustomStatus(this.status);
  }
}

/** Waits for one task and returns its outcome; an activity that failed as a whole is an error of ours. */
export function* settled<T>(task: Task): Steps<Outcome<T>> {
  try {
    if (isOpen(task)) yield task;
  } catch {
    // The failure is in the task, where outcomeOf finds it.
  }
  return outcomeOf<T>(task);
}

/** Activities look at the operation's record, so they can know of a cancellation before its event is here. */
export function isCanceled(outcome: Outcome<unknown>): boolean {
  return !outcome.ok && outcome.error.code === CANCELED;
}

function isOpen(task: Task): boolean {
  return !task.isCompleted && !task.isFaulted;
}

function outcomeOf<T>(task: Task): Outcome<T> {
  if (task.isCompleted) return task.result as Outcome<T>;
  return { ok: false, error: commonErrors.InternalError('A step failed on our side.').data };
}
