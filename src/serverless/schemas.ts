import { z } from 'zod';

/** docs/contracts/serverless.md; MB are 10⁶ bytes. */
export const MAX_BODY_BYTES = 20_000_000;
export const MAX_ASYNC_RESULT_BYTES = 2_000_000;
export const MAX_SYNC_RESULT_BYTES = 10_000_000;
export const MAX_STATUSES = 100;
export const DEFAULT_TTL_MS = 900_000;
export const SYNC_TTL_MS = 180_000;
export const TTL_LIMIT_MS = 24 * 3_600_000;
/** How long an ended request is shown, and how long it is known that there was one. */
export const VISIBLE_MS = 30 * 60_000;
export const REMEMBERED_MS = 24 * 3_600_000;
export const RESULT_URL_MINUTES = 60;

/** Unknown fields are let be: there are clients that this contract was not written for. */
export const requestData = z.looseObject({
  input: z.unknown().refine((input) => input !== undefined && input !== null),
  webhook: z.unknown().optional(),
  policy: z.unknown().optional(),
});
export const policy = z.looseObject({ ttl: z.number().gt(0).lt(TTL_LIMIT_MS).default(DEFAULT_TTL_MS) });
export const requestID = z.uuid();
export const sequenceText = z.string().regex(/^[1-9]\d{0,15}$/);
export const statusesQuery = z.looseObject({ requestIDs: z.array(z.string()).min(1).max(MAX_STATUSES) });

/**
 * What a request came to, or where it is. `refused`: it was never in the queue; `queued`: it was, when that was noted, and
 * the queue itself knows whether it still is.
 */
export type RequestState = 'refused' | 'queued' | 'running' | EndState;
export type EndState = 'succeed' | 'failed' | 'canceled' | 'expired';

/** A worker's result: short ones as they are, others where they are kept. */
export const resultRef = z.union([
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
  /** The last moment of its life. */
  deadline: number;
  /** The endpoint's limits as they were read at `asOf`. */
  workers: number;
  ahead: number;
  maxSyncWaiting: number;
  asOf: number;
  /** Waits between attempts at the webhook, ms. */
  gapsMs: readonly number[];
  /** One of the app's own operation kinds, when that is the worker. */
  kind?: string;
}
export const body = z.union([z.object({ text: z.string() }), z.object({ blob: z.string() })]);
export type Body = z.infer<typeof body>;

/** The custom status of a request's orchestrator: all that its clients are shown. */
export interface RequestNote {
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

export interface DeliveryState {
  state: 'pending' | 'delivered' | 'given up';
  attempts: number;
  /** Why the last attempt failed. */
  error?: string;
}

/** The data of the event that ends a request's waiting. */
export interface Turn {
  /** Who was given a place, or made ready, before it; 0: nobody whom it is worth waiting for. */
  after: number;
  /** It has no place yet: the process that told it. */
  ready?: string;
}

/** What the call of a worker came to. */
export const workerEnd = z.object({
  state: z.enum(['succeed', 'failed', 'canceled', 'expired']),
  at: z.number(),
  tookMs: z.number().optional(),
  error: z.string().optional(),
  result: resultRef.optional(),
});
export type WorkerEnd = z.infer<typeof workerEnd>;

/** Inputs of the slice's activities. */
export const ofRequest = z.object({ endpoint: z.string(), requestID: z.string() });
export const callInput = ofRequest.extend({
  input: body,
  deadline: z.number(),
  sequence: z.number(),
  /** Who was given a place, or made ready, before it. */
  after: z.number(),
  /** It had no place when it was told to go on, by this process. */
  ready: z.string().optional(),
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
/** How an attempt at the webhook failed, if it did, and whether another one is in vain. */
export interface Settled {
  error?: string;
  final?: boolean;
}
export const settleInput = ofRequest.extend({
  grants: z.array(z.number()),
  readyFrom: z.number().optional(),
  boot: z.string().optional(),
  after: z.number(),
  delivery: delivery.optional(),
});
export const dropInput = z.object({ endpoint: z.string(), from: z.number(), to: z.number() });

export interface CleanInput {
  endpoint: string;
}
export interface TendInput {
  endpoint: string;
  dead: number[];
  workers: number;
  ahead: number;
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
