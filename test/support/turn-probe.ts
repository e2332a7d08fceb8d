import { createRequire } from 'node:module';
import { InvocationContext } from '@azure/functions';
import { type OrchestrationHandler } from 'durable-functions';
import { type DurableSettings, type HostFunction } from '../../host/contracts.js';
import { decodeEvents, encodeEvents, type HistoryEvent } from '../../host/durable/store/history-events.js';
import { HTTP_ACTIVITY } from '../../host/durable/turn/http-polling.js';
import { type ExecutionId, type InstanceId, type InstanceKey, type TaskId } from '../../host/durable/ids.js';
import { Instance } from '../../host/durable/turn/instance.js';
import { envelope, type Message } from '../../host/durable/store/messages.js';
import { type ExecutionState, newExecution, rebuild } from '../../host/durable/turn/execution-state.js';
import { type OpenTask } from '../../host/durable/turn/open-tasks.js';
import { RuntimeStatus } from '../../host/durable/runtime-status.js';
import { applyCommit, runTurn, type TurnCommit, type TurnEnd } from '../../host/durable/turn/turn.js';

/** The library's executor: its counter and open tasks are the expected values (host contract, 6.7). */
interface Executor {
  sequenceNumber: number;
  openTasks: Record<string, { actionObj: { functionName?: string } | string }>;
  exception: unknown;
  orchestratorReturned: boolean;
}
const { Orchestrator } = createRequire(__filename)('durable-functions/lib/src/orchestrations/Orchestrator') as {
  Orchestrator: new (handler: OrchestrationHandler) => {
    taskOrchestrationExecutor: Executor;
    listen(): (trigger: unknown, context: InvocationContext) => Promise<unknown>;
  };
};

const SETTINGS = {
  maxOrchestrationActions: 100_000,
  defaultVersion: null,
  versionMatchStrategy: 'None',
  defaultAsyncRequestSleepTimeMilliseconds: 30_000,
} as DurableSettings;
const FN = {
  name: 'probe',
  id: 'probe',
  trigger: { type: 'orchestrationTrigger', name: 't', direction: 'in' },
  bindings: {},
} as HostFunction;
const EXECUTION = 'x1' as ExecutionId;

/** A request to an entity without a response. */
export interface Request {
  /** Number of the action. */
  number: TaskId;
  kind: 'operation' | 'lock';
}

/** Runs one instance turn by turn without a file, and compares it with the library after each turn. */
export class TurnProbe {
  readonly instance = probeInstance();
  readonly turns: HistoryEvent[][] = [];
  readonly requests = new Map<string, Request>();
  end: TurnEnd | undefined;
  now = Date.parse('2026-11-22T10:00:00.000Z');
  #executor: Executor | undefined;
  readonly #handler: OrchestrationHandler;

  constructor(handler: OrchestrationHandler) {
    this.#handler = handler;
  }

  async turn(...messages: Message[]): Promise<void> {
    this.now += 1_000;
    const { instance } = this;
    instance.inbox = messages.map((message) => envelope(message));
    const commit = await runTurn(instance, {
      settings: SETTINGS,
      invoke: (_fn, { triggerValue }) => this.#invoke(triggerValue),
      functions: {
        orchestrator: () => FN,
        activity: () => FN,
        entity: () => FN,
        orchestrators: () => [FN],
        entities: () => [],
      },
      childIdProblem: () => undefined,
      now: () => this.now,
      stopping: () => false,
    });
    if (commit === 'aborted') throw new Error('The turn was aborted.');
    this.#apply(commit, messages);
    expectSame(plain(rebuild(this.turns)), plain(instance.state)); // the state from the file equals the state in memory
    this.#compare();
  }

