import type { OrchestrationHandler } from 'durable-functions';
import type { z } from 'zod';
import type { ErrorData, Outcome } from '../platform/errors.js';
import { functionNameOf } from './names.js';
import type { Operation, Steps } from './operation.js';
import type { StoredResult } from './stored-result.js';

/** A kind of operation: its schemas and the orchestrator that does it. */
export interface OperationKind<In = unknown, Out = unknown> {
  /** Such as `plates.recognize`; what the monitor shows. */
  kind: string;
  input: z.ZodType<In>;
  result: z.ZodType<Out>;
  run(operation: Operation, input: In): Steps<Outcome<Out> | StoredOutcome>;
  /** Sub-orchestrations that it calls through `Operation.part`, by function name. */
  parts: Record<string, OrchestrationHandler>;
  /** Name of its orchestrator function. */
  functionName: string;
}

/** For results whose bytes never pass through the history: an activity has stored the JSON text already. */
export type StoredOutcome = { ok: true; stored: StoredResult } | { ok: false; error: ErrorData };

type Definition<In, Out> = Pick<OperationKind<In, Out>, 'kind' | 'input' | 'result' | 'run'> &
  Partial<Pick<OperationKind, 'parts'>>;

/** Declares a kind; functions/ registers it with the runtime. */
export function defineOperation<In, Out>(definition: Definition<In, Out>): OperationKind<In, Out> {
  return { parts: {}, ...definition, functionName: functionNameOf(definition.kind) };
}
