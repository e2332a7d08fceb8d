import { withoutQuery } from './input/download.js';
import { isFinal, type JobRecord, type JobRequest, type JobStatus, type JobView } from './job.js';
import { type JobStore } from './job-store.js';
import { startJobThread, type JobThread, type ThreadMessage } from './job-thread.js';

/** A job that the process ended with so often may be why. */
const MAX_STARTS = 3;

export interface JobsOptions {
  readonly store: JobStore;
  /** Jobs that run at a time, a thread each. */
  readonly threads: number;
  /** Jobs that may wait for a thread. */
  readonly waiting: number;
  /** What the heap of one job's thread may grow to. */
  readonly memoryMb: number;
  /** The share of errors among recommended mappings that a company takes, of 1. */
  readonly errorShare: number;
  /** How long a job and its output are kept once it has ended. */
  readonly retentionMs: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Another input has this name already. */
export class JobConflictError extends Error {
  override readonly name = 'JobConflictError';
}

/** As many jobs wait as may. */
export class TooManyJobsError extends Error {
  override readonly name = 'TooManyJobsError';
}

/** What becomes of a job: all but `run` are faults for tests. */
export type Fate = 'run' | 'fail' | 'stall';

interface Job {
  readonly record: JobRecord;
  readonly fate: Fate;
  progress: number;
  thread?: JobThread;
}

/**
 * The jobs of the service.
 *
 * J1. A name is one job's as long as it is kept: asked for again with the same input it is the same job, and with
 *     another input it is refused.
 * J2. At most `threads` threads are there at a time; jobs begin in the order in which they were submitted.
 * J3. What a client was told is on disk first: a job that was accepted is run even if the process is killed, and run
 *     again if it was running. A status that is final stays; Completed has its output.
 * J4. A thread may speak after its job was cancelled or forgotten; that changes nothing.
 */
export class Jobs {
  private readonly jobs = new Map<string, Job>();
  private readonly threads = new Set<JobThread>();
  private closing = false;

  constructor(private readonly options: JobsOptions) {
    for (const record of options.store.load()) this.takeUp(record);
    this.startSoon();
  }

  /**
   * @throws {JobConflictError} J1
   * @throws {TooManyJobsError} when the job is new and too many wait
   */
  submit({ jobName: name, company, inputUrl }: JobRequest, fate: Fate = 'run'): JobView {
    const known = this.find(name);
    if (known) return viewOf(same(known, company, inputUrl));
    if (this.waiting().length >= this.options.waiting) throw new TooManyJobsError('Too many jobs are waiting.');
    const record: JobRecord = { name, company, inputUrl, status: 'Queued', submittedAt: this.now(), starts: 0 };
    this.options.store.save(record); // J3
    const job: Job = { record, fate, progress: 0 };
    this.jobs.set(name, job);
    this.startSoon();
    return viewOf(job);
  }

  /** Undefined for a name that is not known, or no more. */
  view(name: string): JobView | undefined {
    const job = this.find(name);
    return job && viewOf(job);
  }

  /** Where the output of a job that is Completed is. */
  outputFile(name: string): string {
    return this.options.store.outputFile(name);
  }

  /** A waiting job is Canceled at once, a running one when its thread is gone; one that has ended stays as it is. */
  cancel(name: string): JobView | undefined {
    const job = this.find(name);
    if (!job) return undefined;
    if (job.thread && job.record.status === 'Running') {
      this.set(job, { status: 'CancelRequested' });
      job.thread.stop();
    } else if (!isFinal(job.record.status) && !job.thread) {
      this.end(job, 'Canceled');
    }
    return viewOf(job);
  }

  counts(): { running: number; waiting: number } {
    return { running: this.threads.size, waiting: this.waiting().length };
  }

  /** Drops the jobs that ended longer ago than they are kept. */
  sweep(): void {
    for (const name of this.jobs.keys()) this.find(name);
  }

  /** Forgets every job, running ones too. */
  forgetAll(): void {
    for (const { record, thread } of [...this.jobs.values()]) {
      this.forget(record.name);
      thread?.stop();
    }
  }

