import { isFinal, summaryOf } from './monitor.js';
import { type ListedOperation } from './records.js';
import { type Operations } from './operations.js';

/** How long a tombstone answers 410 for an expired operation (docs/contracts/operations.md). */
const TOMBSTONE_DAYS = 30;
const PAGE = 100;
/** Operations that are deleted concurrently; few, as requests use the same storage. */
const CONCURRENCY = 4;

export interface RetentionReport {
  expired: number;
  forgotten: number;
  /** Failed deletions; the next run tries them again. */
  failed: number;
  /** Whether the time was up, so that more may be left. */
  more: boolean;
}

/**
 * Deletes operations whose retention time is over, in small pages, until `budgetMs` have passed; the next run goes on.
 * Each deletion can be repeated (R3 and R4 of records.ts). One that fails does not hold up the others; `onFailure` gets
 * its error.
 */
export async function applyRetention(
  operations: Operations,
  budgetMs: number,
  onFailure: (id: string, error: unknown) => void,
): Promise<RetentionReport> {
  const run = new RetentionRun(operations, Date.now() + budgetMs, onFailure);
  await run.expireOperations();
  await run.forgetTombstones();
  return run.report;
}

class RetentionRun {
  readonly report: RetentionReport = { expired: 0, forgotten: 0, failed: 0, more: false };

  readonly #operations: Operations;
  readonly #deadline: number;
  readonly #onFailure: (id: string, error: unknown) => void;

  constructor(operations: Operations, deadline: number, onFailure: (id: string, error: unknown) => void) {
    this.#operations = operations;
    this.#deadline = deadline;
    this.#onFailure = onFailure;
  }

  async expireOperations(): Promise<void> {
    const createdBefore = new Date(this.#operations.now() - this.#operations.retentionMs);
    for (let after: string | undefined; !this.#isOver();) {
      const page = await this.#operations.records.list({ createdBefore, after }, PAGE);
      await this.#forEach(page, async (listed) => {
        if (await this.#expireOne(listed)) this.report.expired++;
      });
      after = page.at(-1)?.position;
      if (page.length < PAGE) return;
    }
  }

  /** Tombstones are read oldest first, so the run ends when one at the head cannot be deleted. */
  async forgetTombstones(): Promise<void> {
    const before = new Date(this.#operations.now() - TOMBSTONE_DAYS * 24 * 3_600_000);
    while (!this.#isOver()) {
      const page = await this.#operations.records.tombstones(before, PAGE);
      const failedBefore = this.report.failed;
      await this.#forEach(page, async (tombstone) => {
        await this.#operations.records.forgetTombstone(tombstone);
        this.report.forgotten++;
      });
      if (page.length < PAGE || this.report.failed > failedBefore) return;
    }
  }

  async #expireOne({ id, kind, position }: ListedOperation): Promise<boolean> {
    const operations = this.#operations;
    const instance = await operations.findInstance(id);
    const summary = instance && summaryOf(instance, kind, operations.retentionMs);
    if (summary && !(isFinal(summary.status) && operations.isExpired(summary))) return false;
    const record = await operations.records.find(id);
    // A deletion by a client leaves no tombstone.
    if (record?.deletedAt !== undefined) {
      await operations.deleteRecorded(record);
    } else {
      if (record && record.expiredAt === undefined)
        await operations.records.markExpired(id, new Date(operations.now()));
      await operations.purge(record ?? { id });
    }
    await operations.records.unlist(position);
    return true;
  }

  #isOver(): boolean {
    this.report.more = Date.now() >= this.#deadline;
    return this.report.more;
  }

  async #forEach<T extends { id: string }>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
    const queue = [...items];
    const worker = async () => {
      for (let item = queue.shift(); item !== undefined && !this.#isOver(); item = queue.shift()) {
        try {
          await run(item);
        } catch (error) {
          this.report.failed++;
          this.#onFailure(item.id, error);
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }
}
