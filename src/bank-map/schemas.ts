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

const item = z.object({ no: z.string(), type: z.string(), name: z.string() });
const details = z.record(z.string(), z.number()).describe('Values of the features, by name.');

const main = z.object({
  item,
  similarity: z.number(),
  recommended: z.boolean(),
  confidence_score: z.number().describe('How sure it is, from 0 to 1.'),
  type: z.enum(['Similarity', 'Text to Account']),
  details,
  docs: z.array(
    z.object({
      item: z.object({
        no: z.string(),
        ext_no: z.string(),
        type: z.string(),
        currency: z.string(),
        amount: z.number(),
        due: z.string(),
      }),
      sum: z.number(),
      reason: z.string(),
    }),
  ),
  total_applied: z.number(),
  amount_remaining: z.number(),
});

/** The result of a job. The app passes it on as the ML service wrote it. */
export const mapResult = z
  .object({
    company: z.string(),
    mappings: z.array(
      z.object({
        entry: z.object({
          amount: z.number(),
          date: z.string(),
          msg: z.string(),
          currency: z.string(),
          desc: z.string(),
          id: z.string(),
          type: z.string(),
          bank_account: z.string(),
        }),
        main: z.union([main, z.object({})]).describe('Empty for a line of more than 60 days ago.'),
        alternatives: z.array(z.object({ item, similarity: z.number(), recommended: z.literal(false), details })),
      }),
    ),
    info: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'BankMapResult' });

export const mapStarted = z
  .object({
    company: z.string(),
    id: z.string().describe('The operation’s id, a ULID.'),
    job_id: z.string().meta({ examples: ['lucid_school_dqmm25308q'] }),
    metrics: z
      .object({ extract_zip_sec: z.number(), copy_to_storage_sec: z.number(), total_sec: z.number() })
      .describe('Seconds.'),
    info: z.object({ app_version: z.string() }),
    trace_id: z.string(),
  })
  .meta({ id: 'BankMapStarted' });

export const mapStatus = z
  .object({ status: jobStatus, job_id: z.string(), trace_id: z.string(), error: z.string().optional() })
  .meta({ id: 'BankMapStatus' });

export const mapError = z
  .object({ error: z.string(), trace_id: z.string() })
  .meta({ id: 'BankMapError', description: 'What went wrong, as clients of the bank-statement mapping know it.' });