  /** Stops the threads; their jobs run again at the next start. */
  close(): void {
    this.closing = true;
    for (const { thread, record } of this.jobs.values()) {
      if (!thread) continue;
      if (!isFinal(record.status)) this.set({ record }, { starts: record.starts - 1 }); // it was not the job's doing
      thread.stop();
    }
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private find(name: string): Job | undefined {
    const job = this.jobs.get(name);
    if (job?.record.endedAt === undefined || this.now() < job.record.endedAt + this.options.retentionMs) return job;
    this.forget(name);
    return undefined;
  }

  private forget(name: string): void {
    this.jobs.delete(name);
    this.options.store.remove(name);
  }

  private waiting(): Job[] {
    return [...this.jobs.values()].filter(({ record }) => record.status === 'Queued');
  }

  /** A job as the last process left it. */
  private takeUp(record: JobRecord): void {
    const job: Job = { record, fate: 'run', progress: 0 };
    this.jobs.set(record.name, job);
    if (record.status === 'CancelRequested') this.end(job, 'Canceled');
    else if (isFinal(record.status)) return;
    else if (record.starts < MAX_STARTS) this.set(job, { status: 'Queued' });
    else this.end(job, 'Failed', `The service ended ${MAX_STARTS} times while it ran this job.`);
  }

  /** After the answer to who submitted is on its way. */
  private startSoon(): void {
    setImmediate(() => {
      for (const job of this.waiting()) {
        if (this.closing || this.threads.size >= this.options.threads) return; // J2
        this.guarded(job, () => this.start(job));
      }
    });
  }

  private start(job: Job): void {
    if (job.fate === 'fail') {
      this.end(job, 'Failed', 'This job was to fail (fault switch).');
      return;
    }
    this.set(job, { status: 'Running', starts: job.record.starts + 1 });
    if (job.fate === 'run') this.runInThread(job);
  }

  private runInThread(job: Job): void {
    const { store, memoryMb, errorShare } = this.options;
    const { company, inputUrl } = job.record;
    const [zipFile, resultFile] = [store.workFile(), store.workFile()];
    const calibration = store.calibrationOf(company);
    const thread = startJobThread({ company, inputUrl, zipFile, resultFile, calibration, errorShare }, memoryMb, {
      message: (message) => this.guarded(job, () => this.hear(job, message, resultFile)),
      ended: (error) => {
        this.threads.delete(thread);
        this.guarded(job, () => this.ended(job, error));
        for (const file of [zipFile, resultFile]) store.removeWorkFile(file);
      },
    });
    job.thread = thread;
    this.threads.add(thread);
  }

  private hear(job: Job, message: ThreadMessage, resultFile: string): void {
    if (message.kind === 'calibrated') this.options.store.keepCalibration(job.record.company, message.calibration);
    if (job.record.status !== 'Running' || !this.isKept(job)) return; // J4
    if (message.kind === 'progress') job.progress = message.percent;
    if (message.kind === 'failed') this.end(job, 'Failed', message.error);
    if (message.kind === 'done') {
      this.options.store.keepOutput(job.record.name, resultFile); // J3
      this.end(job, 'Completed');
    }
  }

  private ended(job: Job, error: string): void {
    delete job.thread;
    this.startSoon();
    if (!this.isKept(job) || isFinal(job.record.status)) return;
    if (job.record.status === 'CancelRequested') this.end(job, 'Canceled');
    else if (!this.closing) this.end(job, 'Failed', error);
  }

  /** A disk that is full fails the job whose file does not fit, and not the service. */
  private guarded(job: Job, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      console.error(thrown);
      const error = 'The service could not write down what became of this job.';
      Object.assign(job.record, { status: 'Failed', error, endedAt: this.now() } satisfies Partial<JobRecord>);
      job.thread?.stop();
    }
  }

  private isKept(job: Job): boolean {
    return this.jobs.get(job.record.name) === job;
  }

  private end(job: Job, status: JobStatus, error?: string): void {
    this.set(job, { status, error, endedAt: this.now(), inputUrl: withoutQuery(job.record.inputUrl) });
  }

  private set({ record }: Pick<Job, 'record'>, change: Partial<JobRecord>): void {
    this.options.store.save({ ...record, ...change }); // J3
    Object.assign(record, change);
  }
}

/** @throws {JobConflictError} when the job was submitted with another input */
function same(job: Job, company: string, inputUrl: string): Job {
  const { record } = job;
  if (record.company === company && withoutQuery(record.inputUrl) === withoutQuery(inputUrl)) return job;
  throw new JobConflictError(`Another job has the name ${record.name}; give this one a name of its own.`);
}

function viewOf({ record: { name, status, error }, progress }: Job): JobView {
  const percent = status === 'Completed' ? 100 : progress;
  return { name, status, ...(error !== undefined && { error }), ...(status !== 'Queued' && { progress: percent }) };
}
