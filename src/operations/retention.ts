import { findInstance, type DurableClient } from './durable.js';
import { isFinal, summaryOf } from './monitor.js';
import type { ListedOperation } from './records.js';
import type { Operations } from './service.js';

/** How long it is remembered that there was an operation (contracts/operations.md). */
const TOMBSTONE_DAYS = 30;
const PAGE = 100;
/** So many at once: the task hub and storage have other things to do. */
const AT_ONCE = 4;

export interface RetentionReport {
  expired: number;
  forgotten: number;
  /** Whether more may be waiting: the time was up. */
  more: boolean;
}

/**
 * Deletes operations that ended longer ago than they are kept, in small pages, until `budgetMs` have passed; what is
 * left waits for the next run. Each deletion can be repeated (R3 of records.ts).
 */
export async function applyRetention(
  operations: Operations,
  client: DurableClient,
  budgetMs: number,
): Promise<RetentionReport> {
  const deadline = Date.now() + budgetMs;
  const report: RetentionReport = { expired: 0, forgotten: 0, more: false };
  await expireOperations(operations, client, deadline, report);
  await forgetTombstones(operations, deadline, report);
  return report;
}

async function expireOperations(
  operations: Operations,
  client: DurableClient,
  deadline: number,
  report: RetentionReport,
) {
  const createdBefore = new Date(operations.now() - operations.retentionMs);
  for (let after: string | undefined; ;) {
    if (Date.now() >= deadline) return void (report.more = true);
    const page = await operations.records.list({ createdBefore, after }, PAGE);
    await inParallel(page, async (listed) => {
      if (await expireOne(operations, client, listed)) report.expired++;
    });
    after = page.at(-1)?.position;
    if (page.length < PAGE) return;
  }
}

async function expireOne(
  operations: Operations,
  client: DurableClient,
  { id, kind, createdAt }: ListedOperation,
): Promise<boolean> {
  const instance = await findInstance(client, id);
  const summary = instance && summaryOf(instance, kind, operations.retentionMs);
  if (summary && !(isFinal(summary.status) && operations.isExpired(summary))) return false;
  const record = await operations.records.find(id);
  await operations.records.expire(id, new Date(operations.now()));
  await operations.purge(client, id);
  await operations.records.unlist(record ?? { id, createdAt });
  return true;
}

async function forgetTombstones(operations: Operations, deadline: number, report: RetentionReport) {
  const before = new Date(operations.now() - TOMBSTONE_DAYS * 24 * 3_600_000);
  while (Date.now() < deadline) {
    const page = await operations.records.tombstones(before, PAGE);
    await inParallel(page, (tombstone) => operations.records.forgetTombstone(tombstone));
    report.forgotten += page.length;
    if (page.length < PAGE) return;
  }
  report.more = true;
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
