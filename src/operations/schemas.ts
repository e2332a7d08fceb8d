import { z } from 'zod';
import { type ErrorData } from '../platform/errors.js';
import { errorWithStatus } from '../platform/http/schemas.js';
import { type OperationTrace } from '../platform/telemetry/index.js';

/** An id is the secret that opens the status monitor; 16 characters make it hard to guess. */
export const operationId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,100}$/, 'expected 16 to 100 characters of A-Z a-z 0-9 - _')
  .meta({ description: 'The operation’s id, which is also the secret that opens its monitor.' });

export const operationStatus = z
  .enum(['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'])
  .meta({ id: 'OperationStatus' });
export type OperationStatus = z.infer<typeof operationStatus>;

const progress = z
  .object({
    total: z.int().min(0),
    completed: z.int().min(0).describe('Items that succeeded.'),
    failed: z.int().min(0).describe('Items that failed.'),
  })
  .meta({ id: 'OperationProgress' });
export type Progress = z.infer<typeof progress>;

const waitingFor = z.enum(['capacity', 'upstream', 'turn', 'paused']).meta({ id: 'WaitingFor' });
type WaitingFor = z.infer<typeof waitingFor>;

/** The status monitor of an operation whose result has the given schema. */
export function monitorOf(kind: string, result: z.ZodType) {
  return z.object({ ...monitorShape, kind: z.literal(kind), result: result.optional() });
}

const monitorShape = {
  id: operationId,
  kind: z.string().meta({ examples: ['plates.recognizeBatch'] }),
  status: operationStatus,
  retryOf: operationId.optional().describe('The operation that this one retries.'),
  retriedBy: operationId.optional().describe('The operation that retries this one.'),
  runtimeStatus: z
    .enum(['Pending', 'Running', 'Suspended', 'ContinuedAsNew', 'Completed', 'Failed', 'Terminated'])
    .meta({ id: 'RuntimeStatus' }),
  createdDateTime: z.iso.datetime(),
  lastUpdatedDateTime: z.iso.datetime(),
  expiresDateTime: z.iso.datetime().optional().describe('When a finished operation expires.'),
  percentComplete: z.int().min(0).max(100).optional(),
  progress: progress.optional(),
  waitingFor: waitingFor.optional().describe('Why the operation waits.'),
  cancelRequested: z.boolean().optional(),
  result: z.unknown().optional().describe('Only when Succeeded.'),
  resultLocation: z
    .url()
    .optional()
    .describe(
      'A URL that works for an hour: of a result of over 4 MiB, or of the whole result or error where a list in it is cut.',
    ),
  error: errorWithStatus.optional().describe('Only when Failed.'),
};

export const monitor = z.object(monitorShape).meta({ id: 'OperationMonitor', description: 'A status monitor.' });
export type Monitor = z.infer<typeof monitor>;

/** The orchestrator's input. It contains the settings at the start, so that replay does not depend on new ones. */
export interface Envelope {
  kind: string;
  input: unknown;
  createdAt: string;
  retry: RetryPolicy;
  /** `OperationKind.version` at the start. */
  version?: number;
  /** The id of the operation that it retries. */
  retryOf?: string;
  /** Whether its end starts a delivery. */
  webhook?: true;
  /** Only with telemetry (docs/telemetry.md). */
  trace?: OperationTrace;
}

/** Durable retries: `attempts` in all, `firstWaitMs` before the second, doubling up to `MAX_WAIT_MS`. */
export interface RetryPolicy {
  attempts: number;
  firstWaitMs: number;
  /** Whether a step fails when its service is paused, because a client waits for the answer. Default: it waits. */
  failsWhenPaused?: boolean;
}

/** The orchestrator's custom status: what the monitor shows while it runs. */
export interface RunStatus {
  progress?: Progress;
  waitingFor?: WaitingFor;
  cancelRequested?: boolean;
  /** What the kind's own routes show besides the monitor. */
  note?: unknown;
  /** When it last changed, by the replayed clock, ms since the epoch. */
  changedAt?: number;
}

/** What an operation's orchestrator returns. */
export type OperationEnd =
  | { end: 'succeeded'; result: unknown }
  | { end: 'succeeded'; resultBlob: string; bytes: number; wholeBlob?: string }
  | { end: 'failed'; error: Omit<ErrorData, 'retryable' | 'notCalled'>; detailsBlob?: string; wholeBlob?: string }
  | { end: 'canceled' };
