import { OperationError } from '../platform/errors.js';
import { createSingleFlight } from '../platform/single-flight.js';
import { createSharedPoll } from '../platform/shared-poll.js';
import { type BlobStore } from '../platform/storage.js';
import { checkWebhookUrl, webhookErrors, type WebhookPolicy } from '../webhooks/webhook-url.js';
import { Claim, isAbandoned } from './claim.js';
import { type OperationKind } from './define.js';
import { type EndNotifications } from './end-notifications.js';
import { findInstance, onTaskHub, type DurableClient, type Instance } from './durable.js';
import { alreadyFinished, notFinished, operationErrors } from './errors.js';
import { NO_SUCH_INSTANCE } from './health.js';
import { isFinal, monitorOf, pendingMonitor, storedWithinMs, waitGapMs, storedResultOf, summaryOf } from './monitor.js';
import { blobPrefix, CANCEL_EVENT, subOrchestrationId } from './names.js';
import { type RetryHeaders } from './request-headers.js';
import {
  keyHashesOf,
  positionOf,
  type ListedOperation,
  type ListFilter,
  type OperationRecord,
  type OperationRecords,
} from './records.js';
import { type Envelope, type Monitor, type OperationStatus, type RetryPolicy, type RunStatus } from './schemas.js';
import { type StoredResult } from './stored-result.js';
import { hasFailedItems, retryOperation, type Retrier } from './retry.js';
import { purgeWebhook } from './webhooks/purge.js';
import { expired, startOperation, type StartRequest, type Started } from './starter.js';

export interface OperationsOptions {
  client: DurableClient;
  kinds: readonly OperationKind[];
  records: OperationRecords;
  blobs: BlobStore;
  /** The ends of orchestrators in this process. */
  ends: EndNotifications;
  retry: RetryPolicy;
  retentionMs: number;
  /** Which webhooks are accepted. @default those at public addresses */
  webhookPolicy?: WebhookPolicy;
  /** The clock that retention goes by, in milliseconds since the epoch. */
  now?: () => number;
}

/** What is known of an operation whose data is to be deleted. */
type PurgeTarget = Pick<OperationRecord, 'id'> &
  Partial<Pick<OperationRecord, 'kind' | 'keyHash' | 'alias' | 'webhook'>>;

export interface ListQuery extends ListFilter {
  kind?: string;
  status?: OperationStatus;
  idStartsWith?: string;
  top: number;
}

/** A part of the list. */
export interface MonitorPage {
  value: Monitor[];
  /** Where to go on, when there may be more. */
  next?: string;
}

/** An operation as clients of an older API see it. */
export interface Aliased {
  record: OperationRecord;
  monitor: Monitor;
  /** The input of its orchestrator. */
  input?: unknown;
  note?: unknown;
  storedResult?: StoredResult;
}

/** An operation as the task hub has it, with its monitor without the result. */
export interface FoundOperation {
  kind: OperationKind;
  instance: Instance;
  monitor: Monitor;
}

/** Most rows that one list request reads: a filter with few matches ends in a next link, not in a time-out. */
const MAX_LIST_SCAN = 500;
const LIST_SCAN_STEP = 50;

/** Long-running operations of every kind: start, watch, wait, cancel, delete, list. */
export class Operations {
  readonly #kindsByFunction: Map<string, OperationKind>;
  readonly records: OperationRecords;
  readonly #client: DurableClient;

  readonly #options: OperationsOptions;

  constructor(options: OperationsOptions) {
    this.#options = options;

    this.records = options.records;
    this.#client = options.client;
    this.#kindsByFunction = new Map(options.kinds.map((kind) => [kind.functionName.toLowerCase(), kind]));
  }

  get retentionMs(): number {
    return this.#options.retentionMs;
  }

