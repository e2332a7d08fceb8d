import { z } from 'zod';
import type { CallContext } from '../../platform/http-client.js';

/** States of a job, as Azure ML names them (docs/contracts/bank-map.md). */
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

/** A long output takes longer than a short answer: so many times the time that one call may take. */
export const OUTPUT_TIMEOUT_FACTOR = 12;

export interface MlJob {
  status: JobStatus;
  /** What the job failed with. */
  error?: string;
  /** Percent, from 0 to 100. */
  progress?: number;
}

export interface Submission {
  company: string;
  /** Reads the zip without a key, for as long as a job may take. */
  inputUrl: string;
  /** The same again is the same job. */
  jobName: string;
}

/**
 * An ML service that maps statements, one job a zip. Every call throws an OperationError that says whether trying
 * again can help.
 */
export interface MlDriver {
  /** Starts a job, once however often it is called. @returns the name that the service knows it by */
  submit(submission: Submission, call: CallContext): Promise<string>;
  /** Undefined when the service has no such job (any more). */
  status(job: string, call: CallContext): Promise<MlJob | undefined>;
  /** The result of a completed job, JSON, as it comes; undefined when the service has no such job (any more). */
  output(job: string, call: CallContext): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Stops a job. One that has ended, or is not known, needs no stopping. */
  cancel(job: string, call: CallContext): Promise<void>;
}
