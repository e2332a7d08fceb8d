import { defineOperation, type StoredOutcome } from '../operations/define.js';
import type { Operation, Steps } from '../operations/operation.js';
import type { StoredResult } from '../operations/stored-result.js';
import type { OperationError, Outcome } from '../platform/errors.js';
import { bankMapErrors } from './errors.js';
import {
  LOOK_AT_JOB,
  mapInput,
  mapResult,
  RELEASE_JOB,
  STORE_OUTPUT,
  SUBMIT_JOB,
  type JobNote,
  type Look,
  type MapInput,
} from './schemas.js';

/** Looks at a job come ever later, after a tenth of its age: its end is seen at most a tenth late, an hour has 150. */
const LOOK_SHARE = 0.1;
const LONGEST_POLL_MS = 30_000;
/** How often a job that the service has lost is submitted again. */
const RESUBMISSIONS = 2;
const MAX_MESSAGE = 500;

/** A job at the ML service, from its submission to its output. */
class JobRun {
  /** The service's name for it; before the submission is through, the one that it was given. */
  job: string;
  /** Whether the service may be at work on it. */
  mayRun = true;
  private readonly begun: number;
  private resubmissions = 0;

  constructor(
    private readonly operation: Operation,
    private readonly input: MapInput,
  ) {
    this.job = input.jobName;
    this.begun = operation.now();
  }

  *result(): Steps<StoredOutcome> {
    this.note('Starting');
    const submitted = yield* this.submit();
    if (!submitted.ok) return submitted;
    const completed = yield* this.completion();
    return completed.ok ? yield* this.output() : completed;
  }

  private *submit(): Steps<Outcome<string>> {
    const { company, jobName, zip, timeoutMs } = this.input;
    const submitted = yield* this.operation.step<string>(SUBMIT_JOB, { company, jobName, zip, timeoutMs });
    if (submitted.ok) this.job = submitted.value;
    this.mayRun = submitted.ok;
    return submitted;
  }

  /** Waits for the job's end. A service that is away is waited for: the job goes on without being looked at. */
  private *completion(): Steps<Outcome<null>> {
    while (this.left() > 0) {
      yield* this.operation.pause(this.nextPause());
      const look = yield* this.operation.attempt<Look>(LOOK_AT_JOB, { job: this.job });
      const end = look.ok ? yield* this.seen(look.value) : this.unseen(look);
      if (end) {
        this.mayRun = false;
        return end;
      }
    }
    return failed(bankMapErrors.MlJobTimeout(`The ML job took longer than ${this.input.timeoutMs / 1_000} seconds.`));
  }

  /** The job's end, if this is it. */
  private *seen(look: Look): Steps<Outcome<null> | undefined> {
    if (look.lost) return yield* this.again();
    switch (look.status) {
      case 'Completed':
        return { ok: true, value: null };
      case 'Failed':
        return failed(
          bankMapErrors.MlJobFailed(`The ML job failed: ${look.error?.slice(0, MAX_MESSAGE) ?? 'no reason given'}`),
        );
      case 'Canceled':
        return failed(bankMapErrors.MlJobCanceled('The ML job was cancelled at the ML service.'));
      default:
        this.note(look.status);
        if (look.progress !== undefined) {
          this.operation.report({ total: 100, completed: Math.floor(look.progress), failed: 0 });
        }
        return undefined;
    }
  }

  private unseen(look: Outcome<Look> & { ok: false }): Outcome<null> | undefined {
    if (!look.error.retryable) return look;
    this.note('NotResponding', 'upstream');
    return undefined;
  }

  private *again(): Steps<Outcome<null> | undefined> {
    if (++this.resubmissions > RESUBMISSIONS) {
      return failed(bankMapErrors.MlJobLost('The ML service has lost the job again and again.'));
    }
    this.note('Starting');
    const submitted = yield* this.submit();
    return submitted.ok ? undefined : submitted;
  }

  private *output(): Steps<StoredOutcome> {
    this.note('Finalizing');
    for (let attempt = 1; ; attempt++) {
      const stored = yield* this.operation.attempt<StoredResult>(STORE_OUTPUT, { job: this.job });
      if (stored.ok) return { ok: true, stored: stored.value };
      if (!stored.error.retryable || this.left() <= 0) return stored;
      yield* this.operation.waitForUpstream(attempt);
    }
  }

  private note(status: JobNote['status'], waitingFor?: 'upstream'): void {
    this.operation.note({ status } satisfies JobNote, waitingFor);
  }

  private left(): number {
    return this.begun + this.input.timeoutMs - this.operation.now();
  }

  private nextPause(): number {
    const age = this.operation.now() - this.begun;
    return Math.min(Math.max(this.input.pollMs, age * LOOK_SHARE), LONGEST_POLL_MS);
  }
}

function failed({ data }: OperationError): { ok: false; error: typeof data } {
  return { ok: false, error: data };
}

/** However it ends, the zip goes, and a job that may still run is stopped. */
function* run(operation: Operation, input: MapInput): Steps<StoredOutcome> {
  const job = new JobRun(operation, input);
  try {
    return yield* job.result();
  } finally {
    yield* operation.tidy(RELEASE_JOB, { zip: input.zip, ...(job.mayRun && { cancel: job.job }) });
  }
}

export const mapStatements = defineOperation({ kind: 'bankMap.map', input: mapInput, result: mapResult, run });
