import { type SQLInputValue } from 'node:sqlite';
import { type EntityId, type ExecutionId, type InstanceKey } from '../ids.js';
import { type Sender } from './entity-messages.js';
import { type InstanceFilter } from './instance-store.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type Row, type StateFile } from './state-file.js';

/** The orchestration that has the lock. */
export interface Lock extends Sender {
  /** It has ended without releasing it. */
  abandoned?: true;
}

/** A row of `entity`. It stays when the entity is deleted, until it is purged, as in Azure. */
export interface EntityRecord {
  key: InstanceKey;
  id: EntityId;
  /** An operation has created it, and no later one has deleted it. */
  exists: boolean;
  /** JSON text. */
  state: string | null;
  lockedBy: Lock | null;
  /** When its last batch was committed, ms since the epoch. */
  updated: number;
}

/** The default of `entityMessageReorderWindowInMinutes`. */
export const REORDER_WINDOW_MS = 30 * 60_000;

/** The time of the last message from or to another instance. */
export interface Clock {
  sent: boolean;
  id: string;
  /** Null for an entity and for messages that were sent. */
  execution: ExecutionId | null;
  /** ms since the epoch. */
  last: number;
}

/** Entities in the state file (state-file.ts has the invariants). */
export class EntityStore {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  /** Inserts the row that messages of the entity need, unless it exists. */
  ensure(record: EntityRecord): void {
    this.#file.run('INSERT OR IGNORE INTO entity VALUES (?, ?, ?, ?, ?, ?)', ...columnsOf(record));
  }

  save(record: EntityRecord): void {
    this.#file.run(
      `INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
        SET present = excluded.present, state = excluded.state, holder = excluded.holder, updated = excluded.updated`,
      ...columnsOf(record),
    );
  }

  /** Deletes an entity with its messages. */
  delete(key: InstanceKey): void {
    this.#file.run('DELETE FROM entity WHERE key = ?', key);
    this.#file.run('DELETE FROM entity_clock WHERE entity = ?', key);
    this.#file.run('DELETE FROM inbox WHERE instance = ?', key);
  }

  setClock(key: InstanceKey, { sent, id, execution, last }: Clock): void {
    this.#file.run(
      'INSERT OR REPLACE INTO entity_clock VALUES (?, ?, ?, ?, ?)',
      key,
      Number(sent),
      id,
      execution,
      last,
    );
  }

  deleteClocks(key: InstanceKey, before: number): void {
    this.#file.run('DELETE FROM entity_clock WHERE entity = ? AND last < ?', key, before);
  }

  clocks(key: InstanceKey): Clock[] {
    const rows = this.#file.all('SELECT sent, id, execution, last FROM entity_clock WHERE entity = ?', key);
    return rows.map((row) => ({ ...(row as unknown as Clock), sent: row.sent === 1 }));
  }

  find(id: EntityId): EntityRecord | undefined {
    const row = this.#file.get('SELECT * FROM entity WHERE id = ?', id);
    return row && toRecord(row);
  }

  /** Entities that have messages waiting. */
  idsWithWork(): EntityId[] {
    const rows = this.#file.all(
      'SELECT id FROM entity WHERE key IN (SELECT DISTINCT instance FROM inbox) ORDER BY key',
    );
    return rows.map(({ id }) => id as EntityId);
  }

  /** The entities of an instance filter in the order of their ids, from the id `from`: as instances they are Running. */
  query(filter: InstanceFilter, from: string, limit: number): EntityRecord[] {
    const { idPrefix = '', createdFrom = 0, createdTo = Number.MAX_SAFE_INTEGER, statuses = [] } = filter;
    if (statuses.length > 0 && !statuses.includes(RuntimeStatus.Running)) return [];
    const rows = this.#file.all(
      'SELECT * FROM entity WHERE id >= ? AND id BETWEEN ? AND ? AND updated BETWEEN ? AND ? ORDER BY id LIMIT ?',
      from,
      idPrefix,
      `${idPrefix}${LAST_CHARACTER}`,
      createdFrom,
      createdTo,
      limit,
    );
    return rows.map(toRecord);
  }
}

const LAST_CHARACTER = '\u{10ffff}';

/** The columns `present` and `holder` are `exists` and `lockedBy` of the record. */
function columnsOf({ key, id, exists, state, lockedBy, updated }: EntityRecord): SQLInputValue[] {
  return [key, id, Number(exists), state, lockedBy && JSON.stringify(lockedBy), updated];
}

function toRecord(row: Row): EntityRecord {
  const { key, id, state, updated } = row as unknown as EntityRecord;
  const lockedBy = row.holder === null ? null : (JSON.parse(row.holder as string) as Lock);
  return { key, id, exists: row.present === 1, state, lockedBy, updated };
}
