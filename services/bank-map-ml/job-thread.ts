import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Calibration } from './matcher/index.js';

/** What a thread works on. */
export interface ThreadJob {
  company: string;
  inputUrl: string;
  /** Where the zip is kept meanwhile, and where the result goes. */
  zipFile: string;
  resultFile: string;
  calibration: Calibration | undefined;
  /** The share of errors among recommended mappings that a company takes. */
  errorShare: number;
}

/** What a thread has to say; after `done` it goes on to learn from the company's history. */
export type ThreadMessage =
  | { kind: 'progress'; percent: number }
  | { kind: 'done' }
  | { kind: 'failed'; error: string }
  | { kind: 'calibrated'; calibration: Calibration };

export interface ThreadEvents {
  message(message: ThreadMessage): void;
  /** The thread is gone, its memory too. */
  ended(error: string): void;
}

export interface JobThread {
  /** Ends it wherever it stands. */
  stop(): void;
}

const NO_RESULT = 'The thread of the job ended without a result.';

/**
 * Runs a job in a thread of its own, which ends with it: so nothing of a job is left in memory, a job can be stopped in
 * the middle of a computation, and one that needs too much memory takes nobody along. A thread starts in some 50 ms.
 */
export function startJobThread(job: ThreadJob, memoryMb: number, events: ThreadEvents): JobThread {
  const worker = new Worker(path.join(__dirname, 'job-worker.js'), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
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
    return `The ledger needs more than the ${memoryMb} MB of memory that one job may take; send less history.`;
  }
  console.error(thrown.stack);
  return `The mapping stopped on an error of its own (${thrown.name}).`;
}