  #apply(commit: TurnCommit, messages: readonly Message[]): void {
    const { state } = this.instance;
    const open = new Map(state.openTasks);
    for (const id of commit.closed) open.delete(id);
    for (const [id, task] of commit.opened) open.set(id, task);
    applyCommit(state, commit);
    expectSame(sorted(open), sorted(state.openTasks)); // the tasks that the host starts are those that are open
    this.instance.inbox = [];
    this.end = commit.end;
    if (commit.events.length > 0) this.turns.push(decodeEvents(encodeEvents(commit.events)));
    for (const message of messages) if (message.kind === 'entityResponse') this.requests.delete(message.id);
    for (const { message } of commit.entityRequests) {
      if (message.kind === 'release' || message.kind === 'abandon' || (message.kind === 'operation' && message.signal))
        continue;
      this.requests.set(message.id, { number: numberOf(message.id), kind: message.kind });
    }
  }

  async #invoke(trigger: unknown) {
    const orchestrator = new Orchestrator(this.#handler);
    try {
      const result = await orchestrator.listen()(trigger, new InvocationContext({ logHandler: () => undefined }));
      return { result, returnValue: undefined, outputData: [] };
    } finally {
      this.#executor = orchestrator.taskOrchestrationExecutor;
    }
  }

  #compare(): void {
    const executor = this.#executor;
    if (executor === undefined || executor.exception !== undefined || executor.orchestratorReturned) return;
    const { state } = this.instance;
    // The library counts tasks that do not start yet, or the host has ended the instance with a trap.
    if (state.ahead || state.timerAgain || this.end?.kind === 'finished') return;
    const expected = new Map(Object.entries(executor.openTasks).map(([id, task]) => [numberOf(id), task]));
    expect(this.instance.state.nextTaskId).toBe(executor.sequenceNumber);
    expectSame([...this.#open(expected)].sort(byNumber), [...expected.keys()].sort(byNumber));
    for (const task of this.instance.state.openTasks.values()) {
      const action = expected.get(task.id)?.actionObj;
      if (task.kind === 'timer' || typeof action === 'string' || task.call.name === HTTP_ACTIVITY) continue;
      if (task.call.name !== action?.functionName) expect(task.call.name).toBe(action?.functionName);
    }
  }

  /** The open tasks that the library should have: those of the host, and those that are open for the library only. */
  #open(expected: ReadonlyMap<TaskId, unknown>): Set<TaskId> {
    const open = new Set(this.instance.state.openTasks.keys());
    for (const task of this.instance.state.openTasks.values()) {
      if (task.kind === 'timer' && task.pollInput !== null) open.add((task.id + 1) as TaskId); // the request that follows it
    }
    for (const { number } of this.requests.values()) open.add(number);
    for (const event of this.turns.flat()) {
      if ('Cancelled' in event) for (const id of event.Cancelled ?? []) if (expected.has(id)) open.add(id);
    }
    return open;
  }

  /** The open tasks in the order of their opening: number, and name or `timer`. */
  get names(): [number, string][] {
    return [...this.instance.state.openTasks.values()].map((task) => [
      task.id,
      task.kind === 'timer' ? 'timer' : task.call.name,
    ]);
  }

  #head = (id: number) => ({ at: this.now, execution: EXECUTION, taskId: id as TaskId });
  completed = (id: number, result: unknown = id): Message => ({
    kind: 'taskCompleted',
    ...this.#head(id),
    result: JSON.stringify(result),
  });
  failed = (id: number, details: object = {}): Message => ({
    kind: 'taskFailed',
    ...this.#head(id),
    failure: { Reason: `no ${id}`, Details: '{}', ...details },
  });
  childCompleted = (id: number): Message => ({ kind: 'childCompleted', ...this.#head(id), result: String(id) });
  childFailed = (id: number): Message => ({
    kind: 'childFailed',
    ...this.#head(id),
    failure: { Reason: `no ${id}`, Details: '{}' },
  });
  fired = (id: number): Message => ({ kind: 'timerFired', ...this.#head(id), fireAt: this.now });
  raised = (name: string): Message => ({ kind: 'eventRaised', at: this.now, name, input: '1' });
  /** @param content of the response (host contract, 8.4) */
  responded = (id: string, content: object): Message => ({
    kind: 'entityResponse',
    at: this.now,
    execution: EXECUTION,
    id,
    input: JSON.stringify(content),
  });
}

function probeInstance(): Instance {
  const started = Date.parse('2026-11-22T10:00:00.000Z');
  const record = {
    key: 1 as InstanceKey,
    id: 'i1' as InstanceId,
    execution: EXECUTION,
    name: 'probe',
    version: '',
    status: RuntimeStatus.Pending,
    created: started,
    updated: started,
    custom: null,
    parent: null,
    input: null,
    output: null,
    generation: 0,
  };
  return new Instance(record, newExecution(), [], true);
}

/** The library's key of a request to an entity is its number at first, and its id from the next replay on. */
function numberOf(id: string): TaskId {
  return Number(id.replace(`${EXECUTION}:`, '')) as TaskId;
}

const byNumber = (a: number, b: number) => a - b;

/** `toEqual` is slow for thousands of comparisons, so it only reports a difference. */
function expectSame(actual: object, expected: object): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
}

/** The state as plain data, with the open tasks by number. */
function plain({ openTasks, retryChains, ...state }: ExecutionState): object {
  return { ...state, openTasks: sorted(openTasks), retryChains: [...retryChains] };
}

function sorted(tasks: ReadonlyMap<TaskId, OpenTask>): OpenTask[] {
  return [...tasks.values()].sort((a, b) => a.id - b.id);
}
