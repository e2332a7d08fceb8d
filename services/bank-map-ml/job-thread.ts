import path from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';

/** The input of a thread. */
export interface ThreadJob {
  company: string;
  inputUrl: string;
  /** Work files for the zip and for the result. */
  zipFile: string;
  resultFile: string;
  settings: MappingSettings;
}

/** How jobs are mapped. */
export interface MappingSettings {
  /** The time from which the age of lines is counted, ISO 8601; undefined for the time of the job. */
  readonly now: string | undefined;
  /** Whether limits and scores are learned from the history of each zip. */
  readonly learning: boolean;
  /** With learning, the accepted share of errors among recommended mappings, between 0 and 1. */
  readonly errorShare: number;
}

/** The messages of a thread. */
export type ThreadMessage =
  { kind: 'progress'; percent: number } | { kind: 'done' } | { kind: 'failed'; error: string };

interface ThreadEvents {
  message(message: ThreadMessage): void;
  /** The thread has ended. `error` is for a job without a result. */
  ended(error: string): void;
}

export interface JobThread {
  /** Terminates the thread immediately. */
  stop(): void;
}

/**
 * Maximum of V8's young generation in a thread. With V8's default of 192 MiB a large job takes 100 MiB more memory and 7 %
 * more processor time.
 */
const YOUNG_MB = 48;

/** The limits of a thread whose heap is at most `memoryMb`. */
export const threadLimits = (memoryMb: number): ResourceLimits => ({
  maxOldGenerationSizeMb: memoryMb,
  maxYoungGenerationSizeMb: YOUNG_MB,
});

const NO_RESULT = 'The thread of the job ended without a result.';

/**
 * Runs a job in a new thread, which ends with the job: its memory is released, it can be stopped during a computation,
 * and running out of memory does not affect other jobs. A thread starts in about 50 ms.
 *
 * @param memoryMb maximum heap of the thread
 */
export function startJobThread(job: ThreadJob, memoryMb: number, events: ThreadEvents): JobThread {
  const worker = new Worker(path.join(__dirname, 'job-worker.js'), {
    workerData: job,
    resourceLimits: threadLimits(memoryMb),
  });
  let error = NO_RESULT;
  worker.on('message', (message: ThreadMessage) => events.message(message));
  worker.on('error', (thrown: NodeJS.ErrnoException) => {
    error = describe(thrown, memoryMb);
  });
  worker.on('exit', () => events.ended(error));
  return { stop: () => void worker.terminate() };
}

function describe(thrown: NodeJS.ErrnoException, memoryMb: number): string {
  if (thrown.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return `The ledger needs more than the ${memoryMb} MiB of memory that a job can use; send less history.`;
  }
  console.error(thrown.stack);
  return `The mapping failed with an internal error (${thrown.name}).`;
}
