import { defineOperation, type StoredOutcome } from '../operations/define.js';
import { type Steps } from '../operations/durable-retry.js';
import { type Operation } from '../operations/operation.js';
import { type StoredResult } from '../operations/stored-result.js';
import { type OperationError, type Outcome } from '../platform/errors.js';
import { bankMapErrors } from './errors.js';
import { mappingTable } from './mapping-table.js';
import { zipBlobName } from './names.js';
import {
  mapInput,
  mapResult,
  POLL_JOB,
  RELEASE_JOB,
  STORE_OUTPUT,
  SUBMIT_JOB,
  type JobNote,
  type JobPoll,
  type MapInput,
} from './schemas.js';

/** A job is polled again after a tenth of its age: its end is seen at most a tenth late, and an hour has 150 polls. */
const POLL_SHARE = 0.1;
const LONGEST_POLL_MS = 30_000;
/** Submissions of a job after the service lost it. */
const RESUBMISSIONS = 2;
const MAX_MESSAGE = 500;

type End = Outcome<null>;
type Failure = Extract<End, { ok: false }>;

/** A job at the ML service, from its submission to its output. */
class JobRun {
  /** The service's name of the job; before it answers the submission, the name that the app proposed. */
  job: string;
  /** Whether the service may be working on it. */
  mayRun = true;
  readonly #begun: number;
  #resubmissions = 0;

  readonly #operation: Operation;
  readonly #input: MapInput;

  constructor(operation: Operation, input: MapInput) {
    this.#operation = operation;
    this.#input = input;

    this.job = input.jobName;
    this.#begun = operation.now();
  }

  *result(): Steps<StoredOutcome> {
    this.#note('Starting');
    const submitted = yield* this.#submit();
    if (!submitted.ok) return submitted;
    for (;;) {
      const completed = yield* this.#completion();
      if (!completed.ok) return completed;
      const stored = yield* this.#output();
      if (!stored.ok) return stored;
      if (stored.value) return { ok: true, stored: stored.value };
      const end = yield* this.#resubmit();
      if (end) return end;
    }
  }

  *#submit(): Steps<Outcome<string>> {
    const { company, jobName, zip, timeoutMs } = this.#input;
    const submitted = yield* this.#operation.step<string>(SUBMIT_JOB, { company, jobName, zip, timeoutMs });
    if (submitted.ok) this.job = submitted.value;
    this.mayRun = submitted.ok;
    return submitted;
  }

  /** Waits for the job's end. While the service is unreachable, the job may still run, so the wait goes on. */
  *#completion(): Steps<End> {
    while (this.#left() > 0) {
      yield* this.#operation.sleep(this.#nextPollMs());
      const poll = yield* this.#operation.attempt<JobPoll>(POLL_JOB, { job: this.job });
      const end = poll.ok ? yield* this.#endOf(poll.value) : this.#failureOf(poll);
      if (end) {
        this.mayRun = false;
        return end;
      }
    }
    return failed(bankMapErrors.MlJobTimeout(`The ML job took longer than ${this.#input.timeoutMs / 1_000} seconds.`));
  }

  /** The job's end, if the poll found it. */
  *#endOf(poll: JobPoll): Steps<End | undefined> {
    if (poll.lost) return yield* this.#resubmit();
    switch (poll.status) {
      case 'Completed':
        return { ok: true, value: null };
      case 'Failed':
        return failed(
          bankMapErrors.MlJobFailed(`The ML job failed: ${poll.error?.slice(0, MAX_MESSAGE) ?? 'no reason given'}`),
        );
      case 'Canceled':
        return failed(bankMapErrors.MlJobCanceled('The ML job was canceled at the ML service.'));
      default:
        this.#note(poll.status);
        if (poll.progress !== undefined) {
          this.#operation.report({ total: 100, completed: Math.floor(poll.progress), failed: 0 });
        }
        return undefined;
    }
  }

  /** The failure of a poll, if it ends the job. */
  #failureOf(poll: Failure): End | undefined {
    if (!poll.error.retryable) return poll;
    this.#note('NotResponding', 'upstream');
    return undefined;
  }

  /** Submits a lost job again; returns the failure that ends it, if there is one. */
  *#resubmit(): Steps<Failure | undefined> {
    if (++this.#resubmissions > RESUBMISSIONS) {
      return failed(bankMapErrors.MlJobLost('The ML service lost the job repeatedly.'));
    }
    this.#note('Starting');
    const submitted = yield* this.#submit();
    return submitted.ok ? undefined : submitted;
  }

  /** Null when the service has lost the job. */
  #output(): Steps<Outcome<StoredResult | null>> {
    this.#note('Finalizing');
    return this.#operation.step<StoredResult | null>(STORE_OUTPUT, { job: this.job }, () => this.#left() > 0);
  }

  #note(status: JobNote['status'], waitingFor?: 'upstream'): void {
    this.#operation.note({ status } satisfies JobNote, waitingFor);
  }

  #left(): number {
    return this.#begun + this.#operation.pausedMs + this.#input.timeoutMs - this.#operation.now();
  }

  #nextPollMs(): number {
    const age = this.#operation.now() - this.#begun;
    return Math.min(Math.max(this.#input.pollMs, age * POLL_SHARE), LONGEST_POLL_MS);
  }
}

function failed({ data }: OperationError): Failure {
  return { ok: false, error: data };
}

/** Whatever the outcome, the zip is deleted and a job that may still run is canceled. */
function* run(operation: Operation, input: MapInput): Steps<StoredOutcome> {
  const job = new JobRun(operation, input);
  try {
    return yield* job.result();
  } finally {
    yield* operation.cleanUp(RELEASE_JOB, { zip: input.zip, ...(job.mayRun && { cancel: job.job }) });
  }
}

/** Maps the lines of bank statements in a job of the ML service. */
export const mapStatements = defineOperation({
  kind: 'bankMap.map',
  input: mapInput,
  result: mapResult,
  run,
  blobs: (id) => [zipBlobName(id)],
  table: mappingTable,
});
