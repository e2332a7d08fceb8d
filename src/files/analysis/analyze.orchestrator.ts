import { defineOperation } from '../../operations/define.js';
import { durableBackoffMs, type Steps } from '../../operations/durable-retry.js';
import { type Operation } from '../../operations/operation.js';
import { operationErrors } from '../../operations/errors.js';
import { type ErrorData, type Outcome } from '../../platform/errors.js';
import {
  CHECK_RUN,
  DOWNLOAD_BEGAN,
  END_RUN,
  RESULT_CAME,
  runInput,
  runResult,
  STORE_RESULT_ROWS,
  TELL_ANALYZER,
  type RunInput,
  type RunResult,
  type RunState,
} from './schemas.js';

/** Steps of the progress: the analyzer is told, the download began, the result came, it is stored row by row. */
const STEPS = 4;
/** Shortest wait, ms: the clocks of the orchestration and of its activities differ. */
const SHORTEST_WAIT_MS = 100;
/** Waits for the result, ms; then the row is read again, since an event can be lost. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 300_000;
/** Waits before the analyzer is told again of the same key, ms. */
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

const EVENTS = [DOWNLOAD_BEGAN, RESULT_CAME];
const always = () => true;

/** One run of an analysis. The row decides what is next (A1 of analyses.ts); events and timers only say when to read it. */
class AnalysisRun {
  #toldKey = 0;
  #failures = 0;
  #waits = 0;

  readonly #operation: Operation;
  readonly #input: RunInput;

  constructor(operation: Operation, input: RunInput) {
    this.#operation = operation;
    this.#input = input;
  }

  *result(): Steps<Outcome<RunResult>> {
    for (;;) {
      // While storage fails, the run goes on: its deadlines are in its row.
      const checked = yield* this.#operation.step<RunState>(CHECK_RUN, this.#input, always);
      if (!checked.ok) return checked;
      const end = yield* this.#next(checked.value);
      if (end) return end;
    }
  }

  *#next(state: RunState): Steps<Outcome<RunResult> | undefined> {
    switch (state.phase) {
      case 'waiting':
        yield* this.#tell(state.keyNumber);
        yield* this.#wait(Math.min(state.dueAt - this.#operation.now(), this.#retryMs()));
        return undefined;
      case 'downloading':
        this.#show(2);
        yield* this.#wait(
          Math.min(
            state.dueAt - this.#operation.now(),
            durableBackoffMs(++this.#waits, FIRST_WAIT_MS, LONGEST_WAIT_MS),
          ),
        );
        return undefined;
      case 'posted':
        this.#show(3);
        return yield* this.#store();
      case 'stored':
        return { ok: true, value: state.result };
      case 'failed':
        return { ok: false, error: state.error };
    }
  }

  *#store(): Steps<Outcome<RunResult>> {
    const stored = yield* this.#operation.step<RunResult>(STORE_RESULT_ROWS, this.#input, always);
    if (stored.ok) this.#show(STEPS);
    return stored;
  }

  *#tell(keyNumber: number): Steps<void> {
    if (this.#toldKey === keyNumber) return;
    const told = yield* this.#operation.attempt<null>(TELL_ANALYZER, { ...this.#input, keyNumber });
    this.#failures = told.ok ? 0 : this.#failures + 1;
    // An analyzer can also learn the key from the events, so that a refusal is not the end.
    if (told.ok || !told.error.retryable) this.#toldKey = keyNumber;
    this.#operation.note(undefined, this.#failures > 0 ? 'upstream' : undefined);
    if (told.ok) this.#show(1);
  }

  /** How long until the analyzer is told again. */
  #retryMs(): number {
    return this.#failures === 0 ? Infinity : durableBackoffMs(this.#failures, FIRST_RETRY_MS, LONGEST_RETRY_MS);
  }

  #wait(ms: number): Steps<void> {
    return this.#operation.sleepUntilEvent(Math.max(ms, SHORTEST_WAIT_MS), EVENTS);
  }

  #show(completed: number): void {
    if (completed > 1) this.#operation.note(undefined);
    this.#operation.report({ total: STEPS, completed, failed: 0 });
  }
}

/** For every end, a run that has not ended gets the status `error`, so that no key is valid. */
function* run(operation: Operation, input: RunInput): Steps<Outcome<RunResult>> {
  let error: Pick<ErrorData, 'code' | 'message'> | undefined = {
    code: operationErrors.OperationCanceled.code,
    message: 'The analysis was canceled.',
  };
  try {
    const outcome = yield* new AnalysisRun(operation, input).result();
    error = outcome.ok ? undefined : { code: outcome.error.code, message: outcome.error.message };
    return outcome;
  } finally {
    if (error) yield* operation.cleanUp(END_RUN, { ...input, error });
  }
}

/** Waits until an analyzer has downloaded a file and posted its result, while the key of the download changes. */
export const analyze = defineOperation({
  kind: 'files.analyze',
  input: runInput,
  result: runResult,
  run,
  retry({ input: { analysisId } }) {
    // The row of the analysis has the key and the result, and a run that has ended cannot begin again.
    throw operationErrors.NothingToRetry(
      `Analysis ${analysisId} is not retried; restart it with POST /cinema/${analysisId}/restart/.`,
    );
  },
});
