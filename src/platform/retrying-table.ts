import { randomBytes } from 'node:crypto';
import { commonErrors } from './errors.js';
import { retried } from './retried.js';
import { type Row, type RowWrite, type TableStore } from './table-store.js';

/**
 * A table whose calls are repeated while storage fails (retried.ts). The SDK must not repeat them: it takes the row of its
 * own first attempt for another one's.
 *
 * W1. An error may be the answer to a write that took effect. A write without a condition is repeated as it is.
 * W2. A conditional write has an id of its own, a column of its first row. When it is repeated and its condition does not
 *     hold, this row is read: with the id, it is what an earlier attempt has written, and the write has succeeded. Without
 *     it, another insert was faster; a transaction may have been stored before its row was replaced, so that its outcome
 *     is unknown.
 * W3. A transaction whose first write is a deletion is not recognized.
 */
export function retryingTable(table: TableStore): TableStore {
  const own = async (written: Row) => {
    const found = await retried(() => table.read(written.partitionKey, written.rowKey));
    return found?.row[WRITE_ID] === written[WRITE_ID] ? found : undefined;
  };
  return {
    insert(row) {
      const written = withWriteId(row);
      const recognize = async () => (await own(written)) !== undefined;
      return conditional(() => table.insert(written), false, recognize);
    },
    transact(writes) {
      const [first, ...others] = writes;
      if (!first || 'delete' in first) return retried(() => table.transact(writes));
      const { write, row } = recognizable(first);
      const recognize = async () => {
        const found = await own(row);
        if (found) return found.etag;
        throw commonErrors.ServiceUnavailable('Storage did not say whether it stored a change.');
      };
      return conditional(() => table.transact([write, ...others]), undefined, recognize);
    },
    put: (row) => retried(() => table.put(row)),
    update: (row) => retried(() => table.update(row)),
    get: (partitionKey, rowKey) => retried(() => table.get(partitionKey, rowKey)),
    read: (partitionKey, rowKey) => retried(() => table.read(partitionKey, rowKey)),
    delete: (partitionKey, rowKey) => retried(() => table.delete(partitionKey, rowKey)),
    query: (filter, top, columns) => retried(() => table.query(filter, top, columns)),
    ping: () => retried(() => table.ping()),
  };
}

/** The column with the id of the conditional write that wrote the row. */
const WRITE_ID = 'writeId';

function withWriteId(row: Row): Row {
  return { ...row, [WRITE_ID]: randomBytes(12).toString('base64url') };
}

function recognizable(write: Exclude<RowWrite, { delete: unknown }>): { write: RowWrite; row: Row } {
  if ('insert' in write) {
    const insert = withWriteId(write.insert);
    return { write: { insert }, row: insert };
  }
  if ('merge' in write) {
    const merge = withWriteId(write.merge);
    return { write: { merge }, row: merge };
  }
  const replace = withWriteId(write.replace);
  return { write: { ...write, replace }, row: replace };
}

/** @param refused the result of a write whose condition does not hold */
async function conditional<T>(write: () => Promise<T>, refused: T, recognize: () => Promise<T>): Promise<T> {
  let attempts = 0;
  const result = await retried(() => {
    attempts++;
    return write();
  });
  return result === refused && attempts > 1 ? recognize() : result;
}
