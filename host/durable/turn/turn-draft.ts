import {
  type Action,
  actionAt,
  ActionType,
  encodedInput,
  jsonOrNull,
  type LeafAction,
  type PlacedLeaf,
  type RetryOptions,
  retryDelay,
  retryPolicy,
} from './actions.js';
import { type EntityMessage } from '../store/entity-messages.js';
import { type Asking, lockRequest, operationRequest, releaseRequest, type Request } from './entity-requests.js';
import {
  EventType,
  type Failure,
  type IncomingEvent,
  type RetryMark,
  type ScheduledEvent,
  stamp,
} from '../store/history-events.js';
import { HTTP_ACTIVITY, nextPoll } from './http-polling.js';
import { type EntityId, type InstanceId, type TaskId } from '../ids.js';
import { type ExecutionState, type Instance } from './instance.js';
import { type TaskMessage } from '../store/messages.js';
import { type Call, type OpenTask, type OpenTimer, type Retry } from './open-tasks.js';

/** A message to an entity. */
export interface Sent {
  to: EntityId;
  message: EntityMessage;
}

export interface DraftLimits {
  maxActions: number;
  defaultVersion: string;
  /** Wait before an HTTP call is polled when the answer does not say, ms. */
  defaultPollMs: number;
}

/**
 * A turn in the making: what it adds to an instance, which itself stays as it is until the turn commits.
 *
 * D1 What is open is the instance's open tasks, without `closed`, with `opened`.
 * D2 Events that take numbers while the library processes them, a failed attempt and the firing that begins the next
 *    one, come before all events that may resume the orchestrator. So their numbers come first, and new actions are
 *    numbered in list order without simulating the orchestrator's waits (host contract, 6.7 rule 6). The order within
 *    a batch is the host's to choose, and the history keeps it for every later replay.
 * D3 A message for a task that is not open is dropped: the library would keep its result for whichever task gets that
 *    number later (host contract, 6.3).
 */
export class TurnDraft {
  readonly at: Date;
  readonly incoming: IncomingEvent[];
  readonly scheduled: ScheduledEvent[] = [];
  readonly sent: Sent[] = [];
  readonly opened = new Map<TaskId, OpenTask>();
  readonly closed = new Set<TaskId>();
  readonly cancelled: TaskId[] = [];
  nextTaskId: number;
  locked: ExecutionState['locked'];
  /** Ends the orchestration at once, with this as its error. */
  fatal: string | null = null;

  readonly #instance: Instance;
  readonly #limits: DraftLimits;

  constructor(instance: Instance, now: number, limits: DraftLimits) {
    this.#instance = instance;
    this.#limits = limits;
    ({ nextTaskId: this.nextTaskId, locked: this.locked } = instance.state);
    this.at = stamp(Math.max(now, instance.state.lastTurnAt));
    // A plain Date: the library hands it to the app as the current time.
    this.incoming = [{ EventType: EventType.OrchestratorStarted, Timestamp: new Date(this.at) }];
  }

  get openCount(): number {
    return this.#instance.state.open.size - this.closed.size + this.opened.size;
  }

  // Incoming

  /** Whether the library takes a number when it processes this (D2). */
  takesNumber(message: TaskMessage): boolean {
    const task = this.#openTask(message.taskId);
    if (task !== undefined && this.#poll(task, message) !== undefined) return true;
    const retry = task?.retry;
    if (!retry) return false;
    switch (message.kind) {
      case 'taskFailed':
      case 'childFailed':
        return true;
      case 'timerFired':
        return retry.attempt <= retry.chain.policy.maxAttempts;
      case 'taskCompleted':
      case 'childCompleted':
        return false;
      default:
        return message satisfies never;
    }
  }

  deliver(message: TaskMessage): void {
    const task = this.#openTask(message.taskId);
    if (task === undefined) return; // D3
    this.#close(task.id);
    switch (message.kind) {
      case 'taskCompleted': {
        this.#completed(EventType.TaskCompleted, message.at, task.id, message.result);
        const poll = this.#poll(task, message);
        if (poll !== undefined) this.#timer({ fireAt: poll.at, poll: poll.input });
        return;
      }
      case 'childCompleted':
        this.#completed(EventType.SubOrchestrationInstanceCompleted, message.at, task.id, message.result);
        return;
      case 'taskFailed':
      case 'childFailed':
        this.#fail(task, message.at, message.failure);
        return;
      case 'timerFired':
        this.#fired(task.id, message.fireAt);
        if (task.retry) this.#nextAttempt(task.retry);
        if (task.kind === 'timer' && task.poll !== null) {
          this.#callAs((task.id + 1) as TaskId, { kind: 'activity', name: HTTP_ACTIVITY, input: task.poll }, null);
        }
        return;
      default:
        message satisfies never;
    }
  }

  #openTask(id: TaskId): OpenTask | undefined {
    if (this.closed.has(id)) return undefined;
    return this.#instance.state.open.get(id);
  }

