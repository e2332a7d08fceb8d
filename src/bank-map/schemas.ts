import { z } from 'zod';
import { jobStatus } from './ml/driver.js';

/** The activities of the slice by their registered names. */
export const SUBMIT_JOB = 'bankMap_submitJob';
export const POLL_JOB = 'bankMap_lookAtJob';
/** Returns the location of the result, or null when the service has lost the job. */
export const STORE_OUTPUT = 'bankMap_storeOutput';
export const RELEASE_JOB = 'bankMap_releaseJob';

export const mapInput = z.object({
  company: z.string(),
  /** The job's name for clients, and for an ML service that takes names. */
  jobName: z.string(),
  /** Name of the zip's blob. */
  zip: z.string(),
  /** Hash of the zip, of a start with `Operation-Id`: by it a repeated start is recognized. */
  sha256: z.string().optional(),
  traceId: z.string(),
  /** How long the job may take, ms. */
  timeoutMs: z.number(),
  /** The first wait between two polls of the job, ms. */
  pollMs: z.number(),
});
export type MapInput = z.infer<typeof mapInput>;

export const submitInput = mapInput.pick({ company: true, jobName: true, zip: true, timeoutMs: true });
export const jobInput = z.object({ job: z.string() });
/** `cancel`: the job to stop; without it the job has ended. */
export const releaseInput = z.object({ zip: z.string(), cancel: z.string().optional() });

/** The result of a poll; `lost`: the service has no such job. */
export type JobPoll = { lost: true } | { lost: false; status: JobNote['status']; error?: string; progress?: number };

/** The orchestrator's note for `GET /api/status/{job_id}`. */
export interface JobNote {
  status: z.infer<typeof jobStatus>;
}

const item = z.object({ no: z.string(), type: z.string(), name: z.string() }).meta({ id: 'BankMapItem' });
const details = z.record(z.string(), z.number()).describe('Values of the features, by name.');

const assignedDocument = z.object({
  item: z.object({
    no: z.string(),
    ext_no: z.string(),
    type: z.enum(['Invoice', 'Credit Memo']),
    currency: z.string(),
    amount: z.number().describe('What remains to be paid.'),
    due: z.string().describe('Such as 2026-12-01T00:00:00.'),
  }),
  sum: z.number().describe('The part of the line’s amount that is applied to it.'),
  reason: z.enum(['one && amount', 'sf && amount', 'sf', 'sf sim && amount', 'sf sim', 'amount']),
});

const main = z.object({
  item,
  similarity: z.number(),
  recommended: z.boolean(),
  confidence_score: z.number().describe('How sure it is, from 0 to 1.'),
  type: z.enum(['Similarity', 'Text to Account']),
  details: details.optional().describe('Not for a rule.'),
  docs: z.array(assignedDocument).optional().describe('For a customer or vendor that was chosen by similarity.'),
  total_applied: z.number().optional().describe('With `docs`.'),
  amount_remaining: z.number().optional().describe('With `docs`.'),
});

const mapping = z.object({
  entry: z.object({
    amount: z.number().nullable(),
    date: z.string().describe('Such as 2026-11-24T00:00:00.'),
    msg: z.string(),
    currency: z.string(),
    desc: z.string().describe('The name of the other party.'),
    id: z.union([z.string(), z.number()]).nullable().describe('As the line has it.'),
    type: z.enum(['Credit', 'Debit']),
    bank_account: z.string(),
  }),
  main: z
    .union([main, z.object({})])
    .optional()
    .describe('Empty for a line of more than 60 days ago, absent without accounts and documents.'),
  alternatives: z
    .array(z.object({ item, similarity: z.number(), recommended: z.literal(false), details }))
    .optional()
    .describe('Absent for a line of more than 60 days ago.'),
});

/** The result of a job. The app passes it on as the ML service wrote it. */
export const mapResult = z
  .object({
    company: z.string(),
    mappings: z.array(mapping).describe('In the order of the lines’ dates.'),
    info: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'BankMapResult' });

/** A line with what it was mapped to, as far as the service gave it: an output is stored without a check of its fields. */
export interface Mapping {
  entry?: Partial<z.infer<typeof mapping>['entry']>;
  main?: Partial<z.infer<typeof main>>;
}

export const mapStarted = z
  .object({
    company: z.string(),
    id: z.string().describe('The operation’s id: that of the request, else a ULID.'),
    job_id: z.string().meta({ examples: ['lucid_school_dqmm25308q'] }),
    metrics: z
      .object({
        copy_to_storage_sec: z.number(),
        init_ml_client_sec: z.number(),
        init_pipeline_component_sec: z.number(),
        init_pipeline_sec: z.number(),
        create_job_sec: z.number(),
        retry_count: z.number(),
        total_start_pipeline_sec: z.number(),
        total_sec: z.number(),
        extract_zip_sec: z.number(),
      })
      .describe('Seconds, and the number of retries.'),
    info: z.object({ app_version: z.string() }),
    trace_id: z.string(),
  })
  .meta({ id: 'BankMapStarted' });
export type MapStarted = z.infer<typeof mapStarted>;

export const mapStatus = z
  .object({ status: jobStatus, job_id: z.string(), trace_id: z.string(), error: z.string().optional() })
  .meta({ id: 'BankMapStatus' });

export const mapError = z
  .object({ error: z.string(), trace_id: z.string() })
  .meta({ id: 'BankMapError', description: 'What went wrong, as clients of the bank-statement mapping know it.' });
