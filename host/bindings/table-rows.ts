import { type TypedData } from '../contracts.js';
import { jsonIn } from './json.js';

/** A row as functions get it: `PartitionKey`, `RowKey` and its columns. */
export type Row = Record<string, unknown>;

/** A row to write, its keys in the spelling of the storage library. */
interface Entity extends Record<string, unknown> {
  partitionKey: string;
  rowKey: string;
}

/** A row to write and how. */
export interface EntityWrite {
  entity: Entity;
  /** Undefined inserts, `*` inserts or replaces, any other value replaces the row with this ETag. */
  etag: string | undefined;
}

const SPELLING: Record<string, string> = { partitionKey: 'PartitionKey', rowKey: 'RowKey' };

/** What the library adds to a row, and the genuine host's extension leaves out (TablesExtensionConfigProvider.cs). */
const LEFT_OUT: ReadonlySet<string> = new Set(['odata.metadata', 'etag', 'timestamp']);

/** Converts a row that the library read to the format of the genuine host. */
export function toRow(entity: Record<string, unknown>): Row {
  return Object.fromEntries(
    Object.entries(entity)
      .filter(([name]) => !LEFT_OUT.has(name))
      .map(([name, value]) => [SPELLING[name] ?? name, jsonValue(value)]),
  );
}

function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  return (value as { value?: unknown }).value; // a GUID or a typed number
}

/**
 * The rows of an output value.
 *
 * @throws TypeError when the value is neither a row nor an array of rows
 */
export function rowsOf({ string, json }: TypedData): Row[] {
  const value = jsonIn(string ?? json ?? '');
  const rows: unknown[] = Array.isArray(value) ? value : [value];
  for (const row of rows) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new TypeError('the value must be a row (an object) or an array of rows');
    }
  }
  return rows as Row[];
}

/**
 * Converts an output row. Key names ignore case; the row's keys take precedence over those of the binding. Objects and
 * arrays become JSON text, as in TablesExtensionConfigProvider.cs.
 *
 * @throws TypeError naming the missing key
 */
export function toEntity(row: Row, keys: { partitionKey?: string; rowKey?: string }): EntityWrite {
  const entity: Row = { ...keys };
  let etag: string | undefined;
  for (const [name, value] of Object.entries(row)) {
    const folded = name.toLowerCase();
    if (folded === 'partitionkey') entity.partitionKey = value;
    else if (folded === 'rowkey') entity.rowKey = value;
    else if (folded === 'odata.etag' || folded === 'etag') etag = String(value);
    else if (folded !== 'timestamp' && value !== null) entity[name] = columnValue(value);
  }
  for (const key of ['partitionKey', 'rowKey']) {
    if (typeof entity[key] !== 'string') throw new TypeError(`the row needs a string as its ${key}`);
  }
  return { entity: entity as Entity, etag };
}

function columnValue(value: unknown): unknown {
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : value;
}
