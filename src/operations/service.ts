import { createCoalescer } from '../platform/coalesce.js';
import { OperationError } from '../platform/errors.js';
import { createSharedLooks } from '../platform/shared-looks.js';
import type { BlobStore } from '../platform/storage.js';
import type { OperationKind } from './define.js';
import { findInstance, onTaskHub, type DurableClient, type Instance } from './durable.js';
import { operationErrors } from './errors.js';
import { FIRST_LOOK_MS, isFinal, monitorOf, nextPause, pendingMonitor, storedResultOf, summaryOf } from './monitor.js';
import { blobPrefix, CANCEL_EVENT, partId, workBlobName } from './names.js';
import { positionOf, type ListFilter, type OperationRecord, type OperationRecords } from './records.js';
import type { Envelope, Monitor, OperationStatus, RetryPolicy, RunStatus } from './schemas.js';
import type { StoredResult } from './stored-result.js';
import { expired, startOperation, type StartRequest, type Started } from './starter.js';

export interface OperationsOptions {
  kinds: readonly OperationKind[];
  records: OperationRecords;
  blobs: BlobStore;
  retry: RetryPolicy;
  retentionMs: number;
  /** The clock that retention goes by, in milliseconds since the epoch. */
  now?: () => number;
}

export interface ListQuery extends ListFilter {
  kind?: string;
  status?: OperationStatus;
  top: number;
}

/** An operation as clients of an older API see it. */
export interface Aliased {
  record: OperationRecord;
  monitor: Monitor;
  /** What its orchestrator was started with. */
  input?: unknown;
  note?: unknown;
  storedResult?: StoredResult;
}

/** Most rows that one list request looks at: a filter that matches little ends in a next link, not in a time-out. */
const MAX_LIST_SCAN = 500;
const LIST_PAGE = 50;

/** Long-running operations of every kind: start, watch, wait, cancel, delete, list. */
export class Operations {
  private readonly kindsByFunction: Map<string, string>;
  readonly records: OperationRecords;

  constructor(private readonly options: OperationsOptions) {
    this.records = options.records;
    this.kindsByFunction = new Map(options.kinds.map(({ functionName, kind }) => [functionName.toLowerCase(), kind]));
  }

  get retentionMs(): number {
    return this.options.retentionMs;
  }

  start<In>(
    client: DurableClient,
    request: Omit<StartRequest<In>, 'retry'> & { retry?: RetryPolicy },
  ): Promise<Started> {
    const finishDeletion = (record: OperationRecord) => this.finishDeletion(client, record);
    return startOperation({ records: this.records, client, finishDeletion }, { retry: this.options.retry, ...request });
  }

  /**
   * Many clients may watch one operation: those who ask at the same time share one look at the task hub.
   * @throws OperationError 404 `OperationNotFound`, 410 `OperationExpired`, 503
   */
  monitor(client: DurableClient, id: string): Promise<Monitor> {
    return this.sharedMonitor(id, client);
  }

  private readonly sharedMonitor = createCoalescer(async (id: string, client: DurableClient): Promise<Monitor> => {
    const instance = await this.instance(client, id);
    return monitorOf(instance, this.kindOf(instance), this.options);
  });

  /**
   * The operation that clients know by an alias: its record, its monitor without the result, where the result is, and
   * what its orchestrator noted last. Undefined when there is none, or none any more.
   * @throws OperationError 503
   */
  async byAlias(client: DurableClient, alias: string): Promise<Aliased | undefined> {
    const id = await this.records.findAlias(alias);
    if (id === undefined) return undefined;
    const [record, instance] = await Promise.all([this.records.find(id), findInstance(client, id)]);
    if (!record || record.expiredAt !== undefined || record.deletedAt !== undefined) return undefined;
    if (!instance) return { record, monitor: pendingMonitor(id, record.kind, record.createdAt) };
    const monitor = summaryOf(instance, record.kind, this.options.retentionMs);
    if (this.isExpired(monitor)) return undefined;
    const { input } = (instance.input ?? {}) as Partial<Envelope>;
    return { record, monitor, input, ...noteOf(instance), ...storedResultOf(instance) };
  }

  /** `waitForEnd` for who has just started it: if nobody can look just now, the start is still worth its answer. */
  async waitAfterStart(client: DurableClient, started: Started, ms: number): Promise<Monitor> {
    try {
      return await this.waitForEnd(client, started.id, ms);
    } catch (thrown) {
      if (thrown instanceof OperationError && thrown.data.status === 503) return started.pending;
      throw thrown;
    }
  }

  /** The monitor once the operation has ended, or as it is when `ms` have passed. */
  async waitForEnd(client: DurableClient, id: string, ms: number): Promise<Monitor> {
    const deadline = Date.now() + ms;
    let monitor = await this.monitor(client, id);
    for (let pause = FIRST_LOOK_MS; !isFinal(monitor.status); pause = nextPause(pause)) {
      const left = deadline - Date.now();
      if (left <= 0) break;
      monitor = await this.look(id, client, Math.min(pause, left));
    }
    return monitor;
  }

  /**
   * The monitor at a look that begins within the given time. Those who watch one operation share each look; an aborted
   * signal ends the wait at once.
   */
  readonly look = createSharedLooks((id: string, client: DurableClient) => this.monitor(client, id));

