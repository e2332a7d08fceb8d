import { type OrchestrationHandler } from 'durable-functions';
import { durableBackoffMs, retryDurably } from '../durable-retry.js';
import { settled } from '../operation.js';
import { TELL_WAITING } from './names.js';
import { resumeInput } from './schemas.js';

/** Pages in one history. */
const PAGES = 50;
/** Attempts at a page, and the waits between them, ms; then the timer starts the orchestration again. */
const ATTEMPTS = 10;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Tells all operations that wait for a resume, page by page. It ends when none is left. */
export const resumeOrchestrator: OrchestrationHandler = function* (context) {
  const input = resumeInput.parse(context.df.getInput());
  const retry = {
    canRetry: (_: unknown, attempt: number) => attempt < ATTEMPTS,
    *wait(attempt: number) {
      const ms = durableBackoffMs(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS);
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + ms));
    },
  };
  for (let page = 1; page <= PAGES; page++) {
    const hasMore = yield* retryDurably<boolean>(retry, () =>
      settled<boolean>(context.df.callActivity(TELL_WAITING, input)),
    );
    if (!hasMore.ok || !hasMore.value) return;
  }
  context.df.continueAsNew(input);
};
