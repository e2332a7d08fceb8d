import { type DurableExtensionOptions } from '../../contracts.js';
import { EngineContext } from '../context.js';
import { EntityEngine } from '../entities/entity-engine.js';
import { type InstanceId } from '../ids.js';
import { type StateFile } from '../store/state-file.js';
import { type OpenTask } from '../turn/open-tasks.js';
import { CompletionWatchers } from './completion-watchers.js';
import { InstanceRegistry } from './instance-registry.js';
import { MessageDelivery } from './message-delivery.js';
import { OrchestrationClient } from './orchestration-client.js';
import { TaskRunner } from './task-runner.js';
import { TurnScheduler } from './turn-scheduler.js';

/**
 * Connects the parts of the engine, starts and stops them (docs/host-internals.md).
 *
 * Work starts (activities, timers, sub-orchestrations) only in `done` of a commit, or at recovery.
 */
export class Engine {
  readonly context: EngineContext;
  readonly client: OrchestrationClient;
  readonly entities: EntityEngine;
  readonly #registry: InstanceRegistry;
  readonly #tasks: TaskRunner;
  readonly #turns: TurnScheduler;
  readonly #watchers = new CompletionWatchers();

  constructor(options: DurableExtensionOptions, file: StateFile) {
    const context = new EngineContext(options, file, () => {
      this.#turns.pump();
      this.entities.pump();
    });
    const registry = new InstanceRegistry(context, (instance) => {
      for (const task of instance.state.openTasks.values()) this.#tasks.start(instance, task);
      this.#turns.schedule(instance);
    });
    const messages = new MessageDelivery(context, registry, (instance) => this.#turns.schedule(instance));
    this.context = context;
    this.entities = new EntityEngine(context, {
      mayHoldLocks: (sender) => registry.mayHoldLocks(sender),
      post: (receiver, response) => messages.post(receiver, response),
    });
    this.#registry = registry;
    this.#tasks = new TaskRunner(context, messages);
    const parts = {
      context,
      registry,
      messages,
      tasks: this.#tasks,
      entities: this.entities,
      watchers: this.#watchers,
    };
    this.#turns = new TurnScheduler(parts);
    this.client = new OrchestrationClient({ ...parts, turns: this.#turns });
  }

  /** Nothing happens until a timer fires or a client sends something: no turn, activity, batch or commit is under way. */
  get isIdle(): boolean {
    return this.#turns.isIdle && this.#tasks.isIdle && this.entities.isIdle && this.context.commits.idle;
  }

  /** The open tasks of an unfinished instance; undefined for another one. */
  openTasks(id: InstanceId): readonly OpenTask[] | undefined {
    const instance = this.#registry.find(id);
    return instance && [...instance.state.openTasks.values()];
  }

  /** Resolves when everything that was unfinished runs again. */
  async recover(): Promise<void> {
    const { store, commits } = this.context;
    this.context.cleanUp(() => store.deleteOrphanedMessages());
    commits.flush();
    this.#turns.open();
    this.#tasks.open();
    this.entities.open();
    await this.#registry.loadAll();
    if (!this.context.stopping) this.entities.recover();
  }

  /** Starts nothing more, waits at most `graceMs` for running work, and commits what is done. */
  async stop(graceMs: number): Promise<void> {
    const { commits, timers } = this.context;
    this.context.stopping = true;
    timers.stop();
    this.#watchers.stop();
    const closed = Promise.all([this.#turns.close(), this.#tasks.close(), this.entities.close()]);
    const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
    await Promise.race([closed, grace]);
    while (!commits.idle) commits.flush();
    this.#registry.removeAll();
  }
}
