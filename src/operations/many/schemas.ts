import { z } from 'zod';
import { errorDetail } from '../../platform/http/schemas.js';
import { blobPrefix } from '../names.js';
import { operationId, operationStatus } from '../schemas.js';

/** The activities by their registered names. */
export const FIND_TARGETS = 'operations_findTargets';
export const ACT_ON_TARGETS = 'operations_actOnTargets';
export const JOIN_OUTCOMES = 'operations_joinOutcomes';

export const CANCEL_MANY = 'operations.cancelMany';
export const DELETE_MANY = 'operations.deleteMany';
/** A filter never finds them. */
export const MANY_KINDS: readonly string[] = [CANCEL_MANY, DELETE_MANY];

/** What is done to each target. */
const action = z.enum(['cancel', 'delete']);
export type Action = z.infer<typeof action>;

const MAX_IDS = 1_000;
/** Targets of one page (targets.ts). */
export const PAGE_SIZE = 200;

const instant = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-22T04:15:00Z' });
const filterFields = {
  kind: z.string().min(1).max(100).optional().meta({ description: 'Only operations of this kind.' }),
  status: operationStatus.optional().meta({ description: 'Only operations with this status.' }),
  createdAfter: instant.optional(),
  createdBefore: instant.optional(),
};
const filter = z.strictObject(filterFields);
const ids = z
  .array(operationId)
  .min(1, 'expected 1 to 1000 ids, got 0')
  .max(MAX_IDS, { error: ({ input }) => `expected 1 to ${MAX_IDS} ids, got ${(input as unknown[]).length}` });

export const manyRequest = z
  .strictObject({
    ids: ids.optional().meta({ description: 'The operations. An id that is given twice counts once.' }),
    filter: filter
      .refine((given) => Object.keys(given).length > 0, {
        error: `expected at least one of ${Object.keys(filterFields).join(', ')}`,
      })
      .optional()
      .meta({ description: 'All operations that fit every given field. At least one field is needed.' }),
  })
  .refine((given) => (given.ids === undefined) !== (given.filter === undefined), {
    error: 'expected either ids or filter',
  })
  .meta({ id: 'ManyOperationsRequest' });

/** The input of the orchestrator; the ids are in a blob. */
export const manyInput = z.object({
  ids: z.object({ blob: z.string(), count: z.number() }).optional(),
  filter: filter.optional(),
});
export type ManyInput = z.infer<typeof manyInput>;

const outcome = z.object({
  id: operationId,
  outcome: z.enum(['canceled', 'deleted', 'failed']).describe('`canceled`: it was asked to stop, or is canceled.'),
  error: errorDetail.optional().describe('Only when failed.'),
});
export type TargetOutcome = z.infer<typeof outcome>;

export const manyResult = z
  .object({
    succeeded: z.int().min(0),
    failed: z.int().min(0),
    results: z.array(outcome).describe('One entry per operation: in the order of the ids, or newest first.'),
  })
  .meta({ id: 'ManyOperationsResult' });
export type ManyResult = z.infer<typeof manyResult>;

/** Work of an activity on pages; it begins no further page after `forMs`. */
const part = z.object({
  action,
  page: z.number(),
  forMs: z.number(),
  /** Whether a failure that may pass is the outcome of its target, because the page is not tried again. */
  isLastAttempt: z.boolean(),
});

export const findInput = part.extend({
  input: manyInput,
  /** Only operations that were created before, as an ISO time. */
  createdBefore: z.string(),
  /** The position in the list after which the page begins. */
  after: z.string().optional(),
});
export type FindInput = z.infer<typeof findInput>;

/** Where to go on. */
export interface Found {
  page: number;
  after?: string;
  /** Targets that this activity found. */
  targets: number;
  /** Whether there are no more pages: `page` is their number. */
  isComplete: boolean;
}

export const actInput = part.extend({ pages: z.number() });
export type ActInput = z.infer<typeof actInput>;

/** The next page, and the outcomes of this activity. */
export interface Acted {
  page: number;
  succeeded: number;
  failed: number;
}

export const joinInput = z.object({ pages: z.number() });

const pageName = (operationId: string, folder: string, page: number) =>
  `${blobPrefix(operationId)}${folder}/${String(page).padStart(6, '0')}.json`;
export const targetsBlobName = (operationId: string, page: number) => pageName(operationId, 'targets', page);
export const outcomesBlobName = (operationId: string, page: number) => pageName(operationId, 'outcomes', page);
