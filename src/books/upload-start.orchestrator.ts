import { defineOperation, type StoredOutcome } from '../operations/define.js';
import { type Steps } from '../operations/durable-retry.js';
import { type Operation } from '../operations/operation.js';
import { type StoredResult } from '../operations/stored-result.js';
import { checkFiles } from './check-files.js';
import { announcedList } from './names.js';
import {
  BEGIN_UPLOAD,
  RELEASE_UPLOAD,
  STORE_UPLOAD,
  uploadInput,
  uploadResult,
  type Begun,
  type UploadInput,
} from './schemas.js';

/** An upload that does not start leaves nothing behind: its version is deleted, and the book is free. */
function* run(operation: Operation, input: UploadInput): Steps<StoredOutcome> {
  let isReady = false;
  try {
    const outcome = yield* prepare(operation, input);
    isReady = outcome.ok;
    return outcome;
  } finally {
    if (!isReady) yield* operation.cleanUp(RELEASE_UPLOAD, { bookId: input.bookId });
  }
}

function* prepare(operation: Operation, input: UploadInput): Steps<StoredOutcome> {
  const begun = yield* operation.step<Begun>(BEGIN_UPLOAD, input);
  if (!begun.ok) return begun;
  const checked = yield* checkFiles(operation, begun.value, 'completed');
  if (!checked.ok) return checked;
  const { version } = begun.value;
  const stored = yield* operation.step<StoredResult>(STORE_UPLOAD, { bookId: input.bookId, version });
  return stored.ok ? { ok: true, stored: stored.value } : stored;
}

/** Prepares a version of a book: copies the files that have not changed, and lets the client upload the others. */
export const uploadStart = defineOperation({
  kind: 'books.uploadStart',
  input: uploadInput,
  result: uploadResult,
  run,
  retry: ({ id, input }) => ({ input, blobs: [announcedList(id)] }),
});
