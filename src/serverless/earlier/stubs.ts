import { type EntityHandler, type OrchestrationHandler } from 'durable-functions';

/** Ends an orchestration of an earlier version; its request is a row by then. */
export const endedOrchestrator: OrchestrationHandler = function* () {
  yield* [];
};

/** An entity of an earlier version stays as it is: it is read once (earlier.ts). */
export const unchangedEntity: EntityHandler<unknown> = () => undefined;
