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

export type Deliveries = Schemas['WebhookDeliveries'];

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
export type ManyResult = ResultOf<'cancelOperations'>;
export type MapStarted = AnswerOf<'submitStatements', 200>;
export type MapResult = AnswerOf<'getMappings', 200>;
export type BookUploadRequest = BodyOf<'startBookUpload'>;
export type BookUpload = ResultOf<'startBookUpload'>;
export type BookFinishRequest = BodyOf<'finishBookUpload'>;
export type BookVersion = ResultOf<'finishBookUpload'>;
/** A book in a list, and one with a page of its files. */
export type BookSummary = Schemas['BookSummary'];
export type Book = Schemas['Book'];
export type BookFile = Schemas['BookFile'];
/** An uploaded file. */
export type StoredFile = Schemas['File'];
/** An analysis, without the token of its start. */
export type AnalysisState = Schemas['FilesAnalysis'];
export type AnalysisEvent = Schemas['FilesAnalysisEvent'];
export type AnalysisResult = Schemas['FilesAnalysisResult'];
export type AnalysisComment = Schemas['FilesComment'];
export type Recommendation = Schemas['FilesRecommendation'];
export type AnalyzeRequest = BodyOf<'startAnalysis'>;
export type Analysis = AnswerOf<'startAnalysis', 201>;
export interface AnalyzeResult {
  analysisId: number;
  violationsQuantity: number;
  scenes: number;
}

/** A serverless endpoint, without its keys (docs/contracts/managing-operations.md). */
export type Endpoint = Schemas['Endpoint'];
export type NewEndpoint = Schemas['NewEndpoint'];
export type EndpointPatch = Schemas['EndpointPatch'];
/** With the key and the webhook secret that are shown only once, where the call made them. */
export type ChangedEndpoint = Schemas['ChangedEndpoint'];
export type EndpointRequest = Schemas['EndpointRequest'];
export type EndpointMinute = Schemas['EndpointMinute'];
/** A service that the app calls. */
export type Upstream = Schemas['Upstream'];
/** A row of the base list of violations. */
export type Violation = Schemas['FilesViolation'];
export type NewViolation = Schemas['FilesNewViolation'];
/** What a spreadsheet of violations changes, or would change. */
export type LoadedViolations = Schemas['FilesLoadedViolations'];
