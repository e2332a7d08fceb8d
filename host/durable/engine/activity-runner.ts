import { type HostFunction, type Invoke, type InvocationResult, type TypedData } from '../../contracts.js';
import { activityFailure, plainFailure, unknownFunctionFailure, unknownFunctionText } from '../failures.js';
import { type Failure } from '../store/history-events.js';
import { callHttp, HTTP_ACTIVITY } from '../turn/http-polling.js';
import { type Instance } from '../turn/instance.js';
import { type OpenTask } from '../turn/open-tasks.js';
import { WorkQueue } from '../work-queue.js';

type Activity = OpenTask & { kind: 'activity' };
interface Job {
  instance: Instance;
  task: Activity;
}
export type ActivityOutcome =
  { kind: 'taskCompleted'; result: string | null } | { kind: 'taskFailed'; failure: Failure };

export interface ActivityEnvironment {
  limit: number;
  invoke: Invoke;
  activity(name: string): HostFunction | undefined;
  /** The host is going down: a failure now says nothing about the activity, which runs again later. */
  stopping(): boolean;
  done(instance: Instance, task: Activity, outcome: ActivityOutcome): void;
  /** The function's own failure, for the log. */
  failed(instance: Instance, name: string, thrown: unknown): void;
}

/** Runs activities at least once each: after a crash what was under way runs again (host contract, 11.1). */
export class ActivityRunner {
  readonly queue: WorkQueue<Job>;
  readonly #env: ActivityEnvironment;

  constructor(env: ActivityEnvironment) {
    this.#env = env;
    this.queue = new WorkQueue(env.limit, (job) => this.#run(job));
  }

  add(instance: Instance, task: Activity): void {
    this.queue.push({ instance, task });
    this.queue.pump();
  }

  async #run({ instance, task }: Job): Promise<void> {
    const { name, input } = task.call;
    const fn = this.#env.activity(name);
    try {
      const result = await this.#result(instance, fn, name, input);
      this.#env.done(instance, task, { kind: 'taskCompleted', result });
    } catch (thrown) {
      if (this.#env.stopping()) return;
      this.#env.failed(instance, name, thrown);
      this.#env.done(instance, task, { kind: 'taskFailed', failure: failureOf(fn, name, thrown) });
    }
  }

  async #result(instance: Instance, fn: HostFunction | undefined, name: string, input: string | null) {
    if (name === HTTP_ACTIVITY) return callHttp(input ?? '');
    // In the product the orchestration hangs (host contract, 6.8.5).
    if (fn === undefined) throw new Error(unknownFunctionText('activity', name));
    const triggerData = input === null ? {} : { json: input };
    return resultText(await this.#env.invoke(fn, { triggerData, triggerMetadata: metadata(instance, fn, input) }));
  }
}

function failureOf(fn: HostFunction | undefined, name: string, thrown: unknown): Failure {
  if (fn !== undefined) return activityFailure(fn.name, thrown);
  return name === HTTP_ACTIVITY ? plainFailure((thrown as Error).message) : unknownFunctionFailure('activity', name);
}

/** What the product offers besides the input (host contract, 7). */
function metadata(instance: Instance, fn: HostFunction, input: string | null): Record<string, TypedData> {
  const data: TypedData = input === null ? {} : { json: input };
  return { instanceId: { string: JSON.stringify(instance.record.id) }, data, [fn.trigger.name]: data };
}

/** host contract, 7 */
function resultText({ returnValue }: InvocationResult): string | null {
  if (returnValue === null || returnValue === undefined) return null;
  const { string, json, bytes, int, double } = returnValue;
  if (string !== undefined) return JSON.stringify(string);
  if (json !== undefined) return json;
  if (bytes !== undefined) return JSON.stringify(Buffer.from(bytes).toString('base64'));
  const number = int ?? double;
  return number === undefined ? null : JSON.stringify(number);
}
