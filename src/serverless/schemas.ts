import { z } from 'zod';
import { type DeliveryRun } from '../operations/delivery.orchestrator.js';
import { sensitive } from '../platform/sensitive.js';
import { type DeliveryState } from '../webhooks/attempts.js';

/** docs/contracts/serverless.md; MB are 10⁶ bytes. */
export const MAX_BODY_BYTES = 20_000_000;
export const MAX_ASYNC_RESULT_BYTES = 2_000_000;
export const MAX_SYNC_RESULT_BYTES = 10_000_000;
const MAX_STATUSES = 100;
/** Results in one answer, bytes; further ones are given as URLs. */
export const MAX_STATUSES_BYTES = 8_000_000;
const DEFAULT_TTL_MS = 900_000;
export const SYNC_TTL_MS = 180_000;
const TTL_LIMIT_MS = 24 * 3_600_000;
/** How long an ended request is shown, and how long the app knows that it existed. */
export const VISIBLE_MS = 30 * 60_000;
export const REMEMBERED_MS = 24 * 3_600_000;
/** A request ends within its TTL, and is remembered for a day after that. */
export const KEPT_MS = TTL_LIMIT_MS + REMEMBERED_MS;
export const RESULT_URL_MINUTES = 60;

/** Unknown fields are ignored: existing clients may send more than the contract names. */
export const policy = z
  .looseObject({ ttl: z.number().gt(0).lt(TTL_LIMIT_MS).default(DEFAULT_TTL_MS).describe('Milliseconds.') })
  .meta({ id: 'ServerlessPolicy' });
const syncRequest = z.looseObject({ input: z.unknown().describe('Any JSON but null; the worker gets it.') });
/** Bodies in the OpenAPI document; they are read member by member (routes/request-data.ts). */
export const syncBody = syncRequest.meta({ id: 'ServerlessSyncRequest' });
export const asyncBody = syncRequest
  .extend({ webhook: z.url().describe('Gets the result.'), policy: policy.optional() })
  .meta({ id: 'ServerlessRequest' });
export const requestID = z.uuid();
export const sequenceText = z.string().regex(/^[1-9]\d{0,15}$/);
export const statusesQuery = z
  .looseObject({ requestIDs: z.array(z.string()).min(1).max(MAX_STATUSES) })
  .meta({ id: 'ServerlessStatusQuery' });

export type EndState = 'succeed' | 'failed' | 'canceled' | 'expired';

/** A worker's result: a short one inline, a longer one as a blob. */
const resultRef = z.union([
  z.object({ base64: z.string(), contentType: z.string() }),
  z.object({ blob: z.string(), bytes: z.number(), contentType: z.string() }),
]);
export type ResultRef = z.infer<typeof resultRef>;

export type Mode = 'async' | 'sync';

const body = z.union([z.object({ text: z.string() }), z.object({ blob: z.string() })]);
export type Body = z.infer<typeof body>;

/** How the call of a worker ended. */
export interface WorkerEnd {
  state: EndState;
  /** ms since the epoch. */
  at: number;
  error?: string;
  result?: ResultRef;
}

/** A webhook's URL may have a secret in its path or query. */
const webhookUrl = sensitive(z.string());

/** Inputs of the slice's activities. */
export const ofEndpoint = z.object({ endpoint: z.string(), createdAt: z.string() });
export type OfEndpoint = z.infer<typeof ofEndpoint>;
const ofRequest = ofEndpoint.extend({
  requestID: z.string(),
  sequence: z.number(),
  /** `traceparent` of the call that it came with; absent in an input of before. */
  traceParent: z.string().optional(),
});
export type OfRequest = z.infer<typeof ofRequest>;
/** A request that has a place: what its worker and its webhook need. */
export const ofRun = ofRequest.extend({ deadline: z.number(), input: body, webhook: webhookUrl.optional() });
export type OfRun = z.infer<typeof ofRun>;
const delivery = z.object({
  webhook: webhookUrl,
  statusCode: z.number(),
  result: resultRef.optional(),
  error: z.string().optional(),
});
export type DeliveryInput = z.infer<typeof delivery>;
export const deliverInput = ofRequest.extend({
  delivery,
  /** From 1; a redelivery is another round. */
  round: z.number().optional(),
  /** From 1. */
  attempt: z.number(),
  /** Whether this attempt, if it fails, starts the orchestration of the others. */
  startsRest: z.boolean().optional(),
});

export type DeliverInput = z.infer<typeof deliverInput>;
/** Null when there is no slot for the attempt now. */
export type DeliverResult = DeliveryState | null;

export type DeliveryOrchestrationInput = OfRequest & Pick<DeliverInput, 'delivery' | 'round'> & DeliveryRun;

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
