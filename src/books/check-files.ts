import { type Task } from 'durable-functions';
import { type Steps } from '../operations/durable-retry.js';
import { type Ended, type Operation } from '../operations/operation.js';
import { type ErrorData, type Outcome } from '../platform/errors.js';
import { CHECK_FILES, type Begun, type PageReport } from './schemas.js';

/** Most activities of an upload at the same time, in all processes together. */
const WINDOW = 8;
/** How long an activity begins files: progress is seen at its end, and after a crash it begins again. */
const WORK_MS = 20_000;

/** Counts of the files of a version. */
export type FileCounts = Omit<PageReport, 'left'>;

interface Page {
  n: number;
  isContinued: boolean;
}

/**
 * Checks all pages of a version (check-page.ts), several at the same time, in rounds: a page whose error may pass waits
 * for the next round.
 * @param absentAs how progress counts a file that is not there
 */
export function* checkFiles(
  operation: Operation,
  begun: Begun,
  absentAs: 'completed' | 'failed',
): Steps<Outcome<FileCounts>> {
  const check = new FilesCheck(operation, begun, absentAs);
  for (let attempt = 1; ; attempt++) {
    yield* check.round();
    const { failure } = check;
    if (!failure) return { ok: true, value: check.counts() };
    if (!failure.retryable || attempt >= operation.attempts) return { ok: false, error: failure };
    yield* operation.waitForUpstream(attempt);
  }
}

class FilesCheck {
  failure: ErrorData | undefined;
  readonly #operation: Operation;
  readonly #begun: Begun;
  readonly #absentAs: 'completed' | 'failed';
  #waiting: Page[];
  #failed: Page[] = [];
  readonly #running = new Map<Task, Page>();
  readonly #reports = new Map<number, PageReport>();

  constructor(operation: Operation, begun: Begun, absentAs: 'completed' | 'failed') {
    this.#operation = operation;
    this.#begun = begun;
    this.#absentAs = absentAs;
    this.#waiting = Array.from({ length: begun.pages }, (_, n) => ({ n, isContinued: false }));
    this.#report();
  }

  *round(): Steps<void> {
    this.failure = undefined;
    this.#waiting.push(...this.#failed);
    this.#failed = [];
    yield* this.#operation.inWindow<PageReport>({
      begin: (running) => this.#begin(running),
      onEnded: (ended) => this.#onEnded(ended),
    });
  }

  counts(): FileCounts {
    const sum = { present: 0, absent: 0, bytes: 0 };
    for (const { present, absent, bytes } of this.#reports.values()) {
      sum.present += present;
      sum.absent += absent;
      sum.bytes += bytes;
    }
    return sum;
  }

  #begin(running: number): Task[] {
    // After a failure that does not pass, nothing more begins.
    if (this.failure && !this.failure.retryable) return [];
    const { version, base } = this.#begun;
    return this.#waiting.splice(0, Math.max(0, WINDOW - running)).map((page) => {
      const input = { version, page: page.n, base, isContinued: page.isContinued, forMs: WORK_MS };
      const task = this.#operation.activity(CHECK_FILES, input);
      this.#running.set(task, page);
      return task;
    });
  }

  #onEnded(ended: Ended<PageReport>[]): void {
    for (const { task, outcome } of ended) {
      const page = this.#running.get(task);
      this.#running.delete(task);
      if (!page) continue;
      if (outcome.ok) {
        this.#reports.set(page.n, outcome.value);
        if (outcome.value.left > 0) this.#waiting.push({ ...page, isContinued: true });
      } else {
        if (!this.failure || this.failure.retryable) this.failure = outcome.error;
        this.#failed.push(page);
      }
    }
    this.#report();
  }

  #report(): void {
    const { present, absent } = this.counts();
    const failed = this.#absentAs === 'failed' ? absent : 0;
    this.#operation.report({ total: this.#begun.files, completed: present + absent - failed, failed });
  }
}