  /**
   * Asks the operation to stop.
   * @throws OperationError 409 `OperationAlreadyFinished`, and what `monitor` throws
   */
  async cancel(client: DurableClient, id: string): Promise<Monitor> {
    const monitor = await this.monitor(client, id);
    if (monitor.status === 'Canceled') return monitor;
    if (isFinal(monitor.status)) throw alreadyFinished(monitor);
    // The record first: activities look at it, also those that start between the two calls.
    await this.records.requestCancel(id, new Date(this.now()));
    await onTaskHub(() => client.raiseEvent(id, CANCEL_EVENT, true));
    const after = await this.monitor(client, id);
    if (isFinal(after.status) && after.status !== 'Canceled') throw alreadyFinished(after);
    return isFinal(after.status) ? after : { ...after, cancelRequested: true };
  }

  /**
   * Deletes a finished operation, or finishes a deletion that was cut off.
   * @throws OperationError 409 `OperationNotFinished`, and what `monitor` throws
   */
  async delete(client: DurableClient, id: string): Promise<void> {
    const record = await this.records.find(id);
    const isCutOff = record?.deletedAt !== undefined && !(await findInstance(client, id));
    if (!isCutOff) await this.mustBeFinished(client, id);
    await this.records.markDeleted(id, new Date(this.now()));
    await (record ? this.finishDeletion(client, record) : this.purge(client, { id }));
  }

  private async mustBeFinished(client: DurableClient, id: string): Promise<void> {
    const instance = await this.instance(client, id);
    const { status } = summaryOf(instance, this.kindOf(instance), this.options.retentionMs);
    if (isFinal(status)) return;
    throw operationErrors.OperationNotFinished(`Operation ${id} is still running; cancel it first.`);
  }

  /** The list last (R3 of records.ts). */
  private async finishDeletion(client: DurableClient, record: OperationRecord): Promise<void> {
    await this.purge(client, record);
    await this.records.forget(record.id);
    await this.records.unlist(positionOf(record));
  }

  /**
   * Deletes what an operation left in the task hub and in storage. The instance goes first, so that no monitor points to
   * what is no longer there. The parts go from the last to the first: should it be cut off, counting up from the first
   * still finds the rest.
   */
  async purge(
    client: DurableClient,
    { id, keyHash, alias }: Pick<OperationRecord, 'id' | 'keyHash' | 'alias'>,
  ): Promise<void> {
    await purgeInstance(client, id);
    let parts = 0;
    while (await findInstance(client, partId(id, parts))) parts++;
    while (parts-- > 0) await purgeInstance(client, partId(id, parts));
    await this.options.blobs.deletePrefix(blobPrefix(id));
    await this.options.blobs.deletePrefix(workBlobName(id));
    if (keyHash !== undefined) await this.records.unbindKey(keyHash);
    if (alias !== undefined) await this.records.unbindAlias(alias);
  }

  /** Newest first; `next` is where to go on, when there may be more. */
  async list(client: DurableClient, query: ListQuery): Promise<{ value: Monitor[]; next?: string }> {
    const value: Monitor[] = [];
    let after = query.after;
    for (let seen = 0; seen < MAX_LIST_SCAN; seen += LIST_PAGE) {
      const page = await this.records.list({ ...query, after }, LIST_PAGE);
      const monitors = await Promise.all(page.map((row) => this.listed(client, row.id, row.kind, query)));
      for (const [index, monitor] of monitors.entries()) {
        after = page[index]?.position;
        if (monitor) value.push(monitor);
        if (value.length === query.top) return { value, ...(after !== undefined && { next: after }) };
      }
      if (page.length < LIST_PAGE) return { value };
    }
    return { value, ...(after !== undefined && { next: after }) };
  }

  private async listed(
    client: DurableClient,
    id: string,
    kind: string,
    query: ListQuery,
  ): Promise<Monitor | undefined> {
    if (query.kind !== undefined && query.kind !== kind) return undefined;
    const instance = await findInstance(client, id);
    if (!instance) return undefined;
    const monitor = summaryOf(instance, kind, this.options.retentionMs);
    return this.isExpired(monitor) || (query.status && query.status !== monitor.status) ? undefined : monitor;
  }

  now(): number {
    return this.options.now?.() ?? Date.now();
  }

  isExpired({ expiresDateTime }: Monitor): boolean {
    return expiresDateTime !== undefined && Date.parse(expiresDateTime) <= this.now();
  }

  private async instance(client: DurableClient, id: string): Promise<Instance> {
    const instance = await findInstance(client, id);
    if (!instance || !this.kindsByFunction.has(instance.name.toLowerCase())) throw await this.notFound(id);
    if (this.isExpired(summaryOf(instance, this.kindOf(instance), this.options.retentionMs))) throw expired(id);
    return instance;
  }

  private async notFound(id: string) {
    const record = await this.records.find(id);
    if (record?.expiredAt !== undefined) return expired(id);
    return operationErrors.OperationNotFound(`There is no operation ${id}.`);
  }

  private kindOf(instance: Instance): string {
    return this.kindsByFunction.get(instance.name.toLowerCase()) ?? instance.name;
  }
}

function noteOf(instance: Instance): { note?: unknown } {
  const shown = instance.customStatus as RunStatus | null | undefined;
  return shown?.note === undefined ? {} : { note: shown.note };
}

function purgeInstance(client: DurableClient, id: string) {
  return onTaskHub(() => client.purgeInstanceHistory(id));
}

function alreadyFinished({ id, status }: Monitor) {
  return operationErrors.OperationAlreadyFinished(`Operation ${id} has ended as ${status} and cannot be cancelled.`);
}
