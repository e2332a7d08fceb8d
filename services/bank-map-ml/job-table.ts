import { withoutQuery } from './input/download.js';
import { type JobRecord, type JobRequest, type JobStatus } from './job.js';
import { type JobStore } from './job-store.js';
import { type JobThread } from './job-thread.js';

/** What becomes of a job: all but `run` are faults for tests. */
export type Fate = 'run' | 'fail' | 'stall';

export interface Job {
  readonly record: JobRecord;
  readonly fate: Fate;
  /** Percent. */
  progress: number;
  /** There while it runs, and after that while it learns. */
  thread?: JobThread;
}

export interface JobTableOptions {
  readonly store: JobStore;
  /** How long a job and its output are kept once it has ended. */
  readonly retentionMs: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Another input has this name already. */
export class JobConflictError extends Error {
  override readonly name = 'JobConflictError';
}

/**
 * The jobs that are kept, by their names.
 *
 * K1. A name is one job's as long as it is kept: with the same input it is the same job, with another it is refused.
 * K2. What a client can be told is on disk first.
 */
export class JobTable {
  private readonly jobs = new Map<string, Job>();

  constructor(private readonly options: JobTableOptions) {
    for (const record of options.store.load()) this.jobs.set(record.name, { record, fate: 'run', progress: 0 });
  }

  add({ jobName: name, company, inputUrl }: JobRequest, fate: Fate): Job {
    const record: JobRecord = { name, company, inputUrl, status: 'Queued', submittedAt: this.now(), starts: 0 };
    this.options.store.save(record); // K2
    const job: Job = { record, fate, progress: 0 };
    this.jobs.set(name, job);
    return job;
  }

  /** The job of this name, unless it ended longer ago than it is kept. */
  find(name: string): Job | undefined {
    const job = this.jobs.get(name);
    if (job?.record.endedAt === undefined || this.now() < job.record.endedAt + this.options.retentionMs) return job;
    this.remove(name);
    return undefined;
  }

  /**
   * The job that was submitted with this name before. One that waits takes over the URL, whose signature is fresher.
   *
   * @throws {JobConflictError} K1
   */
  findSame({ jobName, company, inputUrl }: JobRequest): Job | undefined {
    const job = this.find(jobName);
    if (!job) return undefined;
    const { record } = job;
    if (record.company !== company || withoutQuery(record.inputUrl) !== withoutQuery(inputUrl)) {
      throw new JobConflictError(`Another job has the name ${jobName}; give this one a name of its own.`);
    }
    if (record.status === 'Queued' && record.inputUrl !== inputUrl) this.set(job, { inputUrl });
    return job;
  }

  /** In the order in which they were submitted. */
  all(): Job[] {
    return [...this.jobs.values()];
  }

  waiting(): Job[] {
    return this.all().filter(({ record }) => record.status === 'Queued');
  }

  /** Whether it is this job that is kept, and not another one of its name. */
  has(job: Job): boolean {
    return this.jobs.get(job.record.name) === job;
  }

  remove(name: string): void {
    this.jobs.delete(name);
    this.options.store.remove(name);
  }

  set({ record }: Job, change: Partial<JobRecord>): void {
    this.options.store.save({ ...record, ...change }); // K2
    Object.assign(record, change);
  }

  end(job: Job, status: JobStatus, error?: string): void {
    this.set(job, { status, error, endedAt: this.now(), inputUrl: withoutQuery(job.record.inputUrl) });
  }

  /** Ends a job that can no longer be written down. */
  giveUp({ record }: Job): void {
    const error = 'The service could not write down what became of this job.';
    Object.assign(record, { status: 'Failed', error, endedAt: this.now() } satisfies Partial<JobRecord>);
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
