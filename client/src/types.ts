import { type components, type operations } from './api.js';

type Schemas = components['schemas'];

/** The status monitor of an operation (docs/contracts/operations.md). `R` is the type of its result. */
export type Monitor<R = unknown> = Omit<Schemas['OperationMonitor'], 'result'> & { result?: R };

export type OperationStatus = Monitor['status'];

/** An operation of `getMany` that cannot be shown. */
export type NotShown = Schemas['MissingOperation'];

/** What happened during an operation (docs/contracts/managing-operations.md, History). */
export type History = AnswerOf<'getOperationHistory', 200>;
export type Span = History['spans'][number];

/** Which operations are listed. */
export type ListFilter = NonNullable<operations['listOperations']['parameters']['query']>;

/** Which operations are canceled or deleted: 1 to 1,000 ids, or a filter with at least one field. */
export type Selection =
  | { ids: readonly string[] }
  | { filter: { kind?: string; status?: OperationStatus; createdAfter?: string; createdBefore?: string } };

type Json<T> = T extends { content: { 'application/json': infer J } } ? J : never;
type BodyOf<K extends keyof operations> = operations[K] extends { requestBody: infer B } ? Json<B> : never;
type AnswerOf<K extends keyof operations, S extends number> = operations[K] extends { responses: Record<S, infer A> }
  ? Json<A>
  : never;
type ResultOf<K extends keyof operations> =
  AnswerOf<K, 202> extends { result?: infer R } ? Exclude<R, undefined> : unknown;

export type RecognizeRequest = BodyOf<'recognizePlate'>;
export type RecognizeResult = ResultOf<'recognizePlate'>;
export type RecognizeBatchRequest = BodyOf<'recognizePlates'>;
export type RecognizeBatchResult = ResultOf<'recognizePlates'>;
export type MapStarted = AnswerOf<'submitStatements', 200>;
export type MapResult = AnswerOf<'getMappings', 200>;
export type BookUploadRequest = BodyOf<'startBookUpload'>;
export type BookUpload = ResultOf<'startBookUpload'>;
export type BookFinishRequest = BodyOf<'finishBookUpload'>;
export type BookVersion = ResultOf<'finishBookUpload'>;
export type AnalyzeRequest = BodyOf<'startAnalysis'>;
export type Analysis = AnswerOf<'startAnalysis', 201>;
export interface AnalyzeResult {
  analysisId: number;
  violationsQuantity: number;
  scenes: number;
}
