import { type Surprise, trapText } from '../../azure-differences.js';
import { unknownFunctionText } from '../failures.js';
import { type CalledFunctions } from '../function-table.js';
import { type EntityId, entityName, type InstanceId, type TaskId } from '../ids.js';
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
  type EntityCall,
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
import { afterCall, isFailure, type LockedEntities } from './execution-state.js';
import { HTTP_ACTIVITY, nextPoll } from './http-polling.js';
import { type Instance } from './instance.js';
import { type ActionIdentity, countEventWaits, newActions } from './new-actions.js';
import { type OpenTask, type OpenTimer, type RetryState, type TaskCall, timerDue } from './open-tasks.js';
import { containsAll, EventCounts, isOver, takesNumber } from './step-order.js';
import { nullEntityInput } from './surprises.js';

export interface DraftLimits {
  maxActions: number;
  defaultVersion: string;
  /** Wait before the next poll of an HTTP call whose response has no `Retry-After`, ms. */
  defaultPollMs: number;
  functions: CalledFunctions;
  /** Why an instance cannot start a sub-orchestration with this id; undefined when it can. */
  childIdProblem(parent: Instance, id: InstanceId): string | undefined;
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
 * D4 A task that is a member of a second `Task.any` or `Task.all` starts again in Azure, under a number of its own, while
 *    the library keeps the first number (OutOfProcOrchestrationShim.cs). From then on both count differently: a further
 *    task that takes a number is a trap. So is a task whose second start has an effect; a timer has none.
 */
export class TurnDraft {
  readonly at: Date;
  readonly incoming: IncomingEvent[];
  readonly scheduled: ScheduledEvent[] = [];
  readonly entityRequests: EntityRequest[] = [];
  readonly opened = new Map<TaskId, OpenTask>();
  readonly closed = new Set<TaskId>();
  readonly canceled: TaskId[] = [];
  readonly surprises: Surprise[] = [];
  nextTaskId: number;
  /** Entries of the action list that have their numbers. */
  numberedActions: number;
  /** The last one of them that began in this turn contains `Task.all`: number of its first task. */
  firstOfAll: TaskId | undefined;
  /** The library has numbered tasks that do not start yet. */
  ahead: boolean;
  /** Error that ends the orchestration with this turn. */
  fatal: string | null = null;

  readonly #instance: Instance;
  readonly #limits: DraftLimits;
  #lock: Instance['state']['lock'];
  #timerAgain: boolean;

  constructor(instance: Instance, now: number, limits: DraftLimits) {
    this.#instance = instance;
    this.#limits = limits;
    this.nextTaskId = instance.state.nextTaskId;
    this.numberedActions = instance.state.numberedActions;
    this.ahead = instance.state.ahead;
    this.#timerAgain = instance.state.timerAgain;
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
    const { policy, startedAt, call } = retry.chain;
    const now = this.at.getTime();
    // RetryInterceptor.cs ends the retries in these two cases without a timer; the library waits for one.
    if (failure.FailureDetails?.IsNonRetriable === true) {
      this.fatal ??= trapText(
        `waits forever, because '${call.name}' failed with an error that is not to be retried`,
        'Return such an error as a value, or catch it in the activity.',
      );
    } else if (retry.attempt >= policy.maxAttempts) {
      // The library waits for one more timer before it throws; Azure sets it to fire immediately.
      this.#timer({ fireAt: now, retry: next });
    } else if (now - startedAt >= (policy.timeoutMs ?? Infinity)) {
      this.fatal ??= trapText(
        `waits forever, because the retryTimeoutInMilliseconds of '${call.name}' is exceeded`,
        'Limit the retries with maxNumberOfAttempts, and leave retryTimeoutInMilliseconds out.',
      );
    } else {
      this.#timer({ fireAt: now + retryDelay(policy, retry.attempt), retry: next });
    }
  }

  #nextAttempt(retry: RetryState): void {
    if (retry.attempt <= retry.chain.policy.maxAttempts) this.#call(retry.chain.call, retry);
  }

  // Scheduled

  /**
   * Schedules the new entries of the action list, unless Azure still waits at the last one (step-order.ts).
   *
   * @returns whether it has scheduled them
   */
  scheduleNew(actions: readonly Action[], identity: ActionIdentity): boolean {
    if (this.#waitsAtLast(actions, identity)) {
      this.ahead = actions.slice(this.numberedActions).some(takesNumber);
      return false;
    }
    this.ahead = false;
    const last = actions.length - 1;
    for (const added of newActions(actions, this.numberedActions, identity)) {
      if (added.path[0] === last) this.firstOfAll ??= this.nextTaskId as TaskId;
      this.#schedule(added);
    }
    const entry = actions[last];
    if (entry === undefined || !containsAll(entry)) this.firstOfAll = undefined;
    this.numberedActions = actions.length;
    return true;
  }

