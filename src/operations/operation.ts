import { type OrchestrationContext, type Task } from 'durable-functions';
import { commonErrors, type Outcome } from '../platform/errors.js';
import { telemetry } from '../platform/telemetry/index.js';
import { durableBackoffMs, FailedCalls, retryDurably, type DurableRetry, type Steps } from './durable-retry.js';
import { operationErrors } from './errors.js';
import { CANCEL_EVENT, subOrchestrationId } from './names.js';
import { type Envelope, type Progress, type RunStatus } from './schemas.js';
import { RESUMED_EVENT, TRY_EVERY_MS } from './upstreams/names.js';

/** Longest wait between two durable attempts, ms. */
const MAX_WAIT_MS = 60_000;
/** Waits for room in a process, ms: they double, up to the longest. */
const FIRST_ROOM_WAIT_MS = 250;
const MAX_ROOM_WAIT_MS = 5_000;
/** How long an operation waits for the event of a resume before it looks itself, ms; the event is lost only by a fault. */
const LONGEST_PAUSE_MS = 3_600_000;
/**
 * When `all` checks the progress of its tasks: first after 50 ms, then after a tenth of the time that they have taken.
 * An hour has about a hundred checks of 4 history events each, and the end is seen at most a tenth late.
 */
const FIRST_CHECK_MS = 50;
const CHECK_SHARE = 0.1;
/** Azure rounds the wait of a timer down to whole seconds, and a wait of less to nothing; a check waits at least these. */
const SECOND_MS = 1_000;
/** The share in a window after a check that found no end: each check is about 6 storage calls in Azure. */
const NEXT_CHECK_SHARE = 0.25;

/** A task that has ended, with its outcome. */
export interface Ended<T> {
  task: Task;
  outcome: Outcome<T>;
}

/** Work whose tasks run side by side in a window. */
export interface WindowWork<T> {
  /** Schedules the tasks that may begin now. @param running the number of tasks that run */
  begin: (running: number) => Task[];
  /**
   * Gets tasks that have ended; when the operation is canceled, at the end all of them that were not cut short.
   * @param running the number of tasks that still run
   */
  onEnded: (ended: Ended<T>[], running: number) => void;
}

/** Thrown when a canceled operation's work has stopped; the orchestrator catches it. */
export class CanceledSignal extends Error {
  override readonly name = 'CanceledSignal';
}

/**
 * One operation while its orchestrator runs: steps, waits and fan-outs that a cancellation cuts short, and what the
 * status monitor shows meanwhile. It is replayed, so it uses only durable means.
 *
 * O1. A task with an id (an activity, a timer, a sub-orchestration) is a member of at most one `Task.any` or `Task.all`;
 *     later it is yielded alone. The library schedules a task again in a second one (host contract, 6.7 rule 3).
 * O2. External events have no id, so they may be members of each. A wait for an own event is kept until the event
 *     arrives: the library gives an event to the wait that began last.
 * O3. Progress never goes backwards.
 */
export class Operation {
  readonly id: string;
  readonly #cancelEvent: Task;
  /** Own events that have not arrived yet, by name. */
  readonly #events = new Map<string, Task>();
  #status: RunStatus = {};
  #subOrchestrations = 0;
  #pausedMs = 0;

  readonly #context: OrchestrationContext;
  readonly #envelope: Envelope;

  constructor(context: OrchestrationContext, envelope: Envelope) {
    this.#context = context;
    this.#envelope = envelope;

    this.id = context.df.instanceId;
    this.#cancelEvent = context.df.waitForExternalEvent(CANCEL_EVENT);
    this.#setStatus({}); // it runs from now on
  }

  /** Shows the time of its end. */
  ended(): void {
    this.#setStatus(this.#status);
  }

  get cancelRequested(): boolean {
    return this.#cancelEvent.isCompleted;
  }

  /** Number of attempts at a step, the first included. */
  get attempts(): number {
    return this.#envelope.retry.attempts;
  }

  /** When it was started, by the clock of the process that took the request. */
  get createdAt(): string {
    return this.#envelope.createdAt;
  }

  /** How long it has waited for paused services, ms; deadlines of a kind move by this time. */
  get pausedMs(): number {
    return this.#pausedMs;
  }

  /** The version of the kind's steps that the operation was started with. */
  get version(): number {
    return this.#envelope.version ?? 1;
  }

  /** Calls an activity, and again after durable waits while its error is retryable. */
  step<T>(activity: string, input: object, canRetry = this.#hasAttemptsLeft): Steps<Outcome<T>> {
    return this.#repeat(() => this.attempt<T>(activity, input), canRetry);
  }

