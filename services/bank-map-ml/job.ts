import { z } from 'zod';

const FINAL = ['Completed', 'Failed', 'Canceled'] as const;

/** The subset of Azure ML's states that jobs of this service have. */
const JOB_STATUSES = ['Queued', 'Running', 'CancelRequested', ...FINAL] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Whether the status never changes. */
export const isFinal = (status: JobStatus): boolean => (FINAL as readonly string[]).includes(status);

/** A stored job. Times are milliseconds since 1970. */
export const jobRecord = z.object({
  name: z.string(),
  company: z.string(),
  /** Without its query, which can be a signature, after the job has ended. */
  inputUrl: z.string(),
  status: z.enum(JOB_STATUSES),
  /** The reason of a failure. */
  error: z.string().optional(),
  submittedAt: z.number(),
  endedAt: z.number().optional(),
  /** The number of starts; more than one after the process was killed. */
  starts: z.number(),
});
export type JobRecord = z.infer<typeof jobRecord>;

/** A job in the API. */
export interface JobView {
  name: string;
  status: JobStatus;
  error?: string;
  /** Percent. */
  progress?: number;
}

/** A valid body of `POST /jobs`. */
export interface JobRequest {
  company: string;
  inputUrl: string;
  jobName: string;
}
