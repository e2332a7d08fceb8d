import { type BlobStore } from '../../platform/storage.js';
import { type Row, type RowWrite, type TableStore } from '../../platform/table-store.js';
import { type Page } from '../paging.js';
import { type Result } from './result.js';

/** Most characters of a column; a column takes 32,768 UTF-16 units. */
const COLUMN_CHARS = 30_000;
/** Most rows and bytes of a transaction; storage takes 100 rows and 4 MiB. */
const ROWS = 100;
const TRANSACTION_BYTES = 3_000_000;
/** Bytes of a row besides its text, in the body of a transaction. */
const ROW_BYTES = 2_000;
/** Transactions that run at the same time. */
const TRANSACTIONS_AT_ONCE = 4;
const QUERY_ROWS = 1_000;
const DIGITS = 7;

/** A run of an analysis. */
export interface Run {
  id: number;
  run: number;
}

const partitionOf = ({ id, run }: Run) => `result-${id}-${run}`;
const folderOf = ({ id, run }: Run) => `analyses/${id}/${run}/`;
const restBlobOf = (run: Run) => `${folderOf(run)}rest.json`;
const keyOf = (number: number) => String(number).padStart(DIGITS, '0');

/**
 * The results of analyses: a row for each scene in its order, and a blob with all other members.
 *
 * Storing is repeatable: the same result has the same transactions, and one whose rows exist was stored before.
 */
export class ResultRows {
  readonly #table: TableStore;
  readonly #blobs: Pick<BlobStore, 'put' | 'get' | 'deletePrefix'>;

  constructor(table: TableStore, blobs: Pick<BlobStore, 'put' | 'get' | 'deletePrefix'>) {
    this.#table = table;
    this.#blobs = blobs;
  }

  async store(run: Run, { rest, scenes = [] }: Result, signal: AbortSignal): Promise<void> {
    await this.#blobs.put(restBlobOf(run), rest, 'application/json');
    const transactions = transactionsOf(partitionOf(run), scenes);
    const work = async () => {
      for (let next = transactions.next(); !next.done; next = transactions.next()) {
        signal.throwIfAborted();
        await this.#table.transact(next.value);
      }
    };
    await Promise.all(Array.from({ length: TRANSACTIONS_AT_ONCE }, work));
  }

  /**
   * The JSON text of a stored result with a page of its scenes.
   * @param scenes the number of scenes; undefined when the result has no array of them
   */
  async read(run: Run, scenes: number | undefined, { limit, offset }: Page): Promise<Buffer | undefined> {
    const rest = await this.#blobs.get(restBlobOf(run));
    if (!rest || scenes === undefined) return rest;
    const [first, last] = [keyOf(offset + 1), keyOf(Math.min(offset + limit, scenes))];
    const filter = `PartitionKey eq '${partitionOf(run)}' and RowKey ge '${first}' and RowKey le '${last}'`;
    const rows = offset < scenes ? await this.#table.query(filter, limit) : [];
    const texts = rows.map(textOf);
    const before = rest.subarray(0, -1); // without the last brace
    const comma = before.length > 1 ? ',' : '';
    return Buffer.concat([before, Buffer.from(`${comma}"scenes":[${texts.join(',')}]}`)]);
  }

  /** Deletes what is stored of a run. */
  async delete(run: Run): Promise<void> {
    const partitionKey = partitionOf(run);
    for (;;) {
      const rows = await this.#table.query(`PartitionKey eq '${partitionKey}'`, QUERY_ROWS, []);
      for (let from = 0; from < rows.length; from += ROWS) {
        const keys = rows.slice(from, from + ROWS).map(({ rowKey }) => ({ partitionKey, rowKey }));
        const areDeleted = await this.#table.transact(keys.map((key) => ({ delete: key })));
        // Another process has deleted some of them.
        if (areDeleted === undefined) for (const { rowKey } of keys) await this.#table.delete(partitionKey, rowKey);
      }
      if (rows.length < QUERY_ROWS) break;
    }
    await this.#blobs.deletePrefix(folderOf(run));
  }
}

function* transactionsOf(partitionKey: string, scenes: readonly Buffer[]): Generator<RowWrite[]> {
  let writes: RowWrite[] = [];
  let bytes = 0;
  for (const [index, scene] of scenes.entries()) {
    const text = scene.toString('utf8');
    const size = Buffer.byteLength(JSON.stringify(text)) + ROW_BYTES;
    if (writes.length === ROWS || (writes.length > 0 && bytes + size > TRANSACTION_BYTES)) {
      yield writes;
      writes = [];
      bytes = 0;
    }
    writes.push({ insert: { ...columnsOf(text), partitionKey, rowKey: keyOf(index + 1) } });
    bytes += size;
  }
  if (writes.length > 0) yield writes;
}

/** A text in columns `c0`, `c1`, …; a pair of surrogates stays together, since storage takes UTF-8. */
function columnsOf(text: string): Record<string, string> {
  const columns: Record<string, string> = {};
  for (let from = 0, index = 0; from < text.length; index++) {
    const end = from + COLUMN_CHARS;
    const isPair = end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
    const to = isPair ? end - 1 : end;
    columns[`c${index}`] = text.slice(from, to);
    from = to;
  }
  return columns;
}

function textOf(row: Row): string {
  const parts: string[] = [];
  for (let part = row.c0; part !== undefined; part = row[`c${parts.length}`]) parts.push(String(part));
  return parts.join('');
}