  #waitsAtLast(actions: readonly Action[], identity: ActionIdentity): boolean {
    const { lastAll, replay } = this.#instance.state;
    const entry = actions[this.numberedActions - 1];
    if (lastAll === null || entry === undefined) return false;
    if (!lastAll.failed && !this.incoming.some(isFailure)) return false;
    const open = this.#openCalls();
    const { execution } = this.#instance.record;
    const responses = new Set<string>();
    const raised = new EventCounts();
    for (const [index, event] of replay.entries()) {
      if (event.EventType !== EventType.EventRaised) continue;
      if (event.Response === true) responses.add(event.Name);
      else raised.add(event.Name, index >= lastAll.since);
    }
    const waitsBefore = countEventWaits(actions.slice(0, this.numberedActions - 1), identity);
    return !isOver(entry, lastAll.first, {
      isOpen: (id) => open.has(id),
      hasResponse: (id) => responses.has(requestId(execution, id)),
      raised: (name) => raised.left(name, waitsBefore.get(name) ?? 0),
    });
  }

  /** Numbers of the calls and timers that are not over; a call with retries has the number of its first attempt. */
  #openCalls(): Set<TaskId> {
    const open = [...this.#instance.state.openTasks.values()].filter(({ id }) => !this.closed.has(id));
    return new Set([...open, ...this.opened.values()].map(({ id, retry }) => retry?.chain.first ?? id));
  }

  #schedule({ action, path, isRepeated }: ActionAtPath): void {
    if (isRepeated) {
      this.#again(action, path);
      return;
    }
    switch (action.actionType) {
      case ActionType.CallActivity:
      case ActionType.CallActivityWithRetry:
        this.#find('activity', action.functionName);
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
        this.#find('orchestrator', action.functionName);
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
        this.#noteNull(action);
        this.#find('entity', entityName(action.instanceId).name);
        this.#send(operationRequest(this.#nextOrigin(), action, false));
        return;
      case ActionType.SignalEntity:
      case ActionType.ScheduledSignalEntity:
        this.#refuseUnknown(entityName(action.instanceId).name);
        this.#noteNull(action);
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

  #noteNull({ instanceId, operation, input }: EntityCall): void {
    if (input === null) this.surprises.push(nullEntityInput(instanceId, operation));
  }

  /** D4 */
  #again(action: LeafAction, path: readonly number[]): void {
    if (!takesNumber(action)) return;
    if (action.actionType !== ActionType.CreateTimer) {
      const called = 'functionName' in action ? ` '${action.functionName}'` : '';
      this.fatal ??= trapText(
        `runs the task${called} a second time, because it is a member of a second Task.any or Task.all`,
        'Make each task a member of one Task.any or Task.all only, and yield it alone afterwards.',
      );
      return;
    }
    this.#timerAgain = false; // this one takes its number
    const fireAt = new Date(action.fireAt ?? NaN).getTime();
    this.#timer({ fireAt, actionPath: path, canceled: action.isCanceled === true, again: true });
    this.#timerAgain = true;
  }

  /** A signal to an unknown entity fails the orchestration (DurableOrchestrationContext.cs). */
  #refuseUnknown(entity: string): void {
    const { functions } = this.#limits;
    if (functions.entity(entity) === undefined) this.fatal ??= unknownFunctionText('entity', entity, functions);
  }

  /** Azure does not start what it does not know, and the orchestrator waits for it (TaskOrchestrationShim.cs). */
  #find(kind: 'activity' | 'orchestrator' | 'entity', name: string): void {
    if (this.#limits.functions[kind](name) !== undefined) return;
    this.fatal ??= trapText(
      `waits forever, because the ${kind} function '${name}' doesn't exist or is disabled`,
      'Compare the name with the registration of the function.',
    );
  }

  /** Forgets what the turn schedules: the instance ends with `fatal`. */
  dropScheduled(): void {
    this.scheduled.length = 0;
    this.entityRequests.length = 0;
    this.opened.clear();
    this.#lock = this.#instance.state.lock;
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
    const instanceId = call.fixedId ?? (requestId(this.#instance.record.execution, id) as InstanceId);
    if (call.fixedId !== null) this.#checkChildId(call.name, call.fixedId);
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

  #checkChildId(name: string, id: InstanceId): void {
    const isTwice = [...this.opened.values()].some(
      (task) => task.kind === 'subOrchestration' && task.instanceId === id,
    );
    const problem = isTwice
      ? `two sub-orchestrations have the instance ID '${id}'`
      : this.#limits.childIdProblem(this.#instance, id);
    if (problem === undefined) return;
    this.fatal ??= trapText(
      `waits forever or replaces another instance, because ${problem} (sub-orchestration '${name}')`,
      'Choose an ID that no other instance has, or none.',
    );
  }

  #timer({ fireAt, actionPath = null, retry = null, pollInput = null, canceled, again }: NewTimer): TaskId {
    const id = this.#take();
    if (pollInput !== null) this.#take(); // the number of the request that follows
    this.scheduled.push({
      EventType: EventType.TimerCreated,
      EventId: id,
      Timestamp: this.at,
      FireAt: new Date(fireAt).toISOString(),
      ...(actionPath !== null && { At: actionPath }),
      ...(pollInput !== null && { Poll: pollInput }),
      ...(again && { Again: true }),
      ...markOf(retry, id),
    });
    if (canceled) this.canceled.push(id);
    else {
      const due = timerDue(this.at.getTime(), fireAt);
      this.opened.set(id, { kind: 'timer', id, fireAt, due, actionPath, retry, pollInput });
    }
    return id;
  }

  #take(): TaskId {
    if (this.#timerAgain) {
      this.fatal ??= trapText(
        'waits until a timer fires, although the task that follows has completed: the timer is a member of two Task.any',
        'Create a new timer for each race, and cancel it after the race.',
      );
    }
    if (this.ahead) {
      this.fatal ??= trapText(
        'mixes up the results of tasks: after Task.all failed, the orchestrator called the next task while another member was to be retried',
        'Catch errors in the activities, or yield the remaining members before the next call.',
      );
    }
    if (this.nextTaskId >= this.#limits.maxActions) {
      this.fatal ??= `The orchestrator scheduled more than ${this.#limits.maxActions} actions in one execution (maxOrchestrationActions).`;
    }
    return this.nextTaskId++ as TaskId;
  }
}

interface NewTimer extends Partial<Pick<OpenTimer, 'actionPath' | 'retry' | 'pollInput'>> {
  /** ms since the epoch. */
  fireAt: number;
  canceled?: boolean;
  again?: boolean;
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
