import { type EngineContext } from '../context.js';
import { type TaskId } from '../ids.js';
import { type Instance } from '../turn/instance.js';
import { type OpenTask, type OpenTimer } from '../turn/open-tasks.js';
import { type ActivityOutcome, ActivityRunner } from './activity-runner.js';
import { type MessageDelivery } from './message-delivery.js';

/** Starts the tasks of instances, and sends their results as messages. */
export class TaskRunner {
  readonly #context: EngineContext;
  readonly #messages: MessageDelivery;
  readonly #activities: ActivityRunner;

  constructor(context: EngineContext, messages: MessageDelivery) {
    this.#context = context;
    this.#messages = messages;
    this.#activities = new ActivityRunner(context, (instance, taskId, outcome) =>
      this.#completed(instance, taskId, outcome),
    );
  }

  /** No activity waits or runs. */
  get isIdle(): boolean {
    return this.#activities.isIdle;
  }

  /** Starts activities, also those that were added before. */
  open(): void {
    this.#activities.open();
  }

  /** Starts no more activities. Resolves when none is running. */
  close(): Promise<void> {
    return this.#activities.close();
  }

  start(instance: Instance, task: OpenTask): void {
    switch (task.kind) {
      case 'activity':
        this.#activities.add(instance, task);
        return;
      case 'timer':
        instance.timers.set(
          task.id,
          this.#context.timers.add(task.due, () => this.#fired(instance, task)),
        );
        return;
      case 'subOrchestration': // has a row of its own, which the same commit writes
        return;
      default:
        task satisfies never;
    }
  }

  /** Starts the activities of a turn whose commit was lost (`--weather`). */
  startForLostTurn(instance: Instance, task: OpenTask): void {
    if (task.kind === 'activity') this.#activities.runForLostTurn(instance, task);
  }

  #fired(instance: Instance, { id: taskId, fireAt }: OpenTimer): void {
    instance.timers.delete(taskId);
    const { execution } = instance.record;
    this.#messages.send(instance, { kind: 'timerFired', at: this.#context.now(), execution, taskId, fireAt });
  }

  #completed(instance: Instance, taskId: TaskId, outcome: ActivityOutcome): void {
    if (instance.disposed) return; // finished or purged in the meantime
    const { execution } = instance.record;
    this.#messages.send(instance, { at: this.#context.now(), execution, taskId, ...outcome });
  }
}
