import { randomBytes } from 'node:crypto';
import { type TableStore } from '../../platform/storage.js';

/** How long a place is kept for a process that does not renew its lease any more, ms. */
const LEASE_MS = 20_000;
const RENEW_MS = 5_000;
/** Clocks of machines differ; a lease counts as over only so long after its end, ms. */
const CLOCK_SKEW_MS = 5_000;
/** A lease that ended so long ago is deleted: no place names its process any more. */
const FORGET_MS = 3_600_000;

const PARTITION = 'process';

/**
 * Tells which processes of the app are alive: each that works on requests renews a lease, a row of its own.
 * A place whose process is gone is free again within `LEASE_MS`, the skew and one sweep of 30 s, less than 60 s; within
 * 70 s when that process ran the sweeps (docs/serverless-queue.md).
 */
export interface Leases {
  /** The name of this process, up to 8 characters. */
  readonly owner: string;
  /**
   * Keeps the lease while the work runs. Resolves with the work's result.
   *
   * @throws OperationError 503 before the work begins when the lease cannot be stored
   */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** The processes whose lease is not over. A process that has none is gone. @throws OperationError 503 */
  alive(now: number): Promise<ReadonlySet<string>>;
}

export function createLeases(table: Pick<TableStore, 'put' | 'query' | 'delete'>): Leases {
  const owner = randomBytes(4).toString('hex');
  let users = 0;
  let renewedAt = -Infinity;
  let renewing: Promise<unknown> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const renew = async () => {
    const until = Date.now() + LEASE_MS;
    await table.put({ partitionKey: PARTITION, rowKey: owner, until });
    renewedAt = until - LEASE_MS;
  };
  const ensure = async () => {
    if (Date.now() - renewedAt < RENEW_MS / 2) return;
    await (renewing ??= renew().finally(() => (renewing = undefined)));
  };
  const keep = () => {
    timer ??= setInterval(() => {
      if (users === 0) {
        clearInterval(timer);
        timer = undefined;
        return;
      }
      // A failed renewal is repeated at the next tick; the lease outlives two of them.
      void ensure().catch(() => undefined);
    }, RENEW_MS).unref();
  };

  return {
    owner,
    async during(work) {
      users++;
      try {
        await ensure();
        keep();
        return await work();
      } finally {
        users--;
      }
    },
    async alive(now) {
      const rows = await table.query(`PartitionKey eq '${PARTITION}'`, 1_000);
      const old = rows.filter(({ until }) => Number(until) < now - FORGET_MS);
      for (const { rowKey } of old) await table.delete(PARTITION, rowKey);
      return new Set(rows.filter(({ until }) => Number(until) > now - CLOCK_SKEW_MS).map(({ rowKey }) => rowKey));
    },
  };
}
