/** A table row: its keys, which the app chooses, and plain values. */
export type Row = { partitionKey: string; rowKey: string } & Record<string, string | number | boolean | undefined>;

export interface TableStore {
  /** False when a row with these keys exists already. */
  insert(row: Row): Promise<boolean>;
  /** Writes the row and replaces an existing one. */
  put(row: Row): Promise<unknown>;
  /** Merges the given values into a row; false when there is no such row. */
  update(row: Row): Promise<boolean>;
  get(partitionKey: string, rowKey: string): Promise<Row | undefined>;
  /** The row with its version. */
  read(partitionKey: string, rowKey: string): Promise<{ row: Row; etag: string } | undefined>;
  delete(partitionKey: string, rowKey: string): Promise<unknown>;
  /**
   * Rows that match the OData filter, in the order of their row keys, at most `top` (up to 1,000).
   *
   * @param columns the columns to be read; default: all
   */
  query(filter: string, top: number, columns?: string[]): Promise<Row[]>;
  /**
   * Writes up to 100 rows of one partition: all of them, or none.
   *
   * @returns the new version of the first row, which is not a deleted one; undefined when the condition of a row does
   *   not hold, so that none is written
   * @throws OperationError 503; whether the rows are written is unknown then
   */
  transact(writes: readonly RowWrite[]): Promise<string | undefined>;
  /** Rejects when storage does not answer. */
  ping(): Promise<unknown>;
}

/** A write of a transaction. Its condition: the row does not exist, has this version, or exists. */
export type RowWrite =
  { insert: Row } | { replace: Row; etag: string } | { merge: Row } | { delete: Pick<Row, 'partitionKey' | 'rowKey'> };
