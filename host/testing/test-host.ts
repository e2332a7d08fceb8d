import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { renderStatus } from '../durable/api/status-rendering.js';
import { type Engine } from '../durable/index.js';
import { type Invoke } from '../contracts.js';
import { type InstanceId, instanceIdProblem } from '../durable/ids.js';
import { isFinished } from '../durable/runtime-status.js';
import { decodeEvents } from '../durable/store/history-events.js';
import { type InstanceRecord } from '../durable/store/instance-store.js';
import { type ClientMessage } from '../durable/store/messages.js';
import { type OpenTask } from '../durable/turn/open-tasks.js';
import { startHost } from '../host.js';
import { type LogThreshold } from '../log.js';
import { type AzureLimits, checkedInvoke } from './checked-invoke.js';
import { TestHostError } from './errors.js';
import { type RecordedHistory, replayHistory } from './history.js';
import { SkippingClock } from './skipping-clock.js';

export interface TestHostOptions {
  /** Folder of the app's package.json and host.json. @default the working directory */
  appDir?: string;
  /** Environment variables of the app, beside those of local.settings.json; they are reset by `stop`. */
  settings?: Record<string, string>;
  /** The time at which the durable clock stands. @default the present */
  now?: Date;
  /** Runs every turn of an orchestrator twice, and fails when both differ. @default true */
  forcedReplay?: boolean;
  /** Azure's limits on payloads and histories; false turns them off. */
  limits?: AzureLimits | false;
  /** Lowest level of the host's log, which goes to stderr. @default none: the methods reject with what is wrong */
  logLevel?: LogThreshold;
}

/** The status of an instance, as the durable client shows it. */
export interface InstanceStatus {
  instanceId: string;
  name: string;
  runtimeStatus: string;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  createdTime: string;
  lastUpdatedTime: string;
}

/** The longest time without any progress, ms: an activity that hangs must not hang the test. */
const STALL_MS = 30_000;

/**
 * Runs the app in this process: its HTTP functions on a free port, its orchestrations and entities in memory, on a clock
 * that stands still. A process runs one app once: use one test file per app and start.
 *
 * @throws TestHostError, AppLoadError, ConfigError: the message says what to do
 */
export async function startTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const { appDir = process.cwd(), settings = {}, now = new Date(), forcedReplay = true, limits = {} } = options;
  const { logLevel = 'none' } = options;
  const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'test-host-'));
  const environment = { ...process.env };
  Object.assign(process.env, settings);
  const clock = new SkippingClock(now.getTime());
  const parts: { engine?: Engine; invoke?: Invoke } = {};
  const problems: TestHostError[] = [];
  const checks = {
    isReplayForced: forcedReplay,
    limits: limits === false ? { payloadBytes: Infinity, historyEvents: Infinity } : limits,
    onProblem: (problem: TestHostError) => void problems.push(problem),
  };
  const reset = () => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
    fs.rmSync(stateDir, { recursive: true, force: true });
  };
  try {
    const host = await startHost(
      { appDir, stateDir, port: 0, logLevel },
      {
        durableClock: clock,
        isStateInMemory: true,
        invoke: (invoke) => (parts.invoke = checkedInvoke(invoke, checks)),
        onEngine: (engine) => (parts.engine = engine),
      },
    );
    const { engine, invoke } = parts;
    if (engine === undefined || invoke === undefined) throw new Error('The host has no durable engine.');
    const stop = async () => {
      await host.stop(0);
      reset();
    };
    return new TestHost({ url: host.url, engine, invoke, clock, problems, stop });
  } catch (thrown) {
    reset();
    throw thrown;
  }
}

interface Parts {
  url: string;
  engine: Engine;
  invoke: Invoke;
  clock: SkippingClock;
  problems: TestHostError[];
  stop: () => Promise<void>;
}

/** A started test host. Its methods reject with the first problem that the app has had, such as a turn that is not deterministic. */
export class TestHost {
  /** Of the app's HTTP functions, such as `http://127.0.0.1:49152`. */
  readonly url: string;
  readonly #parts: Parts;

  /** @internal */
  constructor(parts: Parts) {
    this.url = parts.url;
    this.#parts = parts;
  }

  /** The time of orchestrations and entities. Activities and HTTP functions see the wall clock. */
  get now(): Date {
    return new Date(this.#parts.clock.now());
  }

  /** Calls an HTTP function of the app. @param route such as `/api/orders` */
  fetch(route: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(route, this.url), init);
  }

