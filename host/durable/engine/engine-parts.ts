import { type EngineContext } from '../context.js';
import { type EntityEngine } from '../entities/entity-engine.js';
import { type Instance } from '../turn/instance.js';
import { type CompletionWatchers } from './completion-watchers.js';
import { type InstanceRegistry } from './instance-registry.js';
import { type MessageDelivery } from './message-delivery.js';
import { type TaskRunner } from './task-runner.js';

/** The parts of the engine that commits and clients use. `Engine` connects them. */
export interface EngineParts {
  readonly context: EngineContext;
  readonly registry: InstanceRegistry;
  readonly messages: MessageDelivery;
  readonly tasks: TaskRunner;
  readonly entities: EntityEngine;
  readonly watchers: CompletionWatchers;
  readonly turns: TurnSchedule;
}

export interface TurnSchedule {
  /** Queues a turn if the instance is idle and has work. */
  schedule(instance: Instance): void;
  /** Queues the first turn of an instance. */
  scheduleStart(instance: Instance): void;
  /** Does the same as `schedule` after a wait, to retry after an error of the host. */
  scheduleLater(instance: Instance): void;
}
