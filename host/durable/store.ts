import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import path from 'node:path';
import { type ParentInstance } from './history-events.js';
import { type ExecutionId, type InstanceId, type InstanceKey } from './ids.js';
import { type RuntimeStatus } from './runtime-status.js';

/**
 * The state file.
 *
 * S1 Only group-commit.ts writes, and only inside `transaction`.
 * S2 A history row is written once and never changed; it goes with its instance or its execution.
 * S3 A row of `instance` lags behind its history while the instance runs: `updated` is that of the last turn which
 *    changed another column. Who needs the exact time asks the live instance or the last history row.
 */
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE instance (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    execution TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    status INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    custom TEXT,
    parent TEXT,
    input TEXT,
    output TEXT
  ) STRICT;
  CREATE INDEX instance_created ON instance (created);
  CREATE INDEX instance_unfinished ON instance (key) WHERE status IN (0, 2, 6, 7);
  CREATE TABLE history (
    instance INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    events TEXT NOT NULL,
    PRIMARY KEY (instance, turn)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY,
    instance INTEGER NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX inbox_instance ON inbox (instance);
`;

const UNFINISHED = 'status IN (0, 2, 6, 7)';

/** Pages of the write-ahead log before it is folded back: 16 MiB, so that bursts do not wait for the disk. */
const CHECKPOINT_PAGES = 4_096;

/** An instance as the file has it. Texts are JSON unless they do not parse (host contract, 5.2). */
export interface InstanceRecord {
  key: InstanceKey;
  id: InstanceId;
  execution: ExecutionId;
  name: string;
  version: string;
  status: RuntimeStatus;
  /** ms since the epoch, like `updated`. */
  created: number;
  updated: number;
  custom: string | null;
  parent: ParentInstance | null;
  input: string | null;
  output: string | null;
}

export interface InstanceFilter {
  createdFrom?: number;
  createdTo?: number;
  statuses?: readonly RuntimeStatus[];
  idPrefix?: string;
}

/** The last instance of the page before. */
export interface PageStart {
  created: number;
  key: number;
}

export class Store {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws Error when the file was written by a newer host */
  constructor(stateDir: string) {
    this.#db = new DatabaseSync(path.join(stateDir, 'durable.sqlite'));
    // NORMAL: a killed process loses nothing; a power cut may lose the last commits, never the file's consistency.
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA cache_size = -32768;
    `);
    this.#migrate();
  }

  #migrate(): void {
    const { user_version: version } = this.#db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version === SCHEMA_VERSION) return;
    if (version !== 0) {
      this.#db.close();
      throw new Error(
        `The state file has version ${version} and this host writes version ${SCHEMA_VERSION}: use the newer host, or another state folder.`,
      );
    }
    this.transaction(() => this.#db.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`));
  }

  close(): void {
    this.#db.close();
  }

  transaction(work: () => void): void {
    this.#run('BEGIN IMMEDIATE');
    try {
      work();
      this.#run('COMMIT');
    } catch (error) {
      // A full disk may have rolled back already.
      if (this.#db.isTransaction) this.#run('ROLLBACK');
      throw error;
    }
  }

  // Writing (S1)

  insertInstance(record: InstanceRecord): void {
    this.#run(
      'INSERT INTO instance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      record.key,
      record.id,
      record.execution,
      record.name,
      record.version,
      record.status,
      record.created,
      record.updated,
      record.custom,
      record.parent && JSON.stringify(record.parent),
      record.input,
      record.output,
    );
  }

  /** Everything of an instance that a turn can change, without its input. */
  updateInstance({ key, status, updated, custom, output }: InstanceRecord): void {
    this.#run(
      'UPDATE instance SET status = ?, updated = ?, custom = ?, output = ? WHERE key = ?',
      status,
      updated,
      custom,
      output,
      key,
    );
  }

  /** A new execution of the same instance (host contract, 6.8.6): the old history goes. */
  renewInstance({ key, execution, status, created, updated, custom, input }: InstanceRecord): void {
    this.#run('DELETE FROM history WHERE instance = ?', key);
    this.#run(
      'UPDATE instance SET execution = ?, status = ?, created = ?, updated = ?, custom = ?, input = ? WHERE key = ?',
      execution,
      status,
      created,
      updated,
      custom,
      input,
      key,
    );
  }

  deleteInstance(key: InstanceKey): void {
    this.#run('DELETE FROM instance WHERE key = ?', key);
    this.#run('DELETE FROM history WHERE instance = ?', key);
    this.#run('DELETE FROM inbox WHERE instance = ?', key);
  }

  insertHistory(key: InstanceKey, turn: number, events: string): void {
    this.#run('INSERT INTO history VALUES (?, ?, ?)', key, turn, events);
  }

  insertMessage(seq: number, key: InstanceKey, message: string): void {
    this.#run('INSERT INTO inbox VALUES (?, ?, ?)', seq, key, message);
  }

  deleteMessage(seq: number): void {
    this.#run('DELETE FROM inbox WHERE seq = ?', seq);
  }

  deleteMessagesOf(key: InstanceKey): void {
    this.#run('DELETE FROM inbox WHERE instance = ?', key);
  }

  /** What came after the last turn of an instance and could not be removed before the process ended. */
  deleteOrphanedMessages(): void {
    this.#run(`DELETE FROM inbox WHERE instance NOT IN (SELECT key FROM instance WHERE ${UNFINISHED})`);
  }

  // Reading

  find(id: InstanceId): InstanceRecord | undefined {
    const row = this.#prepare('SELECT * FROM instance WHERE id = ?').get(id);
    return row && toRecord(row);
  }

  unfinishedIds(): InstanceId[] {
    const rows = this.#prepare(`SELECT id FROM instance WHERE ${UNFINISHED} ORDER BY key`).all();
    return rows.map(({ id }) => id as InstanceId);
  }

  /** One text per turn, oldest first. */
  history(key: InstanceKey): string[] {
    const rows = this.#prepare('SELECT events FROM history WHERE instance = ? ORDER BY turn').all(key);
    return rows.map(({ events }) => events as string);
  }

  inbox(key: InstanceKey): { seq: number; message: string }[] {
    const rows = this.#prepare('SELECT seq, message FROM inbox WHERE instance = ? ORDER BY seq').all(key);
    return rows as { seq: number; message: string }[];
  }

  /** Highest key and message number ever used, to go on from. */
  highest(): { key: number; seq: number } {
    const row = this.#prepare(
      'SELECT (SELECT ifnull(max(key), 0) FROM instance) AS key, (SELECT ifnull(max(seq), 0) FROM inbox) AS seq',
    ).get();
    return row as { key: number; seq: number };
  }

  /** Instances in the order of their creation, after `after`. */
  query(filter: InstanceFilter, after: PageStart, limit: number): InstanceRecord[] {
    const { sql, values } = where(filter);
    const rows = this.#prepare(
      `SELECT * FROM instance WHERE (created, key) > (?, ?) ${sql} ORDER BY created, key LIMIT ?`,
    );
    return rows.all(after.created, after.key, ...values, limit).map(toRecord);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}

/** The texts come from a closed set, so the statement cache stays bounded. */
function where(filter: InstanceFilter): { sql: string; values: SQLInputValue[] } {
  const { createdFrom, createdTo, idPrefix, statuses } = filter;
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...more: SQLInputValue[]) => {
    parts.push(`AND ${condition}`);
    values.push(...more);
  };
  if (createdFrom !== undefined) add('created >= ?', createdFrom);
  if (createdTo !== undefined) add('created <= ?', createdTo);
  // substr, not LIKE: ids compare by their characters, and a prefix may hold % or _.
  if (idPrefix !== undefined) add('substr(id, 1, length(?)) = ?', idPrefix, idPrefix);
  if (statuses?.length) add(`status IN (${[...new Set(statuses)].sort().join(', ')})`);
  return { sql: parts.join(' '), values };
}

function toRecord(row: Record<string, unknown>): InstanceRecord {
  const parent = row.parent === null ? null : (JSON.parse(row.parent as string) as ParentInstance);
  return { ...(row as unknown as InstanceRecord), parent };
}
