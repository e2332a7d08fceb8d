import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { OperationError, type ErrorDetail, type Outcome } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { type ActivityCall } from '../activities.js';
import { alreadyFinished, notFinished, operationErrors } from '../errors.js';
import { isFinal } from '../monitor.js';
import { type ListQuery, type Operations } from '../operations.js';
import { positionOf } from '../records.js';
import { type Monitor } from '../schemas.js';
import {
  MANY_KINDS,
  outcomesBlobName,
  PAGE_SIZE,
  targetsBlobName,
  type ActInput,
  type Acted,
  type Action,
  type FindInput,
  type Found,
  type TargetOutcome,
} from './schemas.js';

/** An operation that something is done to, or why nothing can be done to it. */
type Target = { id: string; createdAt: string } | { id: string; error: ErrorDetail };

/** A page of targets. */
interface TargetPage {
  targets: Target[];
  /** The position in the list after which the next page begins. */
  after?: string;
  isLast: boolean;
}

export interface ManyServices {
  operations: Operations;
  blobs: Pick<BlobStore, 'get' | 'create'>;
  /** The operation that acts on many others. */
  operationId: string;
  signal: AbortSignal;
  settle: ActivityCall['settle'];
}

/**
 * The work of `operations.cancelMany` and `operations.deleteMany` in pages, each with two blobs.
 *
 * M1. First the targets of a page are stored, with their states at that time; only then something is done to them; then
 *     their outcomes are stored. A blob is stored once; a second activity takes what the first one stored. So an
 *     activity that runs again, or twice at the same time, goes on where the blobs end.
 * M2. Each action can be repeated. A target that was to be deleted and is not there any more was deleted by this
 *     operation, before its activity was interrupted.
 * M3. A target is an operation of a certain time of creation: one that was started later with the same id is not touched.
 */
export class Targets {
  readonly #services: ManyServices;

  constructor(services: ManyServices) {
    this.#services = services;
  }

  /** Finds and stores the targets of pages, from the given page on. @throws OperationError 503 */
  async find(input: FindInput): Promise<Found> {
    const end = performance.now() + input.forMs;
    let found: Found = { page: input.page, after: input.after, targets: 0, isComplete: false };
    do {
      const { targets, after, isLast } = await this.#targetsOf(found, input);
      found = {
        page: targets.length > 0 ? found.page + 1 : found.page,
        after,
        targets: found.targets + targets.length,
        isComplete: isLast,
      };
    } while (!found.isComplete && performance.now() < end);
    return found;
  }

