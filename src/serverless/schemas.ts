import { z } from 'zod';
import { type DeliveryState } from '../webhooks/attempts.js';

/** docs/contracts/serverless.md; MB are 10⁶ bytes. */
export const MAX_BODY_BYTES = 20_000_000;
export const MAX_ASYNC_RESULT_BYTES = 2_000_000;
export const MAX_SYNC_RESULT_BYTES = 10_000_000;
const MAX_STATUSES = 100;
const DEFAULT_TTL_MS = 900_000;
export const SYNC_TTL_MS = 180_000;
const TTL_LIMIT_MS = 24 * 3_600_000;
/** How long an ended request is shown, and how long the app knows that it existed. */
export const VISIBLE_MS = 30 * 60_000;
export const REMEMBERED_MS = 24 * 3_600_000;
export const RESULT_URL_MINUTES = 60;

/** Unknown fields are ignored: existing clients may send more than the contract names. */
export const policy = z.looseObject({ ttl: z.number().gt(0).lt(TTL_LIMIT_MS).default(DEFAULT_TTL_MS) });
export const requestID = z.uuid();
export const sequenceText = z.string().regex(/^[1-9]\d{0,15}$/);
export const statusesQuery = z.looseObject({ requestIDs: z.array(z.string()).min(1).max(MAX_STATUSES) });

/** `refused`: the request was never in the queue. */
export type RequestState = 'refused' | 'queued' | 'running' | EndState;
export type EndState = 'succeed' | 'failed' | 'canceled' | 'expired';

/** A worker's result: a short one inline, a longer one as a blob. */
const resultRef = z.union([
  z.object({ base64: z.string(), contentType: z.string() }),
  z.object({ blob: z.string(), bytes: z.number(), contentType: z.string() }),
]);
export type ResultRef = z.infer<typeof resultRef>;

export type Mode = 'async' | 'sync';

/** What a request's orchestrator is started with. Times in ms since the epoch. */
export interface RequestInput {
  endpoint: string;
  requestID: string;
  mode: Mode;
  /** JSON text of the client's `input`, or the blob that it is in. */
  input: Body;
  webhook?: string;
  /** The end of its TTL; a result at this millisecond still counts. */
  deadline: number;
  /** The endpoint's limits as read at `asOf`. */
  workers: number;
  maxSyncWaiting: number;
  asOf: number;
  /** Waits between attempts at the webhook, ms. */
  gapsMs: readonly number[];
  /** The app's operation kind that is the worker, if any. */
  kind?: string;
}
const body = z.union([z.object({ text: z.string() }), z.object({ blob: z.string() })]);
export type Body = z.infer<typeof body>;

/** The custom status of a request's orchestrator: all that its clients are shown. Stored, so its fields never change. */
export interface CustomStatus {
  state: RequestState;
  sequence?: number;
  mode: Mode;
  /** Why it failed. */
  error?: string;
  result?: ResultRef;
  /** When its work ended, in ms since the epoch. */
  endedAt?: number;
  delivery?: DeliveryState;
}

/** The data of the event that tells a request that it has a place. */
export interface Grant {
  /** The sequence that was given a place before it; 0: none that it has to wait for. */
  after: number;
}

/** How the call of a worker ended. */
export interface WorkerEnd {
  state: EndState;
  /** ms since the epoch. */
  at: number;
  error?: string;
  result?: ResultRef;
}

/** Inputs of the slice's activities. */
export const ofRequest = z.object({ endpoint: z.string(), requestID: z.string() });
export const callInput = ofRequest.extend({
  input: body,
  deadline: z.number(),
  sequence: z.number(),
  /** The sequence that was given a place before it. */
  after: z.number(),
});
export const operationInput = ofRequest.extend({ kind: z.string(), input: body });
const delivery = z.object({
  webhook: z.string(),
  statusCode: z.number(),
  result: resultRef.optional(),
  error: z.string().optional(),
  attempt: z.number(),
});
export type DeliveryInput = z.infer<typeof delivery>;
export const grantAndDeliverInput = ofRequest.extend({
  grants: z.array(z.number()),
  after: z.number(),
  delivery: delivery.optional(),
});
export const cancelRequestsInput = z.object({ endpoint: z.string(), from: z.number(), to: z.number() });

export interface CleanInput {
  endpoint: string;
}
export interface ReconcileInput {
  endpoint: string;
  dead: number[];
  workers: number;
  asOf: number;
}

export const statusObject = z
  .object({
    statusCode: z.int(),
    serverlessID: z.string(),
    requestID: z.string(),
    status: z.enum(['queueing', 'running', 'succeed', 'failed', 'canceled', 'expired', 'not found']),
    message: z.string(),
    result: z.base64().nullable().describe('The bytes of the worker’s result.'),
    resultUrl: z.url().optional().describe('Instead of a result that is too large: a URL that works for an hour.'),
  })
  .meta({ id: 'ServerlessStatus' });
export type StatusObject = z.infer<typeof statusObject>;
