import { type EntityHandler, type OrchestrationHandler } from 'durable-functions';

/** Ends an orchestration of an earlier version; its request is a row by then. */
export const endedOrchestrator: OrchestrationHandler = function* () {
  yield* [];
};

/** An entity of an earlier version stays as it is until it is deleted: it is only read (earlier.ts, leftovers.ts). */
export const unchangedEntity: EntityHandler<unknown> = ({ df }) => {
  if (df.operationName === 'delete') df.destructOnExit();
};
