import { defineOperation, type StoredOutcome } from '../operations/define.js';
import { type Steps } from '../operations/durable-retry.js';
import { type Operation } from '../operations/operation.js';
import { type StoredResult } from '../operations/stored-result.js';
import { type Outcome } from '../platform/errors.js';
import { checkFiles } from './check-files.js';
import { bookErrors } from './errors.js';
import {
  BEGIN_FINISH,
  finishInput,
  finishResult,
  RELEASE_FINISH,
  STORE_PROBLEMS,
  SWITCH_VERSION,
  type Begun,
  type FinishInput,
} from './schemas.js';

type End = Outcome<Record<string, never>> | StoredOutcome;

/** After an end that is no success, the client can upload again. */
function* run(operation: Operation, input: FinishInput): Steps<End> {
  let isFinished = false;
  try {
    const outcome = yield* finish(operation, input);
    isFinished = outcome.ok;
    return outcome;
  } finally {
    if (!isFinished) yield* operation.cleanUp(RELEASE_FINISH, { bookId: input.bookId });
  }
}

function* finish(operation: Operation, input: FinishInput): Steps<End> {
  const begun = yield* operation.step<Begun>(BEGIN_FINISH, input);
  if (!begun.ok) return begun;
  const { version, isDone } = begun.value;
  if (isDone) return { ok: true, value: {} };
  const checked = yield* checkFiles(operation, begun.value, 'failed');
  if (!checked.ok) return checked;
  const { absent, bytes } = checked.value;
  if (absent > 0) {
    const stored = yield* operation.step<StoredResult>(STORE_PROBLEMS, { bookId: input.bookId, version });
    if (!stored.ok) return stored;
    const { data } = bookErrors.UploadIncomplete(
      `${absent} of ${begun.value.files} files are missing or are not as announced. Upload them and finish again.`,
    );
    return { ok: false, error: data, stored: stored.value };
  }
  const switched = yield* operation.step<null>(SWITCH_VERSION, { ...input, bytes });
  return switched.ok ? { ok: true, value: {} } : switched;
}

/** Verifies a version of a book and makes it the current one. */
export const uploadFinish = defineOperation({
  kind: 'books.uploadFinish',
  input: finishInput,
  result: finishResult,
  run,
});
