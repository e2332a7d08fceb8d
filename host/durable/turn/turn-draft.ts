import { type EntityId, type InstanceId, type TaskId } from '../ids.js';
import {
  EventType,
  type Failure,
  type IncomingEvent,
  type RetryMark,
  type ScheduledEvent,
  eventTime,
} from '../store/history-events.js';
import { type TaskMessage } from '../store/messages.js';
import {
  type Action,
  actionAt,
  type ActionAtPath,
  ActionType,
  encodedInput,
  jsonOrNull,
  type LeafAction,
  type RetryOptions,
  retryDelay,
  retryPolicy,
} from './actions.js';
import {
  type EntityRequest,
  lockRequest,
  operationRequest,
  releaseRequest,
  requestId,
  type RequestOrigin,
} from './entity-requests.js';
import { afterCall, type LockedEntities } from './execution-state.js';
import { HTTP_ACTIVITY, nextPoll } from './http-polling.js';
import { type Instance } from './instance.js';
import { type OpenTask, type OpenTimer, type RetryState, type TaskCall } from './open-tasks.js';

export interface DraftLimits {
  maxActions: number;
  defaultVersion: string;
  /** Wait before the next poll of an HTTP call whose response has no `Retry-After`, ms. */
  defaultPollMs: number;
}

/**
 * A turn in progress: the changes to an instance, which stays unchanged until the turn commits.
 *
 * D1 The open tasks are those of the instance, without `closed`, with `opened`.
 * D2 Some events take numbers while the library processes them: a failed attempt, and a timer that starts the next
 *    attempt. They come before all events that can resume the orchestrator. So their numbers come first, and new
 *    actions are numbered in list order without simulating the orchestrator (host contract, 6.7 rule 6). The host may
 *    choose the order within a batch, and the history keeps it for every later replay.
 * D3 A message for a task that is not open is dropped: the library would keep its result and give it to a later task
 *    with the same number (host contract, 6.3).
 */
export class TurnDraft {
  readonly at: Date;
  readonly incoming: IncomingEvent[];
  readonly scheduled: ScheduledEvent[] = [];
  readonly entityRequests: EntityRequest[] = [];
  readonly opened = new Map<TaskId, OpenTask>();
  readonly closed = new Set<TaskId>();
  readonly canceled: TaskId[] = [];
  nextTaskId: number;
  /** Error that ends the orchestration with this turn. */
  fatal: string | null = null;

  readonly #instance: Instance;
  readonly #limits: DraftLimits;
  #lock: Instance['state']['lock'];

  constructor(instance: Instance, now: number, limits: DraftLimits) {
    this.#instance = instance;
    this.#limits = limits;
    this.nextTaskId = instance.state.nextTaskId;
    this.#lock = instance.state.lock;
    this.at = eventTime(Math.max(now, instance.state.lastTurnAt));
    // A plain Date, not an EventTime: the library passes it to the app as the current time.
    this.incoming = [{ EventType: EventType.OrchestratorStarted, Timestamp: new Date(this.at) }];
  }

  get openCount(): number {
    return this.#instance.state.openTasks.size - this.closed.size + this.opened.size;
  }

  // Incoming

