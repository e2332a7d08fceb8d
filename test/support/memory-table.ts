import { type Row, type RowWrite, type TableStore } from '../../src/platform/storage.js';

/** A table in memory. One suite holds it to Table storage: table-store-suite.ts. */
export class MemoryTable implements TableStore {
  readonly #rows = new Map<string, Row>();
  /** The keys of the rows of each partition, so that a query of one partition reads no other. */
  readonly #partitions = new Map<string, Set<string>>();
  readonly #versions = new Map<string, number>();
  #latestVersion = 0;

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
    this.#remove({ partitionKey, rowKey });
    return Promise.resolve();
  }

  query(filter: string, top: number, columns?: string[]): Promise<Row[]> {
    const matches = filterOf(filter);
    const rows = this.#mayMatch(filter)
      .filter(matches)
      .sort(byKeys)
      .slice(0, top)
      .map((row) => ({ ...row }));
    return Promise.resolve(columns ? rows.map((row) => selected(row, columns)) : rows);
  }

  #mayMatch(filter: string): Row[] {
    const partition = /^PartitionKey eq '([^']*)'(?: and |$)/.exec(filter)?.[1];
    if (partition === undefined) return this.rows;
    const keys = [...(this.#partitions.get(partition) ?? [])];
    return keys.flatMap((key) => this.#rows.get(key) ?? []);
  }

  read(partitionKey: string, rowKey: string): Promise<{ row: Row; etag: string } | undefined> {
    const key = keyOf({ partitionKey, rowKey });
    const row = this.#rows.get(key);
    return Promise.resolve(row && { row: { ...row }, etag: this.#etagOf(key) });
  }

  transact(writes: readonly RowWrite[]): Promise<string | undefined> {
    if (writes.length > 100) throw new Error('A transaction has at most 100 rows.');
    if (!writes.every((write) => this.#holds(write))) return Promise.resolve(undefined);
    for (const write of writes) this.#perform(write);
    const [first] = writes;
    return Promise.resolve(first && this.#etagOf(keyOf(rowIn(first))));
  }

  /** Whether the condition of a write holds. */
  #holds(write: RowWrite): boolean {
    const key = keyOf(rowIn(write));
    if ('insert' in write) return !this.#rows.has(key);
    return this.#rows.has(key) && (!('replace' in write) || write.etag === this.#etagOf(key));
  }

  #perform(write: RowWrite): void {
    if ('delete' in write) this.#remove(write.delete);
    else if ('merge' in write) this.#set({ ...this.#rows.get(keyOf(write.merge)), ...defined(write.merge) });
    else this.#set(rowIn(write));
  }

  #etagOf(key: string): string {
    return String(this.#versions.get(key));
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  #set(row: Row): void {
    const key = keyOf(row);
    this.#rows.set(key, defined(row));
    this.#versions.set(key, ++this.#latestVersion);
    const partition = this.#partitions.get(row.partitionKey) ?? new Set();
    this.#partitions.set(row.partitionKey, partition.add(key));
  }

  #remove(keys: Pick<Row, 'partitionKey' | 'rowKey'>): void {
    this.#rows.delete(keyOf(keys));
    this.#partitions.get(keys.partitionKey)?.delete(keyOf(keys));
  }
}

const keyOf = ({ partitionKey, rowKey }: Pick<Row, 'partitionKey' | 'rowKey'>) =>
  JSON.stringify([partitionKey, rowKey]);

function rowIn(write: RowWrite): Row {
  if ('insert' in write) return write.insert;
  if ('replace' in write) return write.replace;
  return 'merge' in write ? write.merge : write.delete;
}

function selected({ partitionKey, rowKey, ...row }: Row, columns: readonly string[]): Row {
  return {
    partitionKey,
    rowKey,
    ...Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name))),
  };
}

/** A property without a value is not stored. */
function defined(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Row;
}

function byKeys(a: Row, b: Row): number {
  return compare(a.partitionKey, b.partitionKey) || compare(a.rowKey, b.rowKey);
}

function compare<T extends string | number | boolean>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}

const CLAUSE = /^(\w+) (eq|gt|ge|lt|le) ('(?:[^']|'')*'|true|false|[\d.]+)(?: and |$)/;
const KEYS: Partial<Record<string, string>> = { PartitionKey: 'partitionKey', RowKey: 'rowKey' };
const OPERATORS: Record<string, readonly number[]> = { eq: [0], gt: [1], ge: [0, 1], lt: [-1], le: [-1, 0] };

/** The OData filters that src/ uses: comparisons of columns, joined with `and`. */
function filterOf(filter: string): (row: Row) => boolean {
  const match = CLAUSE.exec(filter);
  if (!match) throw new Error(`The table in memory does not know this filter: ${filter}`);
  const [clause, column = '', operator = '', literal = ''] = match;
  const name = KEYS[column] ?? column;
  const value = valueOf(literal);
  const rest = filter.slice(clause.length);
  const matchesRest = rest === '' ? () => true : filterOf(rest);
  return (row) => {
    const own = (row as Partial<Row>)[name];
    return own !== undefined && (OPERATORS[operator] ?? []).includes(compare(own, value)) && matchesRest(row);
  };
}

function valueOf(literal: string): string | number | boolean {
  if (literal.startsWith("'")) return literal.slice(1, -1).replaceAll("''", "'");
  return literal === 'true' || literal === 'false' ? literal === 'true' : Number(literal);
}
