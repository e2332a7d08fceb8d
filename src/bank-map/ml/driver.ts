import { z } from 'zod';
import { type CallContext } from '../../platform/http-client.js';

/** States of a job in the words of Azure ML (docs/contracts/bank-map.md). */
export const jobStatus = z.enum([
  'NotStarted',
  'Starting',
  'Provisioning',
  'Preparing',
  'Queued',
  'Running',
  'Finalizing',
  'CancelRequested',
  'Completed',
  'Failed',
  'Canceled',
  'NotResponding',
  'Paused',
  'Unknown',
]);
export type JobStatus = z.infer<typeof jobStatus>;

/** The time-out of reading an output is that of a call, times this. */
export const OUTPUT_TIMEOUT_FACTOR = 12;

export interface MlJob {
  status: JobStatus;
  /** Why the job failed. */
  error?: string;
  /** Percent, from 0 to 100. */
  progress?: number;
}

export interface Submission {
  company: string;
  /** Reads the zip without a key, for as long as a job may take. */
  inputUrl: string;
  /** A second submission with the same name is the same job. */
  jobName: string;
}

/**
 * An ML service that maps statements, one job per zip. Every call throws an OperationError that says whether a retry
 * can help.
 */
export interface MlDriver {
  /** Starts a job; repeated calls start one. @returns the service's name of the job */
  submit(submission: Submission, call: CallContext): Promise<string>;
  /** Undefined when the service does not know the job. */
  status(job: string, call: CallContext): Promise<MlJob | undefined>;
  /** Streams the JSON result of a completed job; undefined when the service does not know the job. */
  output(job: string, call: CallContext): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Cancels a job; has no effect on an ended or unknown one. */
  cancel(job: string, call: CallContext): Promise<void>;
}