  /** Whether the library assigns a number when it processes the message (D2). */
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
        if (poll !== undefined) this.#timer({ fireAt: poll.at, pollInput: poll.input });
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
        if (task.kind === 'timer' && task.pollInput !== null) {
          const call: TaskCall = { kind: 'activity', name: HTTP_ACTIVITY, input: task.pollInput };
          this.#callWithId((task.id + 1) as TaskId, call, null);
        }
        return;
      default:
        message satisfies never;
    }
  }

  #openTask(id: TaskId): OpenTask | undefined {
    if (this.closed.has(id)) return undefined;
    return this.#instance.state.openTasks.get(id);
  }

  /** The next poll of an HTTP call: a timer and a request, which take two numbers (host contract, 6.7 rule 7). */
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
      Timestamp: eventTime(at),
      IsPlayed: false,
      TaskScheduledId: id,
      Result: result,
    });
  }

  #failed(kind: TaskCall['kind'], at: number, id: TaskId, failure: Failure): void {
    this.incoming.push({
      EventType: kind === 'activity' ? EventType.TaskFailed : EventType.SubOrchestrationInstanceFailed,
      Timestamp: eventTime(at),
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
    if (task.kind === 'timer') return; // timers do not fail
    this.#failed(task.kind, at, task.id, failure);
    const { retry } = task;
    if (retry === null) return;
    const next: RetryState = { chain: retry.chain, attempt: retry.attempt + 1 };
    const { policy, startedAt } = retry.chain;
    const now = this.at.getTime();
    if (retry.attempt >= policy.maxAttempts) {
      // The library waits for one more timer before it throws; current DTFx sets it to fire immediately (6.8.2).
      this.#timer({ fireAt: now, retry: next });
    } else if (failure.FailureDetails?.IsNonRetriable === true || now - startedAt >= (policy.timeoutMs ?? Infinity)) {
      this.#exhaust(next, failure);
    } else {
      this.#timer({ fireAt: now + retryDelay(policy, retry.attempt), retry: next });
    }
  }

  /**
   * The call must not be retried, but the library expects the remaining attempts: all of them fail with the same
   * failure (host contract, 6.8.2). The timer after the last attempt can resume the orchestrator, so it fires in a
   * later turn (D2).
   */
  #exhaust(next: RetryState, failure: Failure): void {
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

  #nextAttempt(retry: RetryState): void {
    if (retry.attempt <= retry.chain.policy.maxAttempts) this.#call(retry.chain.call, retry);
  }

  // Scheduled

  /** @param added an action without a number, in the order of `newActions` */
  schedule({ action, path }: ActionAtPath): void {
    switch (action.actionType) {
      case ActionType.CallActivity:
      case ActionType.CallActivityWithRetry:
        this.#start(
          { kind: 'activity', name: action.functionName, input: encodedInput(action.input) },
          optionsOf(action),
        );
        return;
      case ActionType.CallSubOrchestrator:
      case ActionType.CallSubOrchestratorWithRetry: {
        const fixedId = action.instanceId ? (action.instanceId as InstanceId) : null;
        const version = action.version ?? this.#limits.defaultVersion;
        const input = jsonOrNull(action.input);
        this.#start(
          { kind: 'subOrchestration', name: action.functionName, input, version, fixedId },
          optionsOf(action),
        );
        return;
      }
      case ActionType.CreateTimer: {
        const fireAt = action.fireAt === null ? NaN : new Date(action.fireAt).getTime();
        if (Number.isNaN(fireAt)) this.fatal ??= 'createTimer was called with an invalid date.';
        else this.#timer({ fireAt, actionPath: path, canceled: action.isCanceled === true });
        return;
      }
      case ActionType.WaitForExternalEvent: // takes no number (host contract, 6.7 rule 2)
      case ActionType.ContinueAsNew: // rule 5
        return;
      case ActionType.CallEntity:
        this.#send(operationRequest(this.#nextOrigin(), action, false));
        return;
      case ActionType.SignalEntity:
      case ActionType.ScheduledSignalEntity:
        this.#send(operationRequest(this.#nextOrigin(), action, true));
        return;
      case ActionType.LockEntities:
        this.#send(lockRequest(this.#nextOrigin(), action));
        return;
      case ActionType.ReleaseEntities:
        this.#release();
        return;
      case ActionType.CallHttp: {
        const input = JSON.stringify(action.httpRequest);
        this.#call({ kind: 'activity', name: HTTP_ACTIVITY, input }, null);
        return;
      }
      default:
        action satisfies never;
        this.fatal ??= `The orchestrator used an action that this host does not support: ${JSON.stringify(action)}`;
    }
  }

  #release(): void {
    if (this.#lock === null) return;
    const { request, entities } = this.#lock;
    for (const entity of entities) this.#send(releaseRequest(this.#nextOrigin(), entity, request));
  }

  /** Releases the lock that the orchestrator has when it returns (TaskOrchestrationShim.cs, Execute). */
  returned(): void {
    if (this.#lock !== null && this.#isAcquired(this.#lock)) this.#release();
  }

  /** Azure knows of a lock only when the orchestrator has got the response. */
  #isAcquired({ request }: LockedEntities): boolean {
    const name = requestId(this.#instance.record.execution, request);
    return this.#instance.state.replay.some(
      (event) => event.EventType === EventType.EventRaised && event.Name === name,
    );
  }

  /** The entities of a lock that is not released. */
  get locked(): readonly EntityId[] {
    return this.#lock?.entities ?? [];
  }

  /** Closes the timers that the orchestrator canceled since the last turn (host contract, 6.8.3). */
  findCanceledTimers(actions: readonly Action[]): void {
    for (const task of this.#instance.state.openTasks.values()) {
      if (task.kind !== 'timer' || task.actionPath === null || this.closed.has(task.id)) continue;
      const action = actionAt(actions, task.actionPath);
      if (action?.actionType !== ActionType.CreateTimer || action.isCanceled !== true) continue;
      this.closed.add(task.id);
      this.canceled.push(task.id);
    }
  }

  #nextOrigin(): RequestOrigin {
    const { id: instanceId, execution: executionId } = this.#instance.record;
    return { sender: { instanceId, executionId }, taskId: this.#take(), at: this.at };
  }

  #send(request: EntityRequest | undefined): void {
    if (request === undefined) return;
    const { to, message, event } = request;
    if (message.kind === 'lock') this.#lock = { request: event.EventId, entities: message.lockSet };
    else if (message.kind === 'release') this.#lock = null;
    else this.#lock = afterCall(this.#lock, to);
    this.scheduled.push(event);
    this.entityRequests.push(request);
  }

  #start(call: TaskCall, options: RetryOptions | undefined): void {
    if (options === undefined) {
      this.#call(call, null);
      return;
    }
    const first = this.nextTaskId as TaskId;
    const chain = { first, policy: retryPolicy(options), startedAt: this.at.getTime(), call };
    this.#call(call, { chain, attempt: 1 });
  }

  #call(call: TaskCall, retry: RetryState | null): TaskId {
    return this.#callWithId(this.#take(), call, retry);
  }

  #callWithId(id: TaskId, call: TaskCall, retry: RetryState | null): TaskId {
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
    this.opened.set(id, { kind: 'subOrchestration', id, call, instanceId, retry });
    return id;
  }

  #timer({ fireAt, actionPath = null, retry = null, pollInput = null, canceled = false }: NewTimer): TaskId {
    const id = this.#take();
    if (pollInput !== null) this.#take(); // the number of the request that follows
    this.scheduled.push({
      EventType: EventType.TimerCreated,
      EventId: id,
      Timestamp: this.at,
      FireAt: new Date(fireAt).toISOString(),
      ...(actionPath !== null && { At: actionPath }),
      ...(pollInput !== null && { Poll: pollInput }),
      ...markOf(retry, id),
    });
    if (canceled) this.canceled.push(id);
    else this.opened.set(id, { kind: 'timer', id, fireAt, actionPath, retry, pollInput });
    return id;
  }

  #take(): TaskId {
    if (this.#tooMany()) {
      this.fatal ??= `The orchestrator scheduled more than ${this.#limits.maxActions} actions in one execution (maxOrchestrationActions).`;
    }
    return this.nextTaskId++ as TaskId;
  }

  #tooMany(): boolean {
    return this.nextTaskId >= this.#limits.maxActions;
  }
}

interface NewTimer extends Partial<Pick<OpenTimer, 'actionPath' | 'retry' | 'pollInput'>> {
  /** ms since the epoch. */
  fireAt: number;
  canceled?: boolean;
}

function optionsOf(action: LeafAction): RetryOptions | undefined {
  return 'retryOptions' in action ? action.retryOptions : undefined;
}

function markOf(retry: RetryState | null, id: TaskId): { Retry?: RetryMark } {
  if (retry === null) return {};
  const { first, policy } = retry.chain;
  const mark: RetryMark = { First: first, Attempt: retry.attempt };
  return { Retry: first === id ? { ...mark, Policy: policy } : mark };
}
