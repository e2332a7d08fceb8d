import { createRequire } from 'node:module';
import { format } from 'node:util';
import { InvocationContext } from '@azure/functions';
import { type OrchestrationHandler } from 'durable-functions';
import { type Action as HostAction } from '../../host/durable/turn/actions.js';
import { trapOf } from './azure-traps.js';

/** The library's replay, for which it exports no types. */
const { Orchestrator } = createRequire(__filename)('durable-functions/lib/src/orchestrations/Orchestrator') as {
  Orchestrator: new (handler: OrchestrationHandler) => {
    listen(): (trigger: unknown, context: InvocationContext) => Promise<unknown>;
  };
};

const START = Date.parse('2026-11-22T04:15:00.000Z');
const [
  TASK_COMPLETED,
  SUB_COMPLETED,
  TIMER_FIRED,
  ORCHESTRATOR_STARTED,
  ORCHESTRATOR_COMPLETED,
  EVENT_SENT,
  EVENT_RAISED,
] = [5, 8, 11, 12, 13, 14, 15];
const [CALL_ACTIVITY, CALL_SUB, CONTINUE_AS_NEW, TIMER, WAIT_EVENT, CALL_ENTITY, ANY, ALL] = [0, 2, 4, 5, 6, 7, 11, 12];

export interface RunOptions {
  instanceId?: string;
  input: unknown;
  activities?: Record<string, (input: never) => unknown>;
  /** Sub-orchestrators, run in the same way. */
  parts?: Record<string, OrchestrationHandler>;
  /** The results of entity calls, which are recorded in `calls` as `@name@key operation`. */
  entity?: (entity: string, operation: string, input: never) => unknown;
  /** External events, raised before the n-th turn (1 is the first). */
  raise?: { turn: number; name: string; input?: unknown }[];
  /** The duration of an activity, ms. Default: 0. */
  duration?: (name: string, input: unknown) => number;
  /** Selects the results to deliver next. Default: all, in the order of scheduling. */
  deliver?: (waiting: Completion[]) => Completion[];
}

export interface Completion {
  id: number;
  name: string;
  at: number;
}

export interface Run {
  result: unknown;
  /** Activity calls in the order of scheduling, those of sub-orchestrators included, without the time of scheduling. */
  calls: [string, unknown][];
  elapsedMs: number;
  /** Custom statuses without their times, one per change. */
  shown: unknown[];
  /** Times of its custom statuses (`RunStatus.changedAt`), one per change, ms since the epoch. */
  changes: number[];
  /** Lines that it logged, repeated turns included. */
  logged: string[];
  /** The number of events of the longest history, sub-orchestrators included. */
  longestHistory: number;
  /** How many histories it had: one, and one more each time that it continued as new. */
  histories: number;
}

interface OrchestratorState {
  actions: HostAction[][];
  customStatus?: unknown;
}

interface Action {
  actionType: number;
  functionName?: string;
  input?: unknown;
  instanceId?: string;
  operation?: string;
  fireAt?: string;
  isCanceled?: boolean;
  compoundActions?: Action[];
}

type Event = Record<string, unknown>;

/**
 * Runs an orchestrator in virtual time on the durable library. Every turn restarts the generator and replays the whole
 * history, so that a step that is not deterministic fails.
 */
export async function runOrchestrator(handler: OrchestrationHandler, options: RunOptions): Promise<Run> {
  const run = new Runner(handler, options);
  return run.toEnd();
}

