import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { analyzeInProcess, type ProcessLimits } from './analysis-process.js';
import { download, KeyGoneError } from './download.js';
import { AnalysisFailure } from './failure.js';
import { postResult } from './post-result.js';
import { type AnalysisRequest } from './requests.js';
import { RetryableError, type RetryPolicy } from './retries.js';

/** `run`: as usual; `fail`: posts a failure; `stall`: downloads and never posts; `lose`: does nothing (for tests). */
export type AnalysisMode = 'run' | 'fail' | 'stall' | 'lose';

export interface AnalysesOptions {
  /** Analyses that run at a time, each in a process of its own. */
  readonly concurrency: number;
  /** Analyses that can wait. */
  readonly waiting: number;
  /** The folder of temporary files. */
  readonly dir: string;
  readonly maxFileBytes: number;
  readonly limits: ProcessLimits;
  readonly log: (line: string) => void;
  readonly retries?: RetryPolicy;
}

/** About four minutes in all: longer than a restart of the app. */
const RETRIES: RetryPolicy = { attempts: 15, firstWaitMs: 250, maxWaitMs: 30_000 };

/** The queue of analyses is full. */
export class TooManyAnalysesError extends Error {
  override readonly name = 'TooManyAnalysesError';
}

interface Analysis {
  readonly number: number;
  readonly mode: AnalysisMode;
  request: AnalysisRequest;
}

/**
 * Runs analyses in the order in which they were accepted.
 *
 * A1. At most `concurrency` run at a time; at most `waiting` more wait.
 * A2. A request with the key of an analysis that waits or runs starts no other. A request with the `id` of an analysis
 *     that waits replaces its key, and the analysis keeps its turn.
 * A3. A temporary file is deleted when its analysis ends.
 */
export class Analyses {
  readonly #options: AnalysesOptions;
  readonly #waiting: Analysis[] = [];
  readonly #running = new Map<Analysis, Promise<void>>();
  readonly #closing = new AbortController();
  #count = 0;

  constructor(options: AnalysesOptions) {
    this.#options = options;
  }

  /** @throws {TooManyAnalysesError} when the queue is full */
  submit(request: AnalysisRequest, mode: AnalysisMode = 'run'): void {
    const known = [...this.#waiting, ...this.#running.keys()];
    if (known.some((analysis) => analysis.request.refer === request.refer && analysis.request.url === request.url)) {
      return; // A2
    }
    const replaced = this.#waiting.find(({ request: { id } }) => id !== undefined && id === request.id);
    if (replaced) {
      replaced.request = request;
      this.#log(replaced, 'waits under a new key');
      return;
    }
    if (this.#running.size >= this.#options.concurrency && this.#waiting.length >= this.#options.waiting) {
      throw new TooManyAnalysesError('Too many analyses are waiting.'); // A1
    }
    const analysis = { number: ++this.#count, mode, request };
    this.#log(analysis, 'accepted');
    this.#waiting.push(analysis);
    this.#startNext();
  }

  counts(): { running: number; waiting: number } {
    return { running: this.#running.size, waiting: this.#waiting.length };
  }

  /** Stops all analyses; resolves when their processes have ended and their files are deleted. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#closing.abort();
    await Promise.all(this.#running.values());
  }

  #startNext(): void {
    if (this.#running.size >= this.#options.concurrency) return;
    const analysis = this.#waiting.shift();
    if (!analysis) return;
    const run = this.#run(analysis)
      .catch((thrown: unknown) => this.#logEnd(analysis, thrown))
      .finally(() => {
        this.#running.delete(analysis);
        this.#startNext();
      });
    this.#running.set(analysis, run);
  }

  async #run(analysis: Analysis): Promise<void> {
    if (analysis.mode === 'lose') return;
    const result = await this.#resultOf(analysis);
    if (analysis.mode === 'stall') return;
    await this.#post(analysis, result);
  }

  /** The JSON of the result, or of the failure. */
  async #resultOf({ mode, request }: Analysis): Promise<Buffer> {
    const file = path.join(this.#options.dir, randomUUID());
    const resultFile = `${file}.json`;
    const signal = this.#closing.signal;
    try {
      const { maxFileBytes: maxBytes, limits, retries = RETRIES } = this.#options;
      const info = await download(request.url, file, { maxBytes, signal, retries });
      if (mode === 'fail') throw new AnalysisFailure('ParserFailed', 'The analysis failed as the fault says.');
      await analyzeInProcess({ file, resultFile, ...info }, limits, signal);
      return await readFile(resultFile);
    } catch (thrown) {
      if (thrown instanceof AnalysisFailure) return failureBody(thrown);
      throw thrown;
    } finally {
      await Promise.all([rm(file, { force: true }), rm(resultFile, { force: true })]);
    }
  }

  async #post(analysis: Analysis, result: Buffer): Promise<void> {
    const { refer, url } = analysis.request;
    const options = { signal: this.#closing.signal, retries: this.#options.retries ?? RETRIES };
    let outcome = await postResult(url, refer, result, options);
    if (outcome === 'tooLarge') {
      const failure = new AnalysisFailure('ResultTooLarge', 'The result is larger than the app accepts.');
      outcome = await postResult(url, refer, failureBody(failure), options);
    }
    if (outcome === 'gone') throw new KeyGoneError('The key is old or unknown.');
    this.#log(analysis, outcome === 'stored' ? 'its result is stored' : 'the app refused its result');
  }

  #logEnd(analysis: Analysis, thrown: unknown): void {
    if (this.#closing.signal.aborted) return;
    if (thrown instanceof KeyGoneError) this.#log(analysis, 'dropped: its key is old');
    else if (thrown instanceof RetryableError) this.#log(analysis, `its result was not stored: ${thrown.message}`);
    else this.#log(analysis, `failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
  }

  #log({ number, request: { refer } }: Analysis, what: string): void {
    this.#options.log(`analysis ${number} (key ${refer.slice(0, 4)}…): ${what}`);
  }
}

function failureBody({ code, message }: AnalysisFailure): Buffer {
  return Buffer.from(JSON.stringify({ error: { code, message } }));
}
