import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type FileInfo } from './download.js';
import { AnalysisFailure, type FailureCode } from './failure.js';

/** The input of the process. */
export interface AnalysisJob extends FileInfo {
  readonly file: string;
  /** Where the process writes the JSON of the result. */
  readonly resultFile: string;
}

/** The limits of the process of one analysis. */
export interface ProcessLimits {
  readonly timeoutMs: number;
  /** Resident memory of the process. */
  readonly memoryMb: number;
  readonly maxTextBytes: number;
}

/** What the process gets. */
export interface ProcessInput extends AnalysisJob {
  readonly memoryMb: number;
  readonly maxTextBytes: number;
}

/** The only message of the process. */
export type ProcessMessage = { kind: 'done' } | { kind: 'failed'; code: FailureCode; message: string };

const PROCESS = path.join(__dirname, 'parser', 'process.js');

/**
 * Analyzes a file in a new process, so that a file that needs too much time or memory ends without effect on others.
 * Resolves or fails when the process has ended.
 *
 * @throws {AnalysisFailure} when the file cannot be analyzed within the limits
 * @throws the signal's reason when it is aborted
 */
export async function analyzeInProcess(job: AnalysisJob, limits: ProcessLimits, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { timeoutMs, memoryMb, maxTextBytes } = limits;
  const child = fork(PROCESS, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  let message: ProcessMessage | undefined;
  child.once('message', (sent: ProcessMessage) => (message = sent));
  const timer = setTimeout(() => {
    const seconds = timeoutMs / 1_000;
    message ??= { kind: 'failed', code: 'TimeLimit', message: `The analysis takes longer than ${seconds} s.` };
    stop();
  }, timeoutMs);
  try {
    const input: ProcessInput = { ...job, memoryMb, maxTextBytes };
    child.send(input, () => undefined); // a process that has ended before is reported by its exit
    await once(child, 'close');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  if (message?.kind === 'done') return;
  const { code, message: text } = message ?? { code: 'ParserFailed', message: 'The analysis ended unexpectedly.' };
  throw new AnalysisFailure(code, text);
}
