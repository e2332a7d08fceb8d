import { type SQLInputValue } from 'node:sqlite';
import { type ParentInstance } from './history-events.js';
import { type ExecutionId, type InstanceId, type InstanceKey } from './ids.js';
import { type RuntimeStatus } from './runtime-status.js';
import { type StateFile } from './state-file.js';

const UNFINISHED = 'status IN (0, 2, 6, 7)';

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

/** Instances, their histories, and the messages that wait for them or for entities (state-file.ts has the rules). */
export class Store {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  // Writing (state-file.ts, S1)

  insertInstance(record: InstanceRecord): void {
    this.#file.run(
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
    this.#file.run(
      'UPDATE instance SET status = ?, updated = ?, custom = ?, output = ? WHERE key = ?',
      status,
      updated,
      custom,
      output,
      key,
    );
  }

  /** Makes a failed instance run again with what is left of its history (host contract, 9.4). */
  rewindInstance(record: InstanceRecord, turns: readonly string[]): void {
    this.#file.run('DELETE FROM history WHERE instance = ?', record.key);
    for (const [turn, events] of turns.entries()) this.insertHistory(record.key, turn, events);
    this.updateInstance(record);
  }

  /** A new execution of the same instance (host contract, 6.8.6): the old history goes. */
  renewInstance({ key, execution, status, created, updated, custom, input }: InstanceRecord): void {
    this.#file.run('DELETE FROM history WHERE instance = ?', key);
    this.#file.run(
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
    this.#file.run('DELETE FROM instance WHERE key = ?', key);
    this.#file.run('DELETE FROM history WHERE instance = ?', key);
    this.#file.run('DELETE FROM inbox WHERE instance = ?', key);
  }

  insertHistory(key: InstanceKey, turn: number, events: string): void {
    this.#file.run('INSERT INTO history VALUES (?, ?, ?)', key, turn, events);
  }

  insertMessage(seq: number, key: InstanceKey, message: string): void {
    this.#file.run('INSERT INTO inbox VALUES (?, ?, ?)', seq, key, message);
  }

  deleteMessage(seq: number): void {
    this.#file.run('DELETE FROM inbox WHERE seq = ?', seq);
  }

  deleteMessagesOf(key: InstanceKey): void {
    this.#file.run('DELETE FROM inbox WHERE instance = ?', key);
  }

  /** What came after the last turn of an instance and could not be removed before the process ended. */
  deleteOrphanedMessages(): void {
    this.#file.run(
      `DELETE FROM inbox WHERE instance NOT IN (SELECT key FROM instance WHERE ${UNFINISHED} UNION ALL SELECT key FROM entity)`,
    );
  }

  // Reading

  find(id: InstanceId): InstanceRecord | undefined {
    const row = this.#file.get('SELECT * FROM instance WHERE id = ?', id);
    return row && toRecord(row);
  }

  unfinishedIds(): InstanceId[] {
    const rows = this.#file.all(`SELECT id FROM instance WHERE ${UNFINISHED} ORDER BY key`);
    return rows.map(({ id }) => id as InstanceId);
  }

  /** One text per turn, oldest first. */
  history(key: InstanceKey): string[] {
    const rows = this.#file.all('SELECT events FROM history WHERE instance = ? ORDER BY turn', key);
    return rows.map(({ events }) => events as string);
  }

  inbox(key: InstanceKey): { seq: number; message: string }[] {
    const rows = this.#file.all('SELECT seq, message FROM inbox WHERE instance = ? ORDER BY seq', key);
    return rows as { seq: number; message: string }[];
  }

  /** Instances in the order of their creation, after `after`. */
  query(filter: InstanceFilter, after: PageStart, limit: number): InstanceRecord[] {
    const { sql, values } = where(filter);
    const rows = this.#file.all(
      `SELECT * FROM instance WHERE (created, key) > (?, ?) ${sql} ORDER BY created, key LIMIT ?`,
      after.created,
      after.key,
      ...values,
      limit,
    );
    return rows.map(toRecord);
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
