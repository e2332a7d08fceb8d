import { isFinal, type JobRequest, type JobView } from './job.js';
import { JobTable, type JobTableOptions, type JobMode, type Job } from './job-table.js';
import { startJobThread, type JobThread, type MappingSettings, type ThreadMessage } from './job-thread.js';

/** A job that was running at this many ends of the process may be the cause and is failed. */
const MAX_STARTS = 3;

export interface JobsOptions extends JobTableOptions {
  /** Jobs that run at a time, each in a thread. */
  readonly threads: number;
  /** Jobs that can wait for a thread. */
  readonly waiting: number;
  /** Maximum heap of a job's thread. */
  readonly memoryMb: number;
  readonly settings: MappingSettings;
}

/** The queue of jobs is full. */
export class TooManyJobsError extends Error {
  override readonly name = 'TooManyJobsError';
}

/**
 * Runs the jobs of the service.
 *
 * J1. At most `threads` threads run at a time; jobs start in the order of submission.
 * J2. An accepted job is run even if the process is killed; a job that was running is run again.
 * J3. A final status does not change, and a Completed job has its output. Messages of a thread whose job was canceled
 *     or deleted are ignored.
 */
export class Jobs {
  readonly #table: JobTable;
  readonly #threads = new Set<JobThread>();
  #closing = false;

  readonly #options: JobsOptions;

  constructor(options: JobsOptions) {
    this.#options = options;

    this.#table = new JobTable(options);
    for (const job of this.#table.all()) this.#recover(job);
    this.#scheduleStart();
  }

  /**
   * @throws {JobConflictError} when a job with another input has the name
   * @throws {TooManyJobsError} when the job is new and the queue is full
   */
  submit(request: JobRequest, mode: JobMode = 'run'): JobView {
    const known = this.#table.findSame(request);
    if (known) return viewOf(known);
    if (this.#table.waiting().length >= this.#options.waiting) throw new TooManyJobsError('Too many jobs are waiting.');
    const job = this.#table.add(request, mode);
    this.#scheduleStart();
    return viewOf(job);
  }

  /** Undefined for an unknown or expired name. */
  view(name: string): JobView | undefined {
    const job = this.#table.find(name);
    return job && viewOf(job);
  }

  /** The path of the output of a Completed job. */
  outputFile(name: string): string {
    return this.#options.store.outputFile(name);
  }

  /** Cancels a queued job immediately and a running one when its thread has ended. A final status does not change. */
  cancel(name: string): JobView | undefined {
    const job = this.#table.find(name);
    if (!job) return undefined;
    if (isFinal(job.record.status)) return viewOf(job);
    if (job.thread) {
      this.#table.set(job, { status: 'CancelRequested' });
      job.thread.stop();
    } else {
      this.#table.end(job, 'Canceled');
    }
    return viewOf(job);
  }

  counts(): { running: number; waiting: number } {
    return { running: this.#threads.size, waiting: this.#table.waiting().length };
  }

  /** Deletes expired jobs. */
  deleteExpired(): void {
    for (const { record } of this.#table.all()) this.#table.find(record.name);
  }

  /** Deletes all jobs, running ones included. */
  deleteAll(): void {
    for (const { record, thread } of this.#table.all()) {
      this.#table.remove(record.name);
      thread?.stop();
    }
  }

  /** Stops the threads; their jobs run again at the next start. */
  close(): void {
    this.#closing = true;
    for (const job of this.#table.all()) {
      const { status, starts } = job.record;
      if (job.thread && !isFinal(status)) this.#table.set(job, { starts: starts - 1 }); // the job did not cause this end
      job.thread?.stop();
    }
  }

  /** Continues a job of the last process (J2). */
  #recover(job: Job): void {
    const { status, starts } = job.record;
    if (isFinal(status)) return;
    if (status === 'CancelRequested') this.#table.end(job, 'Canceled');
    else if (starts < MAX_STARTS) this.#table.set(job, { status: 'Queued' });
    else this.#table.end(job, 'Failed', `The service ended ${MAX_STARTS} times while it ran this job.`);
  }

  /** Starts waiting jobs in the next turn of the event loop, after the response to the client. */
  #scheduleStart(): void {
    setImmediate(() => {
      if (this.#closing) return;
      for (const job of this.#table.waiting()) {
        if (this.#threads.size < this.#options.threads) this.#guarded(job, () => this.#start(job)); // J1
      }
    });
  }

  #start(job: Job): void {
    if (job.mode === 'fail') {
      this.#table.end(job, 'Failed', 'This job failed because of a fault switch.');
      return;
    }
    this.#table.set(job, { status: 'Running', starts: job.record.starts + 1 });
    if (job.mode === 'run') this.#runInThread(job);
  }

  #runInThread(job: Job): void {
    const { store, memoryMb, settings } = this.#options;
    const { company, inputUrl } = job.record;
    const [zipFile, resultFile] = [store.workFile(), store.workFile()];
    const thread = startJobThread({ company, inputUrl, zipFile, resultFile, settings }, memoryMb, {
      message: (message) => this.#guarded(job, () => this.#handleMessage(job, message, resultFile)),
      ended: (error) => {
        this.#threads.delete(thread);
        delete job.thread;
        this.#guarded(job, () => this.#ended(job, error));
        for (const file of [zipFile, resultFile]) store.removeWorkFile(file);
        this.#scheduleStart();
      },
    });
    job.thread = thread;
    this.#threads.add(thread);
  }

  #handleMessage(job: Job, message: ThreadMessage, resultFile: string): void {
    if (job.record.status !== 'Running' || !this.#table.has(job)) return; // J3
    if (message.kind === 'progress') job.progress = message.percent;
    if (message.kind === 'failed') this.#table.end(job, 'Failed', message.error);
    if (message.kind === 'done') {
      this.#options.store.keepOutput(job.record.name, resultFile); // J3
      this.#table.end(job, 'Completed');
    }
  }

  #ended(job: Job, error: string): void {
    if (!this.#table.has(job) || isFinal(job.record.status)) return;
    if (job.record.status === 'CancelRequested') this.#table.end(job, 'Canceled');
    else if (!this.#closing) this.#table.end(job, 'Failed', error);
  }

  /** Fails the job when `work` throws, for example because the disk is full, and not the service. */
  #guarded(job: Job, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      console.error(thrown);
      if (isFinal(job.record.status)) return;
      this.#table.failInMemory(job);
      job.thread?.stop();
    }
  }
}

function viewOf({ record: { name, status, error }, progress }: Job): JobView {
  const percent = status === 'Completed' ? 100 : progress;
  return { name, status, ...(error !== undefined && { error }), ...(status !== 'Queued' && { progress: percent }) };
}
