import { type OrchestrationHandler } from 'durable-functions';
import { type z } from 'zod';
import { type Cell } from '../platform/csv.js';
import { type ErrorData, type Outcome } from '../platform/errors.js';
import { functionNameOf } from './names.js';
import { type Steps } from './durable-retry.js';
import { type Operation } from './operation.js';
import { type StoredResult } from './stored-result.js';

/** What a request of a client starts. */
export interface Start<In> {
  /** The orchestrator's input; it may name blobs under the id. `alias` is that of the operation, if it has one. */
  input: (id: string, alias?: string) => In;
  /** Two requests are the same when this is equal; default: the input. */
  identity?: unknown;
  /** Runs before the orchestrator starts, for example to store a body. */
  prepare?: (id: string) => Promise<void>;
}

/** A result as a table: each item of one array in it is a row. */
export interface ResultTable {
  columns: readonly string[];
  /** The name of the array. */
  rows: string;
  /** The cells of an item, in the order of the columns. */
  cells: (item: unknown) => Cell[];
}

/** An operation that has ended, as a retry sees it. */
export interface EndedOperation<In> {
  id: string;
  input: In;
}

/**
 * What a retry starts. Blobs of the ended operation that the input names are copied for the new one, and the input names
 * the copies (retry.ts).
 */
export interface Retry<In> {
  input: In;
  /** Prefixes of further blobs of the ended operation that are copied. */
  blobs?: readonly string[];
  /** Values that are stored as JSON under the given names, which belong to the new operation. */
  values?: Readonly<Record<string, unknown>>;
}

/** A kind of operation: its schemas and its orchestrator. */
export interface OperationKind<In = unknown, Out = unknown> {
  /** Such as `plates.recognize`; what the monitor shows. */
  kind: string;
  input: z.ZodType<In>;
  result: z.ZodType<Out>;
  run(operation: Operation, input: In): Steps<Outcome<Out> | StoredOutcome>;
  /** Sub-orchestrators that it calls through `Operation.subOrchestration`, by function name. */
  subOrchestrators: Record<string, OrchestrationHandler>;
  /** Prefixes of the blobs that an operation has outside of its own folder; they are deleted with it. */
  blobs?: (operationId: string) => string[];
  /**
   * Serverless endpoints may have it as their worker: the schema of the JSON that a client sends, transformed to what it
   * starts. Its own route starts the same. It must refuse what a client may not name, such as blobs.
   */
  onEndpoints?: z.ZodType<Start<In>>;
  /** How its result is a table, which clients may ask for as CSV. */
  table?: ResultTable;
  /**
   * Version of the steps of its orchestrator, 1 if it has none. `Operation.version` is that of the start, so that an
   * orchestrator that is changed can still replay the histories of before.
   */
  version?: number;
  /**
   * What a retry of an operation that failed or was canceled starts. Default: the same input.
   * @param id of the new operation
   * @param hasBlob whether a blob is stored
   * @throws OperationError 409 `NothingToRetry`, with the remedy
   */
  retry?(
    ended: EndedOperation<In>,
    id: string,
    hasBlob: (name: string) => Promise<boolean>,
  ): Retry<In> | Promise<Retry<In>>;
  /**
   * What a retry of an operation that succeeded with failed items starts. Default: such an operation is not retried.
   * Its `progress` counts the failed items.
   */
  retryFailedItems?(ended: EndedOperation<In> & { result: Out }, id: string): Retry<In>;
  /** Name of its orchestrator function. */
  functionName: string;
}

/**
 * The outcome of a kind whose activity has stored the JSON text of its result, or of the error's details, so that the
 * history never holds it.
 */
export type StoredOutcome = { ok: true; stored: StoredResult } | { ok: false; error: ErrorData; stored?: StoredResult };

type Definition<In, Out> = Omit<OperationKind<In, Out>, 'functionName' | 'subOrchestrators'> &
  Partial<Pick<OperationKind, 'subOrchestrators'>>;

/** Declares a kind of operation. */
export function defineOperation<In, Out>(definition: Definition<In, Out>): OperationKind<In, Out> {
  return { subOrchestrators: {}, ...definition, functionName: functionNameOf(definition.kind) };
}
