import { isFinal, type JobRequest, type JobView } from './job.js';
import { type JobStore } from './job-store.js';
import { JobTable, type Fate, type Job } from './job-table.js';
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

/** As many jobs wait as may. */
export class TooManyJobsError extends Error {
  override readonly name = 'TooManyJobsError';
}

/**
 * Runs the jobs of the service.
 *
 * J1. At most `threads` threads are there at a time; jobs begin in the order in which they were submitted.
 * J2. A job that was accepted is run even if the process is killed, and run again if it was running.
 * J3. A status that is final stays; Completed has its output. A thread may speak after its job was cancelled or
 *     forgotten; that changes nothing.
 * J4. A thread that only learns any more gives way to a job that waits, unless it is the first to learn of its company.
 */
export class Jobs {
  private readonly table: JobTable;
  private readonly threads = new Set<JobThread>();
  private closing = false;

  constructor(private readonly options: JobsOptions) {
    this.table = new JobTable(options);
    for (const job of this.table.all()) this.takeUp(job);
    this.startSoon();
  }

  /**
   * @throws {JobConflictError} when the name is another job's
   * @throws {TooManyJobsError} when the job is new and too many wait
   */
  submit(request: JobRequest, fate: Fate = 'run'): JobView {
    const known = this.table.findSame(request);
    if (known) return viewOf(known);
    if (this.table.waiting().length >= this.options.waiting) throw new TooManyJobsError('Too many jobs are waiting.');
    const job = this.table.add(request, fate);
    this.startSoon();
    return viewOf(job);
  }

  /** Undefined for a name that is not known, or no more. */
  view(name: string): JobView | undefined {
    const job = this.table.find(name);
    return job && viewOf(job);
  }

  /** Where the output of a job that is Completed is. */
  outputFile(name: string): string {
    return this.options.store.outputFile(name);
  }

  /** A waiting job is Canceled at once, a running one when its thread is gone; one that has ended stays as it is. */
  cancel(name: string): JobView | undefined {
    const job = this.table.find(name);
    if (!job) return undefined;
    if (isFinal(job.record.status)) return viewOf(job);
    if (job.thread) {
      this.table.set(job, { status: 'CancelRequested' });
      job.thread.stop();
    } else {
      this.table.end(job, 'Canceled');
    }
    return viewOf(job);
  }

  counts(): { running: number; waiting: number } {
    return { running: this.threads.size, waiting: this.table.waiting().length };
  }

  /** Drops the jobs that ended longer ago than they are kept. */
  sweep(): void {
    for (const { record } of this.table.all()) this.table.find(record.name);
  }

  /** Forgets every job, running ones too. */
  forgetAll(): void {
    for (const { record, thread } of this.table.all()) {
      this.table.remove(record.name);
      thread?.stop();
    }
  }

  /** Stops the threads; their jobs run again at the next start. */
  close(): void {
    this.closing = true;
    for (const job of this.table.all()) {
      const { status, starts } = job.record;
      if (job.thread && !isFinal(status)) this.table.set(job, { starts: starts - 1 }); // it was not the job's doing
      job.thread?.stop();
    }
  }

  /** A job as the last process left it: J2. */
  private takeUp(job: Job): void {
    const { status, starts } = job.record;
    if (isFinal(status)) return;
    if (status === 'CancelRequested') this.table.end(job, 'Canceled');
    else if (starts < MAX_STARTS) this.table.set(job, { status: 'Queued' });
    else this.table.end(job, 'Failed', `The service ended ${MAX_STARTS} times while it ran this job.`);
  }

  /** After the answer to who submitted is on its way. */
  private startSoon(): void {
    setImmediate(() => {
      if (this.closing) return;
      for (const job of this.table.waiting()) {
        if (this.threads.size < this.options.threads) this.guarded(job, () => this.start(job)); // J1
      }
      if (this.table.waiting().length > 0) this.makeRoom();
    });
  }

  /** J4. What waits starts when the thread has ended. */
  private makeRoom(): void {
    const knows = ({ record }: Job) => this.options.store.calibrationOf(record.company) !== undefined;
    const learning = this.table.all().find((job) => job.thread && job.record.status === 'Completed' && knows(job));
    learning?.thread?.stop();
  }

  private start(job: Job): void {
    if (job.fate === 'fail') {
      this.table.end(job, 'Failed', 'This job was to fail (fault switch).');
      return;
    }
    this.table.set(job, { status: 'Running', starts: job.record.starts + 1 });
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
        delete job.thread;
        this.guarded(job, () => this.ended(job, error));
        for (const file of [zipFile, resultFile]) store.removeWorkFile(file);
        this.startSoon();
      },
    });
    job.thread = thread;
    this.threads.add(thread);
  }

  private hear(job: Job, message: ThreadMessage, resultFile: string): void {
    if (message.kind === 'calibrated') this.options.store.keepCalibration(job.record.company, message.calibration);
    if (job.record.status !== 'Running' || !this.table.has(job)) return; // J3
    if (message.kind === 'progress') job.progress = message.percent;
    if (message.kind === 'failed') this.table.end(job, 'Failed', message.error);
    if (message.kind === 'done') {
      this.options.store.keepOutput(job.record.name, resultFile); // J3
      this.table.end(job, 'Completed');
      this.startSoon(); // J4
    }
  }

  private ended(job: Job, error: string): void {
    if (!this.table.has(job) || isFinal(job.record.status)) return;
    if (job.record.status === 'CancelRequested') this.table.end(job, 'Canceled');
    else if (!this.closing) this.table.end(job, 'Failed', error);
  }

  /** A disk that is full fails the job whose file does not fit, and not the service. */
  private guarded(job: Job, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      console.error(thrown);
      if (isFinal(job.record.status)) return;
      this.table.giveUp(job);
      job.thread?.stop();
    }
  }
}

function viewOf({ record: { name, status, error }, progress }: Job): JobView {
  const percent = status === 'Completed' ? 100 : progress;
  return { name, status, ...(error !== undefined && { error }), ...(status !== 'Queued' && { progress: percent }) };
}