class Runner {
  readonly #history: Event[] = [];
  readonly #run: Run = {
    result: undefined,
    calls: [],
    elapsedMs: 0,
    shown: [],
    changes: [],
    logged: [],
    longestHistory: 0,
    histories: 1,
  };
  readonly #seen = new Map<number, Completion & { event: () => Promise<Event> }>();
  readonly #canceled = new Set<number>();
  #started = 0;
  #turn = 0;
  #now = START;

  readonly #handler: OrchestrationHandler;
  readonly #options: RunOptions;
  #input: unknown;

  constructor(handler: OrchestrationHandler, options: RunOptions) {
    this.#handler = handler;
    this.#options = options;
    this.#input = options.input;
  }

  async toEnd(): Promise<Run> {
    let incoming = [this.#executionStarted()];
    for (;;) {
      const state = await this.#nextTurn(incoming);
      this.#run.longestHistory = Math.max(this.#run.longestHistory, this.#history.length);
      const next = (state.actions[0] ?? []).find(({ actionType }) => actionType === CONTINUE_AS_NEW);
      if (next) incoming = this.#continueAsNew(next);
      else if (state.isDone) {
        this.#run.elapsedMs = this.#now - START;
        return { ...this.#run, result: state.output };
      } else incoming = await this.#nextEvents();
    }
  }

  #executionStarted(): Event {
    return { EventType: 0, EventId: -1, Name: 'test', Input: JSON.stringify(this.#input) };
  }

  #continueAsNew({ input }: Action): Event[] {
    this.#input = inputOf({ input });
    this.#history.length = 0;
    this.#seen.clear();
    this.#canceled.clear();
    this.#run.histories++;
    return [this.#executionStarted()];
  }

  async #nextTurn(incoming: Event[]) {
    this.#turn++;
    const raised = (this.#options.raise ?? []).filter(({ turn }) => turn === this.#turn);
    const events = raised.map(({ name, input }) => ({
      EventType: EVENT_RAISED,
      Name: name,
      Input: JSON.stringify(input ?? null),
    }));
    this.#push({ EventType: ORCHESTRATOR_STARTED }, ...incoming, ...events);
    const state = await this.#replay();
    for (const action of leaves(state.actions[0] ?? [])) this.#schedule(action);
    this.#updateCanceled(state.actions[0] ?? []);
    this.#push({ EventType: ORCHESTRATOR_COMPLETED });
    if (state.customStatus !== undefined) this.#show(state.customStatus);
    return state;
  }

  async #replay(): Promise<{ isDone: boolean; output?: unknown; actions: Action[][]; customStatus?: unknown }> {
    const context = new InvocationContext({
      functionName: 'test',
      logHandler: (_level, ...args) => void this.#run.logged.push(format(...args)),
    });
    this.#started = 0;
    const trigger = {
      history: this.#history,
      input: JSON.parse(JSON.stringify(this.#input)) as unknown,
      instanceId: this.#options.instanceId ?? 'operation-under-test',
      isReplaying: false,
      parentInstanceId: null,
      upperSchemaVersion: 1,
      upperSchemaVersionNew: 3,
      longRunningTimerIntervalDuration: '3.00:00:00',
      maximumShortTimerDuration: '36500.00:00:00',
      defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
    };
    const state = (await new Orchestrator(this.#handler).listen()(trigger, context)) as OrchestratorState;
    const trap = trapOf(state.actions[0] ?? [], state.customStatus);
    if (trap !== undefined) throw new Error(`A trap in Azure (docs/host.md): ${trap}.`);
    return JSON.parse(JSON.stringify(state)) as never;
  }

  /** Task IDs are assigned in the order of first appearance: no task is in two compound tasks. */
  #schedule(action: Action): void {
    const id = this.#started++;
    if (this.#seen.has(id)) return;
    this.#seen.set(id, {
      id,
      name: action.functionName ?? action.operation ?? 'timer',
      at: this.#dueAt(action),
      event: () => this.#perform(id, action),
    });
    this.#history.push({
      EventType: { [CALL_ACTIVITY]: 4, [CALL_SUB]: 7, [TIMER]: 10, [CALL_ENTITY]: EVENT_SENT }[action.actionType],
      EventId: id,
      Timestamp: new Date(this.#now),
      ...(action.actionType === CALL_ENTITY && { Input: JSON.stringify({ id: entityCall(id) }) }),
    });
  }

  #dueAt(action: Action): number {
    if (action.fireAt !== undefined) return Date.parse(action.fireAt);
    return this.#now + (this.#options.duration?.(action.functionName ?? '', inputOf(action)) ?? 0);
  }

  #updateCanceled(actions: Action[]): void {
    leaves(actions).forEach((action, id) => {
      if (action.isCanceled) this.#canceled.add(id);
    });
  }

  async #nextEvents(): Promise<Event[]> {
    const waiting = [...this.#seen.values()].filter(
      ({ id, event }) => !this.#canceled.has(id) && (event as unknown) !== DONE,
    );
    if (waiting.length === 0) {
      if ((this.#options.raise ?? []).some(({ turn }) => turn > this.#turn)) return [];
      throw new Error(`The orchestrator waits for an event that is never raised (turn ${this.#turn}).`);
    }
    const earliest = Math.min(...waiting.map(({ at }) => at));
    const time = Math.max(this.#now, earliest);
    const due = waiting.filter(({ at }) => at <= time);
    const chosen = this.#options.deliver?.(due) ?? due;
    // No time passes before a turn that only has events.
    if (chosen.length > 0) this.#now = time;
    const events: Event[] = [];
    for (const { id } of chosen) {
      const entry = this.#seen.get(id);
      if (!entry) continue;
      events.push(await entry.event());
      this.#seen.set(id, { ...entry, event: DONE });
    }
    return events;
  }

  async #perform(id: number, action: Action): Promise<Event> {
    switch (action.actionType) {
      case TIMER:
        return { EventType: TIMER_FIRED, TimerId: id, FireAt: action.fireAt };
      case CALL_SUB:
        return { EventType: SUB_COMPLETED, TaskScheduledId: id, Result: JSON.stringify(await this.#part(action)) };
      case CALL_ENTITY: {
        const result = JSON.stringify(this.#entity(action) ?? null);
        return { EventType: EVENT_RAISED, Name: entityCall(id), Input: JSON.stringify({ result }) };
      }
      default:
        return { EventType: TASK_COMPLETED, TaskScheduledId: id, Result: JSON.stringify(await this.#activity(action)) };
    }
  }

  #activity({ functionName = '', input }: Action): unknown {
    const parsed = inputOf({ input });
    this.#run.calls.push([functionName, withoutTime(parsed)]);
    const activity = this.#options.activities?.[functionName];
    if (!activity) throw new Error(`No activity ${functionName}.`);
    return activity(parsed as never);
  }

  #entity({ instanceId = '', operation = '', input }: Action): unknown {
    const parsed = inputOf({ input });
    this.#run.calls.push([`${instanceId} ${operation}`, parsed]);
    return this.#options.entity?.(instanceId, operation, parsed as never);
  }

  async #part({ functionName = '', input, instanceId }: Action): Promise<unknown> {
    const handler = this.#options.parts?.[functionName];
    if (!handler) throw new Error(`No part ${functionName}.`);
    const run = await runOrchestrator(handler, { ...this.#options, raise: [], input, instanceId });
    this.#run.calls.push(...run.calls);
    this.#run.longestHistory = Math.max(this.#run.longestHistory, run.longestHistory);
    return run.result;
  }

  #show(shown: unknown): void {
    const { changedAt, ...rest } = shown as { changedAt?: number };
    if (changedAt !== undefined && changedAt !== this.#run.changes.at(-1)) this.#run.changes.push(changedAt);
    const isEmpty = changedAt !== undefined && Object.keys(rest).length === 0;
    if (isEmpty && this.#run.shown.length === 0) return;
    const status = changedAt === undefined ? shown : rest;
    if (JSON.stringify(this.#run.shown.at(-1)) !== JSON.stringify(status)) this.#run.shown.push(status);
  }

  #push(...events: Event[]): void {
    for (const event of events)
      this.#history.push({ EventId: -1, IsPlayed: false, ...event, Timestamp: new Date(this.#now) });
  }
}

const entityCall = (id: number) => `call-${id}`;

const DONE = () => Promise.reject(new Error('A result is delivered only once.'));

/** Strings are JSON-encoded twice (host contract, 6.8.1). */
function inputOf({ input }: Pick<Action, 'input'>): unknown {
  return typeof input === 'string' ? (JSON.parse(input) as unknown) : input;
}

function withoutTime(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('scheduledAt' in input)) return input;
  const { scheduledAt: _, ...rest } = input;
  return rest;
}

/** The actions that have a task ID, in the order of the IDs. */
function leaves(actions: Action[]): Action[] {
  return actions.flatMap((action) => {
    if (action.actionType === ANY || action.actionType === ALL) return leaves(action.compoundActions ?? []);
    return action.actionType === WAIT_EVENT || action.actionType === CONTINUE_AS_NEW ? [] : [action];
  });
}