  /**
   * Starts an operation; a repeated request starts it once.
   * @throws OperationError 400 `OperationIdReused`, 422 `IdempotencyKeyReused`, 410 `OperationExpired`, 503
   */
  start<In>(request: Omit<StartRequest<In>, 'retry'> & { retry?: RetryPolicy }): Promise<Started> {
    const { records } = this;
    const client = this.#client;
    const finishDeletion = (record: OperationRecord) => this.deleteRecorded(record);
    const undo = (record: OperationRecord) => this.#erase(record);
    return startOperation({ records, client, finishDeletion, undo }, { retry: this.#options.retry, ...request });
  }

  /**
   * Checks the URL of a webhook before a start.
   * @param text the header `Webhook-Url`
   * @returns the URL for the start; undefined without the header
   * @throws OperationError 400 `WebhookRefused`, which does not repeat the URL
   */
  async acceptWebhook(text: string | undefined): Promise<string | undefined> {
    if (text === undefined) return undefined;
    const { webhookPolicy = { allowPrivate: false } } = this.#options;
    const refusal = (reason: Error) =>
      webhookErrors.WebhookRefused(`Webhook-Url: ${reason.message}`, { target: 'Webhook-Url' });
    return (await checkWebhookUrl(text, webhookPolicy, refusal)).href;
  }

  /**
   * The status monitor of an operation. Callers that ask for it at the same time share one read of the task hub.
   * @throws OperationError 404 `OperationNotFound`, 410 `OperationExpired`, 503
   */
  readonly monitor = createSingleFlight(async (id): Promise<Monitor> => {
    const instance = await this.#instance(id);
    return this.#withRetry(await monitorOf(instance, this.#kindOf(instance), this.#options));
  });

  /**
   * The monitor in a list: a stored result over 64 KiB, and stored details of an error, are at `resultLocation`.
   * @throws what `monitor` throws
   */
  async compactMonitor(id: string): Promise<Monitor> {
    const instance = await this.#instance(id);
    return this.#withRetry(await monitorOf(instance, this.#kindOf(instance), { ...this.#options, isCompact: true }));
  }

  /** @throws what `monitor` throws */
  async find(id: string): Promise<FoundOperation> {
    const instance = await this.#instance(id);
    const kind = this.#kindsByFunction.get(instance.name.toLowerCase());
    if (!kind) throw await this.#notFound(id);
    return { kind, instance, monitor: summaryOf(instance, kind.kind, this.#options.retentionMs) };
  }

  /** The monitor without its result and `retriedBy`. @throws what `monitor` throws */
  async summary(id: string): Promise<Monitor> {
    const instance = await this.#instance(id);
    return summaryOf(instance, this.#kindOf(instance), this.#options.retentionMs);
  }

  /** The monitor, with the operation that retries it. The record says which one; only operations that end so have one. */
  async #withRetry(monitor: Monitor): Promise<Monitor> {
    if (!isFinal(monitor.status) || (monitor.status === 'Succeeded' && !hasFailedItems(monitor))) return monitor;
    const { retriedBy, retriedAt = '' } = (await this.records.find(monitor.id)) ?? {};
    if (retriedBy === undefined) return monitor;
    const lastUpdatedDateTime = [monitor.lastUpdatedDateTime, retriedAt].sort()[1] ?? '';
    return { ...monitor, retriedBy, lastUpdatedDateTime };
  }

  /**
   * Starts an operation again that failed, was canceled, or succeeded with failed items. A second request is answered
   * with the same operation as the first.
   * @throws OperationError 409 `OperationNotFinished` or `NothingToRetry`, 410 `InputGone`, and what `monitor` and
   *   `start` throw
   */
  async retry(id: string, headers: RetryHeaders = {}): Promise<Started> {
    const { kind, instance } = await this.find(id);
    const monitor = await monitorOf(instance, kind.kind, this.#options);
    const { records } = this;
    const { blobs } = this.#options;
    const start: Retrier['start'] = (request) => this.start(request);
    return retryOperation({ records, blobs, start }, { kind, monitor, envelope: instance.input as Envelope }, headers);
  }

  /** Rejects when the task hub does not answer. */
  ping(): Promise<unknown> {
    return this.findInstance(NO_SUCH_INSTANCE);
  }

  /** The instance of an operation or of one of its sub-orchestrations. @throws OperationError 503 */
  findInstance(id: string): Promise<Instance | undefined> {
    return findInstance(this.#client, id);
  }

  /**
   * The operation that has an alias: its record, its monitor without the result, the location of the result, and the
   * last note of its orchestrator. Undefined when there is none or it has expired.
   * @throws OperationError 503
   */
  async byAlias(alias: string): Promise<Aliased | undefined> {
    const id = await this.records.findAlias(alias);
    if (id === undefined) return undefined;
    const [record, instance] = await Promise.all([this.records.find(id), this.findInstance(id)]);
    if (!record || record.expiredAt !== undefined || record.deletedAt !== undefined) return undefined;
    if (!instance) return { record, monitor: pendingMonitor(id, record.kind, record.createdAt) };
    const monitor = summaryOf(instance, record.kind, this.#options.retentionMs);
    if (this.isExpired(monitor)) return undefined;
    const { input } = (instance.input ?? {}) as Partial<Envelope>;
    return { record, monitor, input, ...noteOf(instance), ...storedResultOf(instance) };
  }

  /** `waitForEnd` after a start: when the monitor cannot be read, the answer is still that of the start. */
  async waitAfterStart(started: Started, ms: number): Promise<Monitor> {
    try {
      return await this.waitForEnd(started.id, ms, started.isNew ? started.pending : undefined);
    } catch (thrown) {
      if (thrown instanceof OperationError && thrown.data.status === 503) return started.pending;
      throw thrown;
    }
  }

  /**
   * The monitor once the operation has ended, or as it is when `ms` have passed. Each read is a storage call in Azure,
   * so it reads when an orchestrator in this process ends, and otherwise with growing gaps.
   * @param known the monitor at the start of an operation that has just been started
   */
  async waitForEnd(id: string, ms: number, known?: Monitor): Promise<Monitor> {
    const begun = Date.now();
    const left = () => begun + ms - Date.now();
    let monitor = known ?? (await this.monitor(id));
    for (let sinceEnd = 0; !isFinal(monitor.status) && left() > 0;) {
      const isTold =
        sinceEnd > 0 || (await this.#options.ends.wait(id, Math.min(waitGapMs(Date.now() - begun), left())));
      if (isTold) sinceEnd++;
      const pauseMs = isTold ? storedWithinMs(sinceEnd) : 0;
      monitor = await this.poll(id, Math.max(0, Math.min(pauseMs, left())));
    }
    return monitor;
  }

  /**
   * The monitor by a poll that begins within the given time. Watchers of one operation share each poll; an aborted
   * signal ends the wait immediately.
   */
  readonly poll = createSharedPoll((id) => this.monitor(id));

  /**
   * Asks the operation to stop.
   * @throws OperationError 409 `OperationAlreadyFinished`, and what `monitor` throws
   */
  async cancel(id: string): Promise<Monitor> {
    const monitor = await this.monitor(id);
    if (monitor.status === 'Canceled') return monitor;
    if (isFinal(monitor.status)) throw alreadyFinished(monitor);
    await this.requestCancel(id);
    const after = await this.monitor(id);
    if (isFinal(after.status) && after.status !== 'Canceled') throw alreadyFinished(after);
    return isFinal(after.status) ? after : { ...after, cancelRequested: true };
  }

  /** Asks an operation to stop that has not ended, as far as its monitor says. @throws OperationError 503 */
  async requestCancel(id: string): Promise<void> {
    // The record first: activities read it, also those that start between the two calls.
    await this.records.requestCancel(id, new Date(this.now()));
    await this.raise(id, CANCEL_EVENT);
  }

  /**
   * Sends an external event to an operation whose orchestrator may wait for it (`Operation.sleepUntilEvent`).
   * @throws OperationError 503, also when there is no such operation
   */
  async raise(id: string, event: string): Promise<void> {
    await onTaskHub(() => this.#client.raiseEvent(id, event, true));
  }

  /**
   * Deletes a finished operation, or finishes an interrupted deletion.
   * @throws OperationError 409 `OperationNotFinished`, and what `monitor` throws
   */
  async delete(id: string): Promise<void> {
    const record = await this.records.find(id);
    const isCutOff = record?.deletedAt !== undefined && !(await this.findInstance(id));
    if (!isCutOff) await this.#mustBeFinished(id);
    await (record ? this.deleteRecorded(record) : this.purge({ id }));
  }

  /**
   * Deletes an operation and its record. If another request deletes it, waits for its end, or takes over when it stopped.
   * @throws OperationError 503
   */
  async deleteRecorded(record: OperationRecord): Promise<void> {
    let current: OperationRecord | undefined = record;
    // An operation with the same id that was started meanwhile is another one.
    while (current?.createdAt === record.createdAt) {
      const isFree = current.deletedAt === undefined || (await isAbandoned(this.records, current));
      const mark = { deletedAt: new Date(this.now()).toISOString() };
      const claim = isFree && (await Claim.take(this.records, current, mark));
      if (claim) return this.#erase(claim.record, () => claim.mustHold());
      current = await this.records.find(record.id);
    }
  }

  async #mustBeFinished(id: string): Promise<void> {
    const { status } = await this.summary(id);
    if (isFinal(status)) return;
    throw notFinished({ id });
  }

  /**
   * Removes the list entry last (R3 of records.ts).
   * @param beforeStep runs before each step that would harm a new operation of the same id
   */
  async #erase(record: OperationRecord, beforeStep?: () => Promise<void>): Promise<void> {
    await this.purge(record, beforeStep);
    await beforeStep?.();
    await this.records.forget(record.id);
    await this.records.unlist(positionOf(record));
  }

  /**
   * Deletes an operation's data from the task hub and storage. The instance goes first, so that no monitor refers to
   * deleted data. Sub-orchestrations go from the last to the first: after an interruption, counting up from the first
   * still finds the rest.
   */
  async purge(
    { id, kind, keyHash, alias, webhook = kind === undefined }: PurgeTarget,
    beforeStep: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const purgeInstance = async (instanceId: string) => {
      await beforeStep();
      await this.#purgeInstance(instanceId);
    };
    await purgeInstance(id);
    let count = 0;
    while (await this.findInstance(subOrchestrationId(id, count))) count++;
    while (count-- > 0) await purgeInstance(subOrchestrationId(id, count));
    if (webhook) {
      await beforeStep();
      await purgeWebhook(this.#client, this.records.webhooks, id);
    }
    for (const prefix of this.#blobsOf(id, kind)) {
      await beforeStep();
      await this.#options.blobs.deletePrefix(prefix);
    }
    await beforeStep();
    for (const hash of keyHashesOf({ keyHash })) await this.records.unbindKey(hash, id);
    if (alias !== undefined) await this.records.unbindAlias(alias, id);
  }

  #purgeInstance(id: string) {
    return onTaskHub(() => this.#client.purgeInstanceHistory(id));
  }

  /** Prefixes of an operation's blobs; without a known kind, those of all kinds. */
  #blobsOf(id: string, kind?: string): string[] {
    const kinds = this.#options.kinds.filter((known) => kind === undefined || known.kind === kind);
    return [blobPrefix(id), ...kinds.flatMap(({ blobs }) => blobs?.(id) ?? [])];
  }

  /** Newest first; `next` is where to go on, when there may be more. */
  async list(query: ListQuery): Promise<MonitorPage> {
    const { value, ...page } = await this.scan(query);
    return { value: await Promise.all(value.map((monitor) => this.#withRetry(monitor))), ...page };
  }

  /** As `list`, without `retriedBy`. @param step rows that are read at the same time */
  async scan(query: ListQuery, step = LIST_SCAN_STEP): Promise<MonitorPage> {
    const value: Monitor[] = [];
    let after = query.after;
    for (let seen = 0; seen < MAX_LIST_SCAN; seen += step) {
      const page = await this.records.list({ ...query, after }, step);
      const monitors = await Promise.all(page.map((row) => this.#listed(row, query)));
      for (const [index, monitor] of monitors.entries()) {
        after = page[index]?.position;
        if (monitor) value.push(monitor);
        if (value.length === query.top) return { value, ...(after !== undefined && { next: after }) };
      }
      if (page.length < step) return { value };
    }
    return { value, ...(after !== undefined && { next: after }) };
  }

  async #listed({ id, kind, position }: ListedOperation, query: ListQuery): Promise<Monitor | undefined> {
    if (query.kind !== undefined && query.kind !== kind) return undefined;
    if (query.idStartsWith !== undefined && !id.startsWith(query.idStartsWith)) return undefined;
    const instance = await this.findInstance(id);
    if (!instance) return undefined;
    const monitor = summaryOf(instance, kind, this.#options.retentionMs);
    // An interrupted deletion leaves its entry, and its id may be used again.
    if (position !== positionOf({ id, createdAt: monitor.createdDateTime })) return undefined;
    return this.isExpired(monitor) || (query.status && query.status !== monitor.status) ? undefined : monitor;
  }

  now(): number {
    return this.#options.now?.() ?? Date.now();
  }

  isExpired({ expiresDateTime }: Monitor): boolean {
    return expiresDateTime !== undefined && Date.parse(expiresDateTime) <= this.now();
  }

  async #instance(id: string): Promise<Instance> {
    const instance = await this.findInstance(id);
    if (!instance || !this.#kindsByFunction.has(instance.name.toLowerCase())) throw await this.#notFound(id);
    if (this.isExpired(summaryOf(instance, this.#kindOf(instance), this.#options.retentionMs))) throw expired(id);
    return instance;
  }

  async #notFound(id: string) {
    const record = await this.records.find(id);
    if (record?.expiredAt !== undefined) return expired(id);
    return operationErrors.OperationNotFound(`There is no operation ${id}.`);
  }

  #kindOf(instance: Instance): string {
    return this.#kindsByFunction.get(instance.name.toLowerCase())?.kind ?? instance.name;
  }
}

function noteOf(instance: Instance): { note?: unknown } {
  const shown = instance.customStatus as RunStatus | null | undefined;
  return shown?.note === undefined ? {} : { note: shown.note };
}
