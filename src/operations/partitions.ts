import { createHash } from 'node:crypto';
import { type Row, type TableStore } from '../platform/storage.js';

/**
 * Rows of one purpose in 16 partitions, because storage serves about 2,000 rows of one partition a second. The hash of
 * a name (the operation's id, or the row key itself) decides which one: `index-0` to `index-f`.
 *
 * P1. Versions before had one partition (`index`). Its rows are read, and deleted with the others, until it is empty;
 *     then this process does not read it again. No row is written to it.
 */
export interface Partitions {
  /** The partition of a name. */
  of(name: string): string;
  /** Adds the row that has its name as its row key; false when it exists. */
  insert(name: string, values: Omit<Row, 'partitionKey' | 'rowKey'>): Promise<boolean>;
  /** The row that has its name as its row key. */
  get(name: string): Promise<Row | undefined>;
  delete(name: string, rowKey: string): Promise<void>;
  /** The first `top` rows of all partitions in the order of their row keys. */
  first(conditions: readonly string[], top: number): Promise<Row[]>;
}

const DIGITS = Array.from({ length: 16 }, (_, n) => n.toString(16));

export function createPartitions(table: TableStore, purpose: string): Partitions {
  const of = (name: string) => `${purpose}-${createHash('sha256').update(name).digest('hex').charAt(0)}`;
  const all = DIGITS.map((digit) => `${purpose}-${digit}`);
  let isOldEmpty = false;

  /** Whether the partition of versions before still has rows. */
  const hasOld = async (): Promise<boolean> => {
    isOldEmpty ||= (await table.query(`PartitionKey eq '${purpose}'`, 1)).length === 0;
    return !isOldEmpty;
  };

  return {
    of,
    async insert(name, values) {
      if ((await hasOld()) && (await table.get(purpose, name))) return false;
      return table.insert({ partitionKey: of(name), rowKey: name, ...values });
    },
    async get(name) {
      const row = await table.get(of(name), name);
      return row ?? ((await hasOld()) ? table.get(purpose, name) : undefined);
    },
    async delete(name, rowKey) {
      await table.delete(of(name), rowKey);
      if (await hasOld()) await table.delete(purpose, rowKey);
    },
    async first(conditions, top) {
      const sources = (await hasOld()) ? [purpose, ...all] : all;
      return mergedRows(
        sources.map((partition) => new Source(table, [`PartitionKey eq '${partition}'`, ...conditions])),
        top,
      );
    },
  };
}

/** The rows of one partition in their order, read in parts. */
class Source {
  readonly rows: Row[] = [];
  isComplete = false;
  readonly #table: TableStore;
  readonly #clauses: readonly string[];

  constructor(table: TableStore, clauses: readonly string[]) {
    this.#table = table;
    this.#clauses = clauses;
  }

  async readMore(count: number): Promise<void> {
    const last = this.rows.at(-1);
    const after = last ? [`RowKey gt '${last.rowKey.replaceAll("'", "''")}'`] : [];
    const rows = await this.#table.query([...this.#clauses, ...after].join(' and '), count);
    this.rows.push(...rows);
    this.isComplete = rows.length < count;
  }

  /** How many rows that were not read may be among the first `top`, given the first ones that were read. */
  missing(known: readonly Row[], top: number): number {
    const last = this.rows.at(-1)?.rowKey;
    const place = known.findIndex(({ rowKey }) => rowKey === last);
    return this.isComplete || place === -1 ? 0 : top - place - 1;
  }
}

/**
 * Reads twice the average share of each partition, all at the same time; then, of the partitions that may have further
 * rows among the first `top`, as many as these can be.
 */
async function mergedRows(sources: readonly Source[], top: number): Promise<Row[]> {
  const share = Math.min(top, 2 * Math.ceil(top / DIGITS.length));
  await Promise.all(sources.map((source) => source.readMore(share)));
  for (;;) {
    const known = firstOf(sources, top);
    const open = sources.filter((source) => source.missing(known, top) > 0);
    if (open.length === 0) return known;
    await Promise.all(open.map((source) => source.readMore(source.missing(known, top))));
  }
}

/** A row that is in its partition and in the old one too counts once. */
function firstOf(sources: readonly Source[], top: number): Row[] {
  const rows = new Map(sources.flatMap((source) => source.rows.map((row) => [row.rowKey, row])));
  return [...rows.values()].sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1)).slice(0, top);
}
