import { type SQLInputValue } from 'node:sqlite';
import { type EntityId, type InstanceKey } from '../ids.js';
import { type Sender } from './entity-messages.js';
import { type Row, type StateFile } from './state-file.js';

/** A row of `entity`. */
export interface EntityRecord {
  key: InstanceKey;
  id: EntityId;
  /** An operation has set its state and no later one has deleted it; otherwise the row only serves its messages. */
  exists: boolean;
  /** JSON text. */
  state: string | null;
  lockedBy: Sender | null;
  /** When its last batch was committed, ms since the epoch. */
  updated: number;
}

interface EntityFilter {
  /** In lower case. */
  name?: string;
  updatedFrom?: number;
  updatedTo?: number;
}

/** Entities in the state file (state-file.ts has the invariants). */
export class EntityStore {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  /** Inserts the row that messages of the entity need, unless it exists. `deleteVacant` may have deleted it. */
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

  /** Deletes the row of an entity that does not exist, is not locked and has no messages (host contract, 8.3 rule 5). */
  deleteVacant(key: InstanceKey): void {
    this.#file.run(`DELETE FROM entity WHERE key = ? AND ${VACANT}`, key);
  }

  deleteAllVacant(): void {
    this.#file.run(`DELETE FROM entity WHERE ${VACANT}`);
  }

  find(id: EntityId): EntityRecord | undefined {
    const row = this.#file.get('SELECT * FROM entity WHERE id = ?', id);
    return row && toRecord(row);
  }

  /** Entities that have messages waiting, or are locked. */
  idsWithWork(): EntityId[] {
    const rows = this.#file.all(
      'SELECT id FROM entity WHERE holder IS NOT NULL OR key IN (SELECT DISTINCT instance FROM inbox) ORDER BY key',
    );
    return rows.map(({ id }) => id as EntityId);
  }

  /** Entities that exist, in the order of their keys, from the one after `after`. */
  query({ name, updatedFrom, updatedTo }: EntityFilter, after: number, limit: number): EntityRecord[] {
    const rows = this.#file.all(
      `SELECT * FROM entity WHERE key > ? AND present = 1 AND updated BETWEEN ? AND ?
        AND substr(id, 1, length(?)) = ? ORDER BY key LIMIT ?`,
      after,
      updatedFrom ?? 0,
      updatedTo ?? Number.MAX_SAFE_INTEGER,
      ...prefixOf(name),
      limit,
    );
    return rows.map(toRecord);
  }
}

const VACANT = 'present = 0 AND holder IS NULL AND NOT EXISTS (SELECT 1 FROM inbox WHERE instance = entity.key)';

/** The columns `present` and `holder` are `exists` and `lockedBy` of the record. */
function columnsOf({ key, id, exists, state, lockedBy, updated }: EntityRecord): SQLInputValue[] {
  return [key, id, Number(exists), state, lockedBy && JSON.stringify(lockedBy), updated];
}

function prefixOf(name: string | undefined): [string, string] {
  const prefix = name === undefined ? '' : `@${name}@`;
  return [prefix, prefix];
}

function toRecord(row: Row): EntityRecord {
  const { key, id, state, updated } = row as unknown as EntityRecord;
  const lockedBy = row.holder === null ? null : (JSON.parse(row.holder as string) as Sender);
  return { key, id, exists: row.present === 1, state, lockedBy, updated };
}