  /** The targets of a page. One without any is not stored, and its number is that of the next page. */
  async #targetsOf({ page, after }: Found, input: FindInput): Promise<TargetPage> {
    const { operationId, blobs } = this.#services;
    const name = targetsBlobName(operationId, page);
    const known = await storedJson<TargetPage>(blobs, name);
    if (known) return known;
    const made = input.input.ids ? await this.#byIds(page, input) : await this.#byFilter(after, input);
    return made.targets.length === 0 ? made : storedOnce(blobs, name, made);
  }

  async #byFilter(
    position: string | undefined,
    { action, input: { filter = {} }, createdBefore }: FindInput,
  ): Promise<TargetPage> {
    const { createdAfter } = filter;
    const until = Math.min(Date.parse(createdBefore), Date.parse(filter.createdBefore ?? createdBefore));
    const query: ListQuery = {
      kind: filter.kind,
      status: filter.status,
      createdBefore: new Date(until),
      ...(createdAfter !== undefined && { createdAfter: new Date(createdAfter) }),
      ...(position !== undefined && { after: position }),
      top: PAGE_SIZE,
    };
    const { value, next } = await this.#services.operations.scan(query, PAGE_SIZE);
    this.#services.signal.throwIfAborted();
    const fitting = value.filter(
      ({ kind, status }) => !MANY_KINDS.includes(kind) && isFinal(status) === (action === 'delete'),
    );
    return {
      targets: fitting.map(({ id, createdDateTime }) => ({ id, createdAt: createdDateTime })),
      ...(next !== undefined && { after: next }),
      isLast: next === undefined,
    };
  }

  async #byIds(page: number, { action, input: { ids }, isLastAttempt }: FindInput): Promise<TargetPage> {
    const { operations, blobs } = this.#services;
    const all = await existingJson<string[]>(blobs, ids?.blob ?? '');
    const own = all.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
    const targets = await this.#each(own, isLastAttempt, async (id): Promise<Target> => {
      const monitor = await operations.summary(id);
      checkState(action, monitor);
      return { id, createdAt: monitor.createdDateTime };
    });
    return {
      targets: targets.map(({ item, outcome }) =>
        outcome?.ok ? outcome.value : { id: item, error: detailOf(outcome) },
      ),
      isLast: (page + 1) * PAGE_SIZE >= all.length,
    };
  }

  /** Acts on the targets of pages, from the given page on, and stores the outcomes. @throws OperationError 503 */
  async act(input: ActInput): Promise<Acted> {
    const end = performance.now() + input.forMs;
    let { page } = input;
    let failed = 0;
    let all = 0;
    do {
      const outcomes = await this.#outcomesOf(page++, input);
      failed += outcomes.filter(({ error }) => error).length;
      all += outcomes.length;
    } while (page < input.pages && performance.now() < end);
    return { page, succeeded: all - failed, failed };
  }

  async #outcomesOf(page: number, { action, isLastAttempt }: ActInput): Promise<TargetOutcome[]> {
    const { operationId, blobs } = this.#services;
    const name = outcomesBlobName(operationId, page);
    const known = await storedJson<TargetOutcome[]>(blobs, name);
    if (known) return known;
    const { targets } = await existingJson<TargetPage>(blobs, targetsBlobName(operationId, page));
    const acted = await this.#each(targets, isLastAttempt, async (target): Promise<TargetOutcome> => {
      if ('error' in target) return { id: target.id, outcome: 'failed', error: target.error };
      if (action === 'cancel') await this.#cancel(target);
      else await this.#delete(target);
      return { id: target.id, outcome: action === 'cancel' ? 'canceled' : 'deleted' };
    });
    const outcomes = acted.map(({ item: { id }, outcome }): TargetOutcome =>
      outcome?.ok ? outcome.value : { id, outcome: 'failed', error: detailOf(outcome) },
    );
    return storedOnce(blobs, name, outcomes);
  }

  async #cancel({ id, createdAt }: { id: string; createdAt: string }): Promise<void> {
    const { operations } = this.#services;
    const monitor = await operations.summary(id);
    if (monitor.createdDateTime !== createdAt)
      throw operationErrors.OperationNotFound(`There is no operation ${id} of ${createdAt}.`);
    checkState('cancel', monitor);
    if (!isFinal(monitor.status)) await operations.requestCancel(id);
  }

  async #delete({ id, createdAt }: { id: string; createdAt: string }): Promise<void> {
    const { operations } = this.#services;
    const record = await operations.records.find(id);
    if (record?.createdAt === createdAt) {
      // One that has expired meanwhile is deleted, and answers 410.
      if (record.expiredAt === undefined) await operations.deleteRecorded(record);
    } else {
      // The list entry goes last, so it may be what an interrupted deletion left.
      await operations.records.unlist(positionOf({ id, createdAt }));
    }
  }

  /** The outcome for each item. @throws OperationError that may pass, when there are more attempts */
  async #each<T, R>(items: readonly T[], isLastAttempt: boolean, run: (item: T) => Promise<R>) {
    const { signal, settle } = this.#services;
    const results: { item: T; outcome?: Outcome<R> }[] = items.map((item) => ({ item }));
    await concurrently(results, STORAGE_CALLS, async (result) => {
      signal.throwIfAborted();
      result.outcome = await settle(() => run(result.item));
    });
    const errors = results.flatMap(({ outcome }) => (outcome?.ok === false ? [outcome.error] : []));
    const passing = errors.find(({ retryable }) => retryable);
    if (passing && !isLastAttempt) throw new OperationError(passing);
    return results;
  }
}

/** @throws OperationError 409 when the operation is in no state for the action */
function checkState(action: Action, monitor: Monitor): void {
  if (action === 'delete' && !isFinal(monitor.status)) throw notFinished(monitor);
  if (action === 'cancel' && isFinal(monitor.status) && monitor.status !== 'Canceled') throw alreadyFinished(monitor);
}

function detailOf(outcome: Outcome<unknown> | undefined): ErrorDetail {
  if (!outcome || outcome.ok) throw new Error('The target has no outcome.');
  const { code, message } = outcome.error;
  return { code, message };
}

/** The JSON of a blob; undefined when there is none. */
async function storedJson<T>(blobs: Pick<BlobStore, 'get'>, name: string): Promise<T | undefined> {
  const bytes = await blobs.get(name);
  return bytes && (JSON.parse(bytes.toString('utf8')) as T);
}

/** The JSON of a blob that was stored before. */
async function existingJson<T>(blobs: Pick<BlobStore, 'get'>, name: string): Promise<T> {
  const value = await storedJson<T>(blobs, name);
  if (value === undefined) throw new Error(`The blob ${name} is missing.`);
  return value;
}

/** Stores a value unless the blob exists; returns what is stored (M1). */
async function storedOnce<T>(blobs: Pick<BlobStore, 'get' | 'create'>, name: string, value: T): Promise<T> {
  const isStored = await blobs.create(name, Buffer.from(JSON.stringify(value)), 'application/json');
  return isStored ? value : existingJson<T>(blobs, name);
}