  /** Starts an orchestration. @returns its instance id */
  async start(
    orchestrator: string,
    { input, instanceId }: { input?: unknown; instanceId?: string } = {},
  ): Promise<string> {
    const problem = instanceId === undefined ? undefined : instanceIdProblem(instanceId);
    if (problem !== undefined) throw new TestHostError(problem);
    const outcome = await this.#parts.engine.client.start({
      name: orchestrator,
      ...(instanceId !== undefined && { id: instanceId as InstanceId }),
      input: input === undefined ? null : JSON.stringify(input),
      version: null,
    });
    if (outcome.kind === 'exists') throw new TestHostError(`There is an instance ${instanceId} already.`);
    await this.settled();
    return outcome.instance.record.id;
  }

  /** @throws TestHostError for an unknown instance */
  status(instanceId: string): InstanceStatus {
    return renderStatus(this.#record(instanceId), { showInput: true }) as unknown as InstanceStatus;
  }

  /** Raises an external event, and waits until everything stands still again. */
  async raiseEvent(instanceId: string, name: string, data?: unknown): Promise<InstanceStatus> {
    const input = data === undefined ? null : JSON.stringify(data);
    return this.#send(instanceId, { kind: 'eventRaised', at: this.#parts.clock.now(), name, input });
  }

  /** Terminates an instance. */
  terminate(instanceId: string, reason: string | null = null): Promise<InstanceStatus> {
    return this.#send(instanceId, { kind: 'terminate', at: this.#parts.clock.now(), reason });
  }

  /**
   * Sets the clock to the next timer of an instance or of its sub-orchestrations, waits of retries included, and waits
   * until everything stands still again. An instance that has ended stays as it is.
   * @throws TestHostError when it waits for no timer
   */
  async advanceTo(instanceId: string): Promise<InstanceStatus> {
    await this.settled();
    const { engine, clock } = this.#parts;
    if (isFinished(this.#record(instanceId).status)) return this.status(instanceId);
    const due = nextTimer(engine, instanceId as InstanceId);
    if (due === undefined) {
      throw new TestHostError(
        `Instance ${instanceId} waits for no timer. An external event (raiseEvent) or another instance must go on first.`,
      );
    }
    clock.skipTo(due);
    await this.settled();
    return this.status(instanceId);
  }

  /** Sets the clock forward; every timer on the way fires at its own time. @param ms more than 0 */
  async advanceBy(ms: number): Promise<void> {
    const { engine, clock } = this.#parts;
    const end = clock.now() + ms;
    for (;;) {
      await this.settled();
      const due = engine.context.timers.next;
      if (due === undefined || due > end) break;
      clock.skipTo(due);
    }
    clock.skipTo(end);
    await this.settled();
  }

  /** Runs an instance to its end, over all of its timers. @throws TestHostError when it waits for something else */
  async completed(instanceId: string): Promise<InstanceStatus> {
    await this.settled();
    while (!isFinished(this.#record(instanceId).status)) await this.advanceTo(instanceId);
    return this.status(instanceId);
  }

  /** Waits until no turn, activity or entity operation is under way. */
  async settled(): Promise<void> {
    const { engine, problems } = this.#parts;
    const end = performance.now() + STALL_MS;
    // One turn of the event loop may lie between the end of a commit and the work that it starts.
    for (let idle = 0; idle < 3; idle = engine.isIdle ? idle + 1 : 0) {
      if (performance.now() > end) throw new TestHostError(`An activity has not ended within ${STALL_MS / 1_000} s.`);
      await new Promise((resolve) => (engine.isIdle ? setImmediate(resolve) : setTimeout(resolve, 1)));
    }
    const [problem] = problems.splice(0);
    if (problem !== undefined) throw problem;
  }

  /** The history of the last execution of an instance, for `replay`. It holds inputs and results as they are. */
  history(instanceId: string): RecordedHistory {
    const { key, id, execution, name, version, created, parent, input, generation } = this.#record(instanceId);
    const turns = this.#parts.engine.context.store.history(key).map(decodeEvents);
    return { format: 1, instance: { id, execution, name, version, created, parent, input, generation }, turns };
  }

  /**
   * Runs the app's orchestrator on a history of before, to find out whether instances that run now go on after this
   * change.
   * @throws ReplayError naming the first difference
   */
  replay(history: RecordedHistory): Promise<void> {
    return replayHistory(history, this.#parts.engine.context, this.#parts.invoke);
  }

  /** Stops the app, and resets the environment. */
  stop(): Promise<void> {
    return this.#parts.stop();
  }

  async #send(instanceId: string, message: ClientMessage): Promise<InstanceStatus> {
    await this.settled();
    const outcome = await this.#parts.engine.client.send(instanceId as InstanceId, message);
    if (outcome !== 'sent') throw new TestHostError(`Instance ${instanceId} is ${outcome}: nothing can be sent to it.`);
    await this.settled();
    return this.status(instanceId);
  }

  #record(instanceId: string): InstanceRecord {
    const record = this.#parts.engine.client.status(instanceId as InstanceId);
    if (record === undefined) throw new TestHostError(`There is no instance ${instanceId}.`);
    return record;
  }
}

/** When the first timer of the instance, or of its sub-orchestrations, fires; ms since the epoch. */
function nextTimer(engine: Engine, id: InstanceId): number | undefined {
  const due = (engine.openTasks(id) ?? []).map((task: OpenTask) => {
    if (task.kind === 'timer') return task.due;
    return task.kind === 'subOrchestration' ? nextTimer(engine, task.instanceId) : undefined;
  });
  const known = due.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
