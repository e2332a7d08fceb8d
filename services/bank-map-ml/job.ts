import { z } from 'zod';

const FINAL = ['Completed', 'Failed', 'Canceled'] as const;

/** Those of Azure ML's states that a job here can be in. */
export const JOB_STATUSES = ['Queued', 'Running', 'CancelRequested', ...FINAL] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const isFinal = (status: JobStatus): boolean => (FINAL as readonly string[]).includes(status);

/** What is kept of a job. Times are milliseconds since 1970. */
export const jobRecord = z.object({
  name: z.string(),
  company: z.string(),
  /** Without its query, which may hold a signature, once the job has ended. */
  inputUrl: z.string(),
  status: z.enum(JOB_STATUSES),
  /** Why it failed. */
  error: z.string().optional(),
  submittedAt: z.number(),
  endedAt: z.number().optional(),
  /** How often it was begun; more than once after the process was killed. */
  starts: z.number(),
});
export type JobRecord = z.infer<typeof jobRecord>;

/** What clients see of a job. */
export interface JobView {
  name: string;
  status: JobStatus;
  error?: string;
  /** Percent. */
  progress?: number;
}

/** What a job is asked to do. */
export interface JobRequest {
  company: string;
  inputUrl: string;
  jobName: string;
}
