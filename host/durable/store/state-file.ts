import path from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type InstanceKey } from '../ids.js';

/**
 * The state file.
 *
 * S1 Only `GroupCommit` writes, and only inside `transaction`.
 * S2 A history row is written once and never changed. It is deleted with its instance or its execution. Only a rewind
 *    replaces a history.
 * S3 While an instance runs, `updated` in its row is the time of the last turn that changed another column. The exact
 *    time is in the live instance and in the last history row.
 * S4 Instances and entities take their keys from one sequence, so the key alone identifies the receiver of an `inbox`
 *    row.
 */
const MIGRATIONS = [
  `
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
`,
  `
  CREATE TABLE entity (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    present INTEGER NOT NULL,
    state TEXT,
    holder TEXT,
    updated INTEGER NOT NULL
  ) STRICT;
`,
  // Rows are stored in the order of their writing, instead of each turn in a page of its own: half the bytes written.
  `
  ALTER TABLE history RENAME TO history_before;
  CREATE TABLE history (
    instance INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    events TEXT NOT NULL
  ) STRICT;
  INSERT INTO history SELECT instance, turn, events FROM history_before;
  DROP TABLE history_before;
  CREATE UNIQUE INDEX history_turn ON history (instance, turn);
`,
  `
  ALTER TABLE instance ADD COLUMN generation INTEGER;
  `,
  `
  CREATE TABLE entity_clock (
    entity INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    id TEXT NOT NULL,
    execution TEXT,
    last INTEGER NOT NULL,
    PRIMARY KEY (entity, sent, id)
  ) STRICT, WITHOUT ROWID;
`,
];

/** Pages of the write-ahead log before a checkpoint: 16 MiB, so that bursts do not wait for the disk. */
const CHECKPOINT_PAGES = 4_096;

export type Row = Record<string, unknown>;

/** One SQLite file with its statements, each prepared once. */
export class StateFile {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #lastKey: number;
  #lastSeq: number;

  /**
   * @param stateDir undefined: in memory
   * @throws Error when the file was written by a newer host
   */
  constructor(stateDir: string | undefined) {
    this.#db = new DatabaseSync(stateDir === undefined ? ':memory:' : path.join(stateDir, 'durable.sqlite'));
    // NORMAL: a killed process loses nothing; a power failure can lose the last commits, not the file's consistency.
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA cache_size = -32768;
    `);
    this.#migrate();
    ({ key: this.#lastKey, seq: this.#lastSeq } = this.#highest());
  }

  /** A new key of an instance or an entity (S4). */
  nextKey(): InstanceKey {
    return ++this.#lastKey as InstanceKey;
  }

  /** A new number of an `inbox` row. */
  nextSeq(): number {
    return ++this.#lastSeq;
  }

  #migrate(): void {
    const { user_version: version } = this.#db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version === MIGRATIONS.length) return;
    if (version > MIGRATIONS.length) {
      this.#db.close();
      throw new Error(
        `The state file has version ${version} and this host writes version ${MIGRATIONS.length}: use the newer host, or another state folder.`,
      );
    }
    this.transaction(() => {
      for (const step of MIGRATIONS.slice(version)) this.#db.exec(step);
      this.#db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    });
  }

  close(): void {
    this.#db.close();
  }

  transaction(work: () => void): void {
    this.run('BEGIN IMMEDIATE');
    try {
      work();
      this.run('COMMIT');
    } catch (error) {
      // SQLite may have rolled back already, for example when the disk is full.
      if (this.#db.isTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  /** The highest key (S4) and the highest message number in the file. */
  #highest(): { key: number; seq: number } {
    const row = this.get(
      `SELECT (SELECT ifnull(max(key), 0) FROM (SELECT max(key) AS key FROM instance UNION ALL SELECT max(key) FROM entity)) AS key,
        (SELECT ifnull(max(seq), 0) FROM inbox) AS seq`,
    );
    return row as { key: number; seq: number };
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}