  /** The next step of an HTTP call that is not over: a timer and a request, which take two numbers (6.7 rule 7). */
  #poll(task: OpenTask, message: TaskMessage) {
    if (task.kind !== 'activity' || task.call.name !== HTTP_ACTIVITY || message.kind !== 'taskCompleted')
      return undefined;
    return nextPoll(task.call.input, message.result, this.at.getTime(), this.#limits.defaultPollMs);
  }

  #close(id: TaskId): void {
    if (!this.opened.delete(id)) this.closed.add(id);
  }

  #completed(type: 5 | 8, at: number, id: TaskId, result: string | null): void {
    this.incoming.push({
      EventType: type,
      Timestamp: stamp(at),
      IsPlayed: false,
      TaskScheduledId: id,
      Result: result,
    });
  }

  #failed(kind: Call['kind'], at: number, id: TaskId, failure: Failure): void {
    this.incoming.push({
      EventType: kind === 'activity' ? EventType.TaskFailed : EventType.SubOrchestrationInstanceFailed,
      Timestamp: stamp(at),
      IsPlayed: false,
      TaskScheduledId: id,
      ...failure,
    });
  }

  #fired(id: TaskId, fireAt: number): void {
    this.incoming.push({
      EventType: EventType.TimerFired,
      Timestamp: this.at,
      IsPlayed: false,
      TimerId: id,
      FireAt: new Date(fireAt).toISOString(),
    });
  }

  #fail(task: OpenTask, at: number, failure: Failure): void {
    if (task.kind === 'timer') return; // no message says so
    this.#failed(task.kind, at, task.id, failure);
    const { retry } = task;
    if (retry === null) return;
    const next: Retry = { chain: retry.chain, attempt: retry.attempt + 1 };
    const { policy, startedAt } = retry.chain;
    const now = this.at.getTime();
    if (retry.attempt >= policy.maxAttempts) {
      // The library waits for one more timer before it throws; current DTFx arms it for at once (6.8.2).
      this.#timer({ fireAt: now, retry: next });
    } else if (failure.FailureDetails?.IsNonRetriable === true || now - startedAt >= (policy.timeoutMs ?? Infinity)) {
      this.#exhaust(next, failure);
    } else {
      this.#timer({ fireAt: now + retryDelay(policy, retry.attempt), retry: next });
    }
  }

  /**
   * The call must not be tried again, which the library does not know: it gets the failure as the answer to all the
   * attempts it still believes in (host contract, 6.8.2). The timer after the last one, whose firing may resume the
   * orchestrator, is left to fire in a turn of its own (D2).
   */
  #exhaust(next: Retry, failure: Failure): void {
    const { chain } = next;
    const now = this.at.getTime();
    let { attempt } = next;
    for (; attempt <= chain.policy.maxAttempts && !this.#tooMany(); attempt++) {
      const timer = this.#timer({ fireAt: now, retry: { chain, attempt } });
      this.#close(timer);
      this.#fired(timer, now);
      const id = this.#call(chain.call, { chain, attempt });
      this.#close(id);
      this.#failed(chain.call.kind, now, id, failure);
    }
    this.#timer({ fireAt: now, retry: { chain, attempt } });
  }

  #nextAttempt(retry: Retry): void {
    if (retry.attempt <= retry.chain.policy.maxAttempts) this.#call(retry.chain.call, retry);
  }

  // Scheduled

  /** @param leaf an entry of the action list that has no number yet, in the order of `newLeaves` */
  schedule({ action, at }: PlacedLeaf): void {
    switch (action.actionType) {
      case ActionType.CallActivity:
      case ActionType.CallActivityWithRetry:
        this.#begin(
          { kind: 'activity', name: action.functionName, input: encodedInput(action.input) },
          optionsOf(action),
        );
        return;
      case ActionType.CallSubOrchestrator:
      case ActionType.CallSubOrchestratorWithRetry: {
        const fixedId = action.instanceId ? (action.instanceId as InstanceId) : null;
        const version = action.version ?? this.#limits.defaultVersion;
        const input = jsonOrNull(action.input);
        this.#begin({ kind: 'child', name: action.functionName, input, version, fixedId }, optionsOf(action));
        return;
      }
      case ActionType.CreateTimer: {
        const fireAt = action.fireAt === null ? NaN : new Date(action.fireAt).getTime();
        if (Number.isNaN(fireAt)) this.fatal ??= 'createTimer was called with an invalid date.';
        else this.#timer({ fireAt, at, cancelled: action.isCanceled === true });
        return;
      }
      case ActionType.WaitForExternalEvent: // takes no number (host contract, 6.7 rule 2)
      case ActionType.ContinueAsNew: // rule 5
        return;
      case ActionType.CallEntity:
        this.#send(operationRequest(this.#asking(), action, false));
        return;
      case ActionType.SignalEntity:
      case ActionType.ScheduledSignalEntity:
        this.#send(operationRequest(this.#asking(), action, true));
        return;
      case ActionType.LockEntities:
        this.#send(lockRequest(this.#asking(), action));
        return;
      case ActionType.ReleaseEntities:
        for (const entity of this.locked ?? []) this.#send(releaseRequest(this.#asking(), entity));
        return;
      case ActionType.CallHttp: {
        const input = JSON.stringify(action.httpRequest);
        this.#call({ kind: 'activity', name: HTTP_ACTIVITY, input }, null);
        return;
      }
      default:
        action satisfies never;
        this.fatal ??= `The orchestrator asked for an action that this host does not know: ${JSON.stringify(action)}`;
    }
  }

  /** Timers that the orchestrator gave up since the last turn no longer hold it open (host contract, 6.8.3). */
  findCancelled(actions: readonly Action[]): void {
    for (const task of this.#instance.state.open.values()) {
      if (task.kind !== 'timer' || task.at === null || this.closed.has(task.id)) continue;
      const action = actionAt(actions, task.at);
      if (action?.actionType !== ActionType.CreateTimer || action.isCanceled !== true) continue;
      this.closed.add(task.id);
      this.cancelled.push(task.id);
    }
  }

  #asking(): Asking {
    const { id: instanceId, execution: executionId } = this.#instance.record;
    return { sender: { instanceId, executionId }, taskId: this.#take(), at: this.at };
  }

  #send(request: Request | undefined): void {
    if (request === undefined) return;
    const { to, message, event } = request;
    if (message.kind === 'lock') this.locked = message.lockSet;
    if (message.kind === 'release') this.locked = null;
    this.scheduled.push(event);
    this.sent.push({ to, message });
  }

  #begin(call: Call, options: RetryOptions | undefined): void {
    if (options === undefined) {
      this.#call(call, null);
      return;
    }
    const first = this.nextTaskId as TaskId;
    const chain = { first, policy: retryPolicy(options), startedAt: this.at.getTime(), call };
    this.#call(call, { chain, attempt: 1 });
  }

  #call(call: Call, retry: Retry | null): TaskId {
    return this.#callAs(this.#take(), call, retry);
  }

  #callAs(id: TaskId, call: Call, retry: Retry | null): TaskId {
    const common = { EventId: id, Timestamp: this.at, Name: call.name, Input: call.input, ...markOf(retry, id) };
    if (call.kind === 'activity') {
      this.scheduled.push({ EventType: EventType.TaskScheduled, ...common });
      this.opened.set(id, { kind: 'activity', id, call, retry });
      return id;
    }
    const instanceId = call.fixedId ?? (`${this.#instance.record.execution}:${id}` as InstanceId);
    this.scheduled.push({
      EventType: EventType.SubOrchestrationInstanceCreated,
      ...common,
      Version: call.version,
      InstanceId: instanceId,
      ...(call.fixedId !== null && { FixedId: true }),
    });
    this.opened.set(id, { kind: 'child', id, call, instanceId, retry });
    return id;
  }

  #timer({ fireAt, at = null, retry = null, poll = null, cancelled = false }: NewTimer): TaskId {
    const id = this.#take();
    if (poll !== null) this.#take(); // of the request that follows
    this.scheduled.push({
      EventType: EventType.TimerCreated,
      EventId: id,
      Timestamp: this.at,
      FireAt: new Date(fireAt).toISOString(),
      ...(at !== null && { At: at }),
      ...(poll !== null && { Poll: poll }),
      ...markOf(retry, id),
    });
    if (cancelled) this.cancelled.push(id);
    else this.opened.set(id, { kind: 'timer', id, fireAt, at, retry, poll });
    return id;
  }

  #take(): TaskId {
    if (this.#tooMany()) {
      this.fatal ??= `The orchestrator asked for more than ${this.#limits.maxActions} actions in one execution (maxOrchestrationActions).`;
    }
    return this.nextTaskId++ as TaskId;
  }

  #tooMany(): boolean {
    return this.nextTaskId >= this.#limits.maxActions;
  }
}

/** A timer, and what its firing begins. */
interface NewTimer extends Partial<Pick<OpenTimer, 'at' | 'retry' | 'poll'>> {
  fireAt: number;
  cancelled?: boolean;
}

function optionsOf(action: LeafAction): RetryOptions | undefined {
  return 'retryOptions' in action ? action.retryOptions : undefined;
}

function markOf(retry: Retry | null, id: TaskId): { Retry?: RetryMark } {
  if (retry === null) return {};
  const { first, policy } = retry.chain;
  const mark: RetryMark = { First: first, Attempt: retry.attempt };
  return { Retry: first === id ? { ...mark, Policy: policy } : mark };
}
