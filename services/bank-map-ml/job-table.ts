import { withoutQuery } from './input/download.js';
import { type JobRecord, type JobRequest, type JobStatus } from './job.js';
import { type JobStore } from './job-store.js';
import { type JobThread } from './job-thread.js';

/** How a job is run: all values but `run` are faults for tests. */
export type JobMode = 'run' | 'fail' | 'stall';

export interface Job {
  readonly record: JobRecord;
  readonly mode: JobMode;
  /** Percent. */
  progress: number;
  /** Set while the job runs. */
  thread?: JobThread;
}

export interface JobTableOptions {
  readonly store: JobStore;
  /** How long a job and its output are kept after its end. */
  readonly retentionMs: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The name is used by a job with another input. */
export class JobConflictError extends Error {
  override readonly name = 'JobConflictError';
}

/**
 * The stored jobs by name.
 *
 * K1. A name identifies one job: the same name and input is the same job, another input is a conflict.
 * K2. A change is stored before clients can see it.
 */
export class JobTable {
  readonly #jobs = new Map<string, Job>();

  readonly #options: JobTableOptions;

  constructor(options: JobTableOptions) {
    this.#options = options;

    for (const record of options.store.load()) this.#jobs.set(record.name, { record, mode: 'run', progress: 0 });
  }

  add({ jobName: name, company, inputUrl }: JobRequest, mode: JobMode): Job {
    const record: JobRecord = { name, company, inputUrl, status: 'Queued', submittedAt: this.#now(), starts: 0 };
    this.#options.store.save(record); // K2
    const job: Job = { record, mode, progress: 0 };
    this.#jobs.set(name, job);
    return job;
  }

  /** The job of this name; expired jobs are deleted. */
  find(name: string): Job | undefined {
    const job = this.#jobs.get(name);
    if (job?.record.endedAt === undefined || this.#now() < job.record.endedAt + this.#options.retentionMs) return job;
    this.remove(name);
    return undefined;
  }

  /**
   * The existing job for this request. A queued job takes the new URL, whose signature is more recent.
   *
   * @throws {JobConflictError} K1
   */
  findSame({ jobName, company, inputUrl }: JobRequest): Job | undefined {
    const job = this.find(jobName);
    if (!job) return undefined;
    const { record } = job;
    if (record.company !== company || withoutQuery(record.inputUrl) !== withoutQuery(inputUrl)) {
      throw new JobConflictError(`Another job has the name ${jobName}; use another name.`);
    }
    if (record.status === 'Queued' && record.inputUrl !== inputUrl) this.set(job, { inputUrl });
    return job;
  }

  /** In the order of submission. */
  all(): Job[] {
    return [...this.#jobs.values()];
  }

  waiting(): Job[] {
    return this.all().filter(({ record }) => record.status === 'Queued');
  }

  /** Whether the table contains this job, and not another one of its name. */
  has(job: Job): boolean {
    return this.#jobs.get(job.record.name) === job;
  }

  remove(name: string): void {
    this.#jobs.delete(name);
    this.#options.store.remove(name);
  }

  set({ record }: Job, change: Partial<JobRecord>): void {
    this.#options.store.save({ ...record, ...change }); // K2
    Object.assign(record, change);
  }

  end(job: Job, status: JobStatus, error?: string): void {
    this.set(job, { status, error, endedAt: this.#now(), inputUrl: withoutQuery(job.record.inputUrl) });
  }

  /** Fails a job whose end cannot be stored; only in memory. */
  failInMemory({ record }: Job): void {
    const error = 'The service could not store the state of this job.';
    Object.assign(record, { status: 'Failed', error, endedAt: this.#now() } satisfies Partial<JobRecord>);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}
