import { type Outcome } from '../../platform/errors.js';
import { defineOperation, type OperationKind, type StoredOutcome } from '../define.js';
import { type Steps } from '../durable-retry.js';
import { type Operation } from '../operation.js';
import { type StoredResult } from '../stored-result.js';
import {
  ACT_ON_TARGETS,
  CANCEL_MANY,
  DELETE_MANY,
  FIND_TARGETS,
  JOIN_OUTCOMES,
  manyInput,
  manyResult,
  type Acted,
  type Action,
  type Found,
  type ManyInput,
} from './schemas.js';

/**
 * How long an activity begins pages: two seconds, or a quarter of the time that the operation has taken, if that is
 * more, so that a long operation has a short history. After a crash, an activity begins again.
 */
const SHORTEST_WORK_MS = 2_000;
const WORK_SHARE = 0.25;
const LONGEST_WORK_MS = 60_000;

/** Finds all targets, then acts on them page by page (targets.ts). No state here grows with their number. */
function* run(action: Action, operation: Operation, input: ManyInput): Steps<StoredOutcome> {
  const begun = operation.now();
  const part = () => ({
    action,
    forMs: Math.min(Math.max(SHORTEST_WORK_MS, (operation.now() - begun) * WORK_SHARE), LONGEST_WORK_MS),
  });
  const progress = { total: input.ids?.count ?? 0, completed: 0, failed: 0 };
  if (input.ids) operation.report(progress);

  let pages = 0;
  let targets = 0;
  for (let after: string | undefined, isComplete = false; !isComplete;) {
    const createdBefore = operation.createdAt;
    const found = yield* attempts<Found>(operation, FIND_TARGETS, () => {
      return { ...part(), input, createdBefore, page: pages, after };
    });
    if (!found.ok) return found;
    ({ page: pages, after, isComplete } = found.value);
    targets += found.value.targets;
  }

  progress.total = targets;
  operation.report(progress);
  for (let page = 0; page < pages;) {
    const acted = yield* attempts<Acted>(operation, ACT_ON_TARGETS, () => ({ ...part(), page, pages }));
    if (!acted.ok) return acted;
    ({ page } = acted.value);
    progress.completed += acted.value.succeeded;
    progress.failed += acted.value.failed;
    operation.report(progress);
  }
  const joined = yield* operation.step<StoredResult>(JOIN_OUTCOMES, { pages });
  return joined.ok ? { ok: true, stored: joined.value } : joined;
}

/** A step that tells its activity which attempt is the last. */
function* attempts<T>(operation: Operation, activity: string, input: () => object): Steps<Outcome<T>> {
  for (let attempt = 1; ; attempt++) {
    const isLastAttempt = attempt >= operation.attempts;
    const outcome = yield* operation.attempt<T>(activity, { ...input(), isLastAttempt });
    if (outcome.ok || !outcome.error.retryable || isLastAttempt) return outcome;
    yield* operation.waitForUpstream(attempt);
  }
}

const manyKind = (kind: string, action: Action) =>
  defineOperation({
    kind,
    input: manyInput,
    result: manyResult,
    run: (operation, input) => run(action, operation, input),
  });

/** Cancels many operations. */
export const cancelMany = manyKind(CANCEL_MANY, 'cancel');
/** Deletes many operations that have ended. */
export const deleteMany = manyKind(DELETE_MANY, 'delete');

/** The core's own kinds, which every app of operations has. */
export const manyKinds: readonly OperationKind[] = [cancelMany, deleteMany];
