import { trap } from '../../azure-differences.js';
import { type HostFunction, type InvocationResult } from '../../contracts.js';
import { type EngineContext } from '../context.js';
import { activityFailure, missingText, removedActivityFailure } from '../failures.js';
import { type TaskId } from '../ids.js';
import { type Failure } from '../store/history-events.js';
import { HTTP_ACTIVITY } from '../turn/http-polling.js';
import { type Instance } from '../turn/instance.js';
import { type OpenActivity } from '../turn/open-tasks.js';
import { WorkQueue } from '../work-queue.js';
import { booleanActivityInput, metadataReplaced, nullActivityInput } from '../turn/surprises.js';
import { activityInput, activityMetadata } from './activity-input.js';
import { callHttp } from './http-activity.js';
import { httpFailure } from './http-failures.js';

interface ActivityRun {
  instance: Instance;
  task: OpenActivity;
}
export type ActivityOutcome =
  { kind: 'taskCompleted'; result: string | null } | { kind: 'taskFailed'; failure: Failure };

/** Runs activities at least once: after a crash, those without a durable result run again (host contract, 11.1). */
export class ActivityRunner {
  readonly #context: EngineContext;
  readonly #completed: (instance: Instance, taskId: TaskId, outcome: ActivityOutcome) => void;
  readonly #queue: WorkQueue<ActivityRun>;

  constructor(
    context: EngineContext,
    completed: (instance: Instance, taskId: TaskId, outcome: ActivityOutcome) => void,
  ) {
    this.#context = context;
    this.#completed = completed;
    this.#queue = new WorkQueue(context.settings.maxConcurrentActivityFunctions, (run) => this.#run(run));
  }

  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  open(): void {
    this.#queue.open();
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  add(instance: Instance, task: OpenActivity): void {
    this.#queue.push({ instance, task });
    this.#queue.pump();
  }

  async #run({ instance, task }: ActivityRun): Promise<void> {
    const { name, input } = task.call;
    const fn = this.#context.functions.activity(name);
    try {
      const result = await this.#runOnceOrTwice(`${instance.record.id} ${name} ${task.id}`, () =>
        this.#result(instance, fn, name, input),
      );
      this.#completed(instance, task.id, { kind: 'taskCompleted', result });
    } catch (thrown) {
      if (this.#context.stopping) return; // runs again after the next start
      this.#context.log.instanceError(instance.record, `The activity ${name} failed.`, thrown);
      this.#completed(instance, task.id, { kind: 'taskFailed', failure: failureOf(fn, name, thrown) });
    }
  }

  /** Runs it for a turn whose commit was lost (`--weather`): its result has no receiver. */
  runForLostTurn(instance: Instance, { call: { name, input } }: OpenActivity): void {
    this.#runUnseen(() => this.#result(instance, this.#context.functions.activity(name), name, input));
  }

  async #runOnceOrTwice<T>(message: string, run: () => Promise<T>): Promise<T> {
    const way = this.#context.weather?.activity(message);
    switch (way) {
      case undefined:
        return run();
      case 'together':
        return Promise.race([run(), run()]);
      case 'twice':
        await run().catch(() => undefined);
        return run();
      case 'again': {
        const result = await run();
        this.#context.retryLater(() => this.#runUnseen(run));
        return result;
      }
      default:
        return way satisfies never;
    }
  }

  #runUnseen(run: () => Promise<unknown>): void {
    run().catch((thrown: unknown) => this.#context.log.debug(`A repeated activity failed: ${String(thrown)}`));
  }

  async #result(instance: Instance, fn: HostFunction | undefined, name: string, input: string | null) {
    if (name === HTTP_ACTIVITY) return callHttp(input ?? '');
    // In Azure the orchestration never continues (host contract, 6.8.5).
    if (fn === undefined) throw new Error(missingText('activity', name));
    const triggerData = activityInput(input);
    const { metadata, replaced } = activityMetadata(instance.record.id, fn.trigger.name, input);
    const { log } = this.#context;
    if (input === 'null') log.surprise(nullActivityInput(fn.name));
    if (triggerData.string !== undefined) log.surprise(booleanActivityInput(fn.name, triggerData.string));
    for (const member of replaced) log.surprise(metadataReplaced(fn.name, member));
    return resultText(await this.#context.invoke(fn, { triggerData, triggerMetadata: metadata }));
  }
}

function failureOf(fn: HostFunction | undefined, name: string, thrown: unknown): Failure {
  if (fn !== undefined) return activityFailure(fn.name, thrown);
  return name === HTTP_ACTIVITY ? httpFailure(thrown) : removedActivityFailure(name);
}

/** The worker sends integers in 64 bits. */
const MAX_INTEGER = 2 ** 63;

/** The result as JSON text (host contract, 7). */
function resultText({ returnValue }: InvocationResult): string | null {
  if (returnValue === null || returnValue === undefined) return null;
  const { string, json, bytes, int, double } = returnValue;
  if (string !== undefined) return JSON.stringify(string);
  if (json !== undefined) return json;
  if (bytes !== undefined) return JSON.stringify(Buffer.from(bytes).toString('base64'));
  if (double !== undefined) return JSON.stringify(Number.isFinite(double) ? double : String(double));
  if (int === undefined) return null;
  if (Math.abs(int) >= MAX_INTEGER)
    throw trap(`changes the result ${int}, because it is an integer over 64 bits`, 'Return it as text.');
  return JSON.stringify(int);
}
