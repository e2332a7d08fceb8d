import { type Row, type TableStore } from '../../src/platform/storage.js';

/** A table in memory. One suite holds it to Table storage: table-store-suite.ts. */
export class MemoryTable implements TableStore {
  readonly #rows = new Map<string, Row>();

  /** All rows, in the order of their keys. */
  get rows(): Row[] {
    return [...this.#rows.values()].map((row) => ({ ...row })).sort(byKeys);
  }

  insert(row: Row): Promise<boolean> {
    const isFree = !this.#rows.has(keyOf(row));
    if (isFree) this.#set(row);
    return Promise.resolve(isFree);
  }

  put(row: Row): Promise<void> {
    this.#set(row);
    return Promise.resolve();
  }

  update(row: Row): Promise<boolean> {
    const existing = this.#rows.get(keyOf(row));
    if (existing) this.#set({ ...existing, ...defined(row) });
    return Promise.resolve(existing !== undefined);
  }

  get(partitionKey: string, rowKey: string): Promise<Row | undefined> {
    const row = this.#rows.get(keyOf({ partitionKey, rowKey }));
    return Promise.resolve(row && { ...row });
  }

  delete(partitionKey: string, rowKey: string): Promise<void> {
    this.#rows.delete(keyOf({ partitionKey, rowKey }));
    return Promise.resolve();
  }

  query(filter: string, top: number): Promise<Row[]> {
    const matches = filterOf(filter);
    return Promise.resolve(this.rows.filter(matches).slice(0, top));
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  #set(row: Row): void {
    this.#rows.set(keyOf(row), defined(row));
  }
}

const keyOf = ({ partitionKey, rowKey }: Pick<Row, 'partitionKey' | 'rowKey'>) =>
  JSON.stringify([partitionKey, rowKey]);

/** A property without a value is not stored. */
function defined(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Row;
}

function byKeys(a: Row, b: Row): number {
  return compare(a.partitionKey, b.partitionKey) || compare(a.rowKey, b.rowKey);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

const CLAUSE = /^(PartitionKey|RowKey) (eq|gt|lt) '((?:[^']|'')*)'(?: and |$)/;
const COLUMNS = { PartitionKey: 'partitionKey', RowKey: 'rowKey' } as const;
const OPERATORS = { eq: 0, gt: 1, lt: -1 } as const;

/** The OData filters that src/ uses: comparisons of keys, joined with `and`. */
function filterOf(filter: string): (row: Row) => boolean {
  const match = CLAUSE.exec(filter);
  if (!match) throw new Error(`The table in memory does not know this filter: ${filter}`);
  const [clause, column, operator, text = ''] = match;
  const key = COLUMNS[column as keyof typeof COLUMNS];
  const value = text.replaceAll("''", "'");
  const rest = filter.slice(clause.length);
  const matchesRest = rest === '' ? () => true : filterOf(rest);
  return (row) => compare(row[key], value) === OPERATORS[operator as keyof typeof OPERATORS] && matchesRest(row);
}