  #repeat<T>(attemptOnce: () => Steps<Outcome<T>>, canRetry = this.#hasAttemptsLeft): Steps<Outcome<T>> {
    const retry: DurableRetry = {
      canRetry: whileLeft(canRetry),
      wait: (attempt, { notCalled }) => this.waitForUpstream(attempt, notCalled),
    };
    return retryDurably(retry, attemptOnce);
  }

  /**
   * A step whose activity returns null when its process has no room for it. It is called again after a durable wait,
   * which holds no activity slot and is no attempt.
   */
  stepWithRoom<T>(activity: string, input: object): Steps<Outcome<T>> {
    return this.#repeat(() => this.#attemptWithRoom<T>(activity, input));
  }

  *#attemptWithRoom<T>(activity: string, input: object): Steps<Outcome<T>> {
    for (let refusals = 1; ; refusals++) {
      const outcome = yield* this.attempt<T | null>(activity, input);
      if (!outcome.ok || outcome.value !== null) return outcome as Outcome<T>;
      yield* this.waitForRoom(refusals);
    }
  }

  /** Waits after a process had no room, for the given time in succession. */
  *waitForRoom(refusals: number): Steps<void> {
    this.#show({ waitingFor: 'capacity' });
    yield* this.sleep(durableBackoffMs(refusals, FIRST_ROOM_WAIT_MS, MAX_ROOM_WAIT_MS));
    this.#show({ waitingFor: undefined });
  }

  readonly #hasAttemptsLeft = (attempt: number): boolean => attempt < this.attempts;

  /**
   * Waits before the attempt that follows the given one: the waits double, up to a minute.
   * @param notCalled whether a circuit breaker refused the call; it lets one through each 5 s
   */
  *waitForUpstream(attempt: number, notCalled = false): Steps<void> {
    this.#countRetry();
    this.#show({ waitingFor: 'upstream' });
    yield* this.sleep(Math.max(this.#backoffMs(attempt), notCalled ? TRY_EVERY_MS : 0));
    this.#show({ waitingFor: undefined });
  }

  /** Waits until a paused service is resumed; the activity that found the pause has recorded that the operation waits. */
  *waitForResume(): Steps<void> {
    yield* this.#showPaused(() => this.sleepUntilEvent(LONGEST_PAUSE_MS, [RESUMED_EVENT]));
  }

  *#showPaused(wait: () => Steps<void>): Steps<void> {
    const begun = this.now();
    this.#show({ waitingFor: 'paused' });
    yield* wait();
    this.#pausedMs += this.now() - begun;
    this.#show({ waitingFor: undefined });
  }

  #backoffMs(attempt: number): number {
    return durableBackoffMs(attempt, this.#envelope.retry.firstWaitMs, MAX_WAIT_MS);
  }

  /** One attempt at a step. An attempt that finds its service paused is none: it is made after the resume. */
  *attempt<T>(activity: string, input: object): Steps<Outcome<T>> {
    for (;;) {
      const outcome = yield* this.#attemptOnce<T>(activity, input);
      if (!isPaused(outcome) || this.#envelope.retry.failsWhenPaused) return outcome;
      yield* this.waitForResume();
    }
  }

  *#attemptOnce<T>(activity: string, input: object): Steps<Outcome<T>> {
    const task = this.activity(activity, input);
    yield this.#context.df.Task.any([task, this.#cancelEvent]);
    if (this.cancelRequested) this.#show({ cancelRequested: true });
    // A canceled activity aborts itself; once it has ended, no work of the operation is left.
    const outcome = yield* settled<T>(task);
    if (this.cancelRequested || isCanceled(outcome)) throw new CanceledSignal();
    return outcome;
  }

  /**
   * A step that cleans up after the work has ended, also after a cancellation, which does not cut it short. Its
   * activity is defined with `always`.
   */
  cleanUp<T>(activity: string, input: object): Steps<Outcome<T>> {
    const retry: DurableRetry = {
      canRetry: whileLeft(this.#hasAttemptsLeft),
      wait: (attempt, { notCalled }) => {
        this.#countRetry();
        return this.#timer(Math.max(this.#backoffMs(attempt), notCalled ? TRY_EVERY_MS : 0));
      },
    };
    return retryDurably(retry, () => this.#cleanUpOnce<T>(activity, input));
  }

  *#cleanUpOnce<T>(activity: string, input: object): Steps<Outcome<T>> {
    for (;;) {
      const outcome = yield* settled<T>(this.activity(activity, input));
      if (!isPaused(outcome)) return outcome;
      yield* this.#showPaused(() => this.#untilResumed());
    }
  }

  /** As `waitForResume`, but a cancellation does not end it. */
  *#untilResumed(): Steps<void> {
    const resumed = this.#event(RESUMED_EVENT);
    if (!resumed.isCompleted) {
      const timer = this.#context.df.createTimer(new Date(this.now() + LONGEST_PAUSE_MS));
      yield this.#context.df.Task.any([timer, resumed]);
      if (!timer.isCompleted) timer.cancel();
    }
    if (resumed.isCompleted) this.#events.delete(RESUMED_EVENT);
  }

  #countRetry(): void {
    if (!this.#context.df.isReplaying)
      telemetry().record('operationRetries', 1, { 'longhaul.operation.kind': this.#envelope.kind });
  }

  *#timer(ms: number): Steps<void> {
    yield this.#context.df.createTimer(new Date(this.now() + ms));
  }

  /** Waits the given ms; a cancellation ends the operation. */
  *sleep(ms: number): Steps<void> {
    yield* this.#waitUnlessCanceled(ms);
    this.#endIfCanceled();
  }

  #endIfCanceled(): void {
    if (!this.cancelRequested) return;
    this.#show({ cancelRequested: true, waitingFor: undefined });
    throw new CanceledSignal();
  }

  /**
   * Waits for the first of the kind's own external events (`Operations.raise`) and at most the given ms; a cancellation
   * ends the operation. An event that arrived before is seen immediately, and each event by one wait.
   */
  *sleepUntilEvent(ms: number, names: readonly string[]): Steps<void> {
    const events = names.map((name) => this.#event(name));
    if (!events.some((event) => event.isCompleted)) yield* this.#waitUnlessCanceled(ms, events);
    for (const [index, name] of names.entries()) if (events[index]?.isCompleted) this.#events.delete(name);
    this.#endIfCanceled();
  }

  #event(name: string): Task {
    const event = this.#events.get(name) ?? this.#context.df.waitForExternalEvent(name);
    this.#events.set(name, event);
    return event;
  }

  /** Schedules an activity of this operation. */
  activity(name: string, input: object): Task {
    const { trace } = this.#envelope;
    return this.#context.df.callActivity(name, {
      ...input,
      operationId: this.id,
      scheduledAt: this.now(),
      ...(trace && { traceParent: trace.own }),
    });
  }

  /** Schedules a sub-orchestration for a bounded share of the work. */
  subOrchestration(functionName: string, input: object): Task {
    const call = { ...input, operationId: this.id };
    return this.#context.df.callSubOrchestrator(
      functionName,
      call,
      subOrchestrationId(this.id, this.#subOrchestrations++),
    );
  }

  /**
   * Waits for tasks that run side by side. `onProgress` gets their outcomes from time to time, in the tasks' order,
   * undefined for a task that still runs; the last time when all have ended. On cancellation it waits until all have
   * stopped.
   */
  *all<T>(tasks: Task[], onProgress: (outcomes: (Outcome<T> | undefined)[]) => void): Steps<void> {
    const begun = this.now();
    yield this.#context.df.Task.any([...tasks, this.#cancelEvent]);
    // By O1 the tasks cannot be members of a second `any`: a timer decides when to check, and the last one is awaited.
    while (!this.cancelRequested) {
      onProgress(tasks.map((task) => (isOpen(task) ? undefined : outcomeOf<T>(task))));
      if (tasks.filter(isOpen).length <= 1) break;
      yield* this.#waitUnlessCanceled(checkMs((this.now() - begun) * CHECK_SHARE));
    }
    if (this.cancelRequested) this.#show({ cancelRequested: true });
    for (const task of tasks) yield* settled(task);
    if (this.cancelRequested || tasks.some((task) => isCanceled(outcomeOf(task)))) throw new CanceledSignal();
    onProgress(tasks.map((task) => outcomeOf<T>(task)));
  }

  /**
   * Runs tasks that begin while others run, until none runs and none begins. Ended tasks are seen at the end of the
   * first one of those that began last; then, while several run, after a tenth of the time since (O1), and after a
   * quarter when a check found no end.
   */
  *inWindow<T>({ begin, onEnded }: WindowWork<T>): Steps<void> {
    let running: Task[] = [];
    let begun = this.now();
    let share = CHECK_SHARE;
    let isStopped = false;
    let last: Ended<T>[] = [];
    while (!isStopped) {
      const fresh = begin(running.length);
      running.push(...fresh);
      if (running.length === 0) return;
      if (fresh.length > 0) {
        begun = this.now();
        yield this.#context.df.Task.any([...fresh, this.#cancelEvent]);
      }
      const [one, ...others] = running.filter(isOpen);
      if (one && others.length === 0 && fresh.length === 0) yield* settled(one);
      else if (others.length > 0 && !this.cancelRequested)
        yield* this.#waitUnlessCanceled(checkMs((this.now() - begun) * share));
      const ended = running.filter((task) => !isOpen(task)).map((task) => endedOf<T>(task));
      running = running.filter(isOpen);
      share = ended.length > 0 ? CHECK_SHARE : NEXT_CHECK_SHARE;
      isStopped = this.cancelRequested || ended.some(({ outcome }) => isCanceled(outcome));
      if (isStopped) last = ended;
      else onEnded(ended, running.length);
    }
    if (this.cancelRequested) this.#show({ cancelRequested: true });
    for (const task of running) yield* settled(task);
    last.push(...running.map((task) => endedOf<T>(task)));
    onEnded(
      last.filter(({ outcome }) => !isCanceled(outcome)),
      0,
    );
    throw new CanceledSignal();
  }

  /** Waits until the time is up, or one of the events or a cancellation arrives. */
  *#waitUnlessCanceled(ms: number, events: readonly Task[] = []): Steps<void> {
    const timer = this.#context.df.createTimer(new Date(this.now() + ms));
    yield this.#context.df.Task.any([timer, ...events, this.#cancelEvent]);
    if (!timer.isCompleted) timer.cancel();
  }

  /** The replayed clock, ms since the epoch. */
  now(): number {
    return this.#context.df.currentUtcDateTime.getTime();
  }

  /** Shows the progress; a value below one shown before is ignored (O3). */
  report({ total, completed, failed }: Progress): void {
    const before = this.#status.progress;
    this.#show({
      progress: {
        total,
        completed: Math.max(completed, before?.completed ?? 0),
        failed: Math.max(failed, before?.failed ?? 0),
      },
    });
  }

  /** Sets what the kind's own routes show (`Operations.byAlias`), and whether it waits for a service. */
  note(note: unknown, waitingFor?: 'upstream'): void {
    this.#show({ note, waitingFor });
  }

  #show(change: RunStatus): void {
    const status = { ...this.#status, ...change };
    if (JSON.stringify(status) !== JSON.stringify(this.#status)) this.#setStatus(status);
  }

  #setStatus(status: RunStatus): void {
    // The clock stands still in a turn, and two turns may have the same millisecond.
    const changedAt = Math.max(this.now(), (this.#status.changedAt ?? 0) + 1);
    this.#status = { ...status, changedAt };
    this.#context.df.setCustomStatus(this.#status);
  }
}

/** The wait before a check, ms: from half a second on whole seconds, with a half that Azure rounds down. */
function checkMs(ms: number): number {
  if (ms < SECOND_MS / 2) return Math.max(FIRST_CHECK_MS, ms);
  return (Math.round(ms / SECOND_MS) + 0.5) * SECOND_MS;
}

/** Waits for one task and returns its outcome; a task that threw is an `InternalError`. */
export function* settled<T>(task: Task): Steps<Outcome<T>> {
  try {
    if (isOpen(task)) yield task;
  } catch {
    // outcomeOf reads the failure from the task.
  }
  return outcomeOf<T>(task);
}

/** Activities read the operation's record, so they can know of a cancellation before its event arrives. */
export function isCanceled(outcome: Outcome<unknown>): boolean {
  return !outcome.ok && outcome.error.code === operationErrors.OperationCanceled.code;
}

/** Whether an activity found its service paused (docs/upstreams.md). */
export function isPaused(outcome: Outcome<unknown>): boolean {
  return !outcome.ok && outcome.error.code === operationErrors.UpstreamPaused.code;
}

/** Allows a retry of a retryable error while calls of its sort are left. */
function whileLeft(hasLeft: (count: number) => boolean): DurableRetry['canRetry'] {
  const calls = new FailedCalls();
  return (error) => {
    const count = calls.countWith(error);
    calls.add(error);
    return error.retryable && hasLeft(count);
  };
}

function isOpen(task: Task): boolean {
  return !task.isCompleted && !task.isFaulted;
}

function endedOf<T>(task: Task): Ended<T> {
  return { task, outcome: outcomeOf(task) };
}

function outcomeOf<T>(task: Task): Outcome<T> {
  if (task.isCompleted) return task.result as Outcome<T>;
  return { ok: false, error: commonErrors.InternalError('A step failed on our side.').data };
}
