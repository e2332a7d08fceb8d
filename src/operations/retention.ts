import { findInstance, type DurableClient } from './durable.js';
import { isFinal, summaryOf } from './monitor.js';
import type { ListedOperation } from './records.js';
import type { Operations } from './service.js';

/** How long it is remembered that there was an operation (docs/contracts/operations.md). */
const TOMBSTONE_DAYS = 30;
const PAGE = 100;
/** So many at once: the task hub and storage have other things to do. */
const AT_ONCE = 4;

export interface RetentionReport {
  expired: number;
  forgotten: number;
  /** What could not be dealt with now; it is tried again in the next run. */
  failed: number;
  /** Whether more may be waiting: the time was up. */
  more: boolean;
}

/**
 * Deletes operations that ended longer ago than they are kept, in small pages, until `budgetMs` have passed; what is
 * left waits for the next run. Each deletion can be repeated (R3 and R4 of records.ts), and one that fails holds up no
 * other: `onFailure` is told.
 */
export async function applyRetention(
  operations: Operations,
  client: DurableClient,
  budgetMs: number,
  onFailure: (id: string, error: unknown) => void,
): Promise<RetentionReport> {
  const run = new RetentionRun(operations, client, Date.now() + budgetMs, onFailure);
  await run.expireOperations();
  await run.forgetTombstones();
  return run.report;
}

class RetentionRun {
  readonly report: RetentionReport = { expired: 0, forgotten: 0, failed: 0, more: false };

  constructor(
    private readonly operations: Operations,
    private readonly client: DurableClient,
    private readonly deadline: number,
    private readonly onFailure: (id: string, error: unknown) => void,
  ) {}

  async expireOperations(): Promise<void> {
    const createdBefore = new Date(this.operations.now() - this.operations.retentionMs);
    for (let after: string | undefined; !this.isOver();) {
      const page = await this.operations.records.list({ createdBefore, after }, PAGE);
      await this.forEach(page, async (listed) => {
        if (await this.expireOne(listed)) this.report.expired++;
      });
      after = page.at(-1)?.position;
      if (page.length < PAGE) return;
    }
  }

  /** Tombstones go by the time of their making, so a failed one at the head must not be asked for again and again. */
  async forgetTombstones(): Promise<void> {
    const before = new Date(this.operations.now() - TOMBSTONE_DAYS * 24 * 3_600_000);
    while (!this.isOver()) {
      const page = await this.operations.records.tombstones(before, PAGE);
      const failedBefore = this.report.failed;
      await this.forEach(page, async (tombstone) => {
        await this.operations.records.forgetTombstone(tombstone);
        this.report.forgotten++;
      });
      if (page.length < PAGE || this.report.failed > failedBefore) return;
    }
  }

  private async expireOne({ id, kind, position }: ListedOperation): Promise<boolean> {
    const { operations, client } = this;
    const instance = await findInstance(client, id);
    const summary = instance && summaryOf(instance, kind, operations.retentionMs);
    if (summary && !(isFinal(summary.status) && operations.isExpired(summary))) return false;
    const record = await operations.records.find(id);
    const isMarked = record?.deletedAt !== undefined || record?.expiredAt !== undefined;
    if (record && !isMarked) await operations.records.markExpired(id, new Date(operations.now()));
    await operations.purge(client, record ?? { id });
    // What a client deleted leaves no tombstone. The record goes after the key that it names.
    if (record?.deletedAt !== undefined) await operations.records.forget(id);
    await operations.records.unlist(position);
    return true;
  }

  private isOver(): boolean {
    this.report.more = Date.now() >= this.deadline;
    return this.report.more;
  }

  private async forEach<T extends { id: string }>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
    const queue = [...items];
    const worker = async () => {
      for (let item = queue.shift(); item !== undefined && !this.isOver(); item = queue.shift()) {
        try {
          await run(item);
        } catch (error) {
          this.report.failed++;
          this.onFailure(item.id, error);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
}
