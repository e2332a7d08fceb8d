import { type SQLInputValue } from 'node:sqlite';
import { type ExecutionId, type InstanceId, type InstanceKey } from '../ids.js';
import { type RuntimeStatus } from '../runtime-status.js';
import { type ParentInstance } from './history-events.js';
import { type StateFile } from './state-file.js';

const UNFINISHED = 'status IN (0, 2, 6, 7)';
const LAST_CHARACTER = '\u{10ffff}';

/** A row of `instance`. Texts are JSON unless they do not parse (host contract, 5.2). */
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

/** Instances, their histories, and the inbox rows of instances and entities (state-file.ts has the invariants). */
export class InstanceStore {
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

  /** Writes the columns that a turn can change. */
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

  /** Replaces the history of a failed instance, which runs again (host contract, 9.4). */
  rewindInstance(record: InstanceRecord, turns: readonly string[]): void {
    this.#file.run('DELETE FROM history WHERE instance = ?', record.key);
    for (const [turn, events] of turns.entries()) this.insertHistory(record.key, turn, events);
    this.updateInstance(record);
  }

  /** Starts a new execution of the same instance and deletes the old history (host contract, 6.8.6). */
  continueAsNew({ key, execution, status, created, updated, custom, input }: InstanceRecord): void {
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

  /** @returns the number of the new row */
  insertMessage(receiver: InstanceKey, message: string): number {
    const seq = this.#file.nextSeq();
    this.#file.run('INSERT INTO inbox VALUES (?, ?, ?)', seq, receiver, message);
    return seq;
  }

  deleteMessage(seq: number): void {
    this.#file.run('DELETE FROM inbox WHERE seq = ?', seq);
  }

  deleteMessagesOf(key: InstanceKey): void {
    this.#file.run('DELETE FROM inbox WHERE instance = ?', key);
  }

  /** Deletes messages that arrived after the last turn of an instance, when the process ended before their deletion. */
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

  /** Instances in the order of their ids, from the id `from`. */
  query(filter: InstanceFilter, from: string, limit: number): InstanceRecord[] {
    const { sql, values } = where(filter);
    const rows = this.#file.all(
      `SELECT * FROM instance WHERE id >= ? ${sql} ORDER BY id LIMIT ?`,
      from,
      ...values,
      limit,
    );
    return rows.map(toRecord);
  }
}

/** The number of different texts is bounded, and with it the statement cache. */
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
  // A range of ids, not LIKE: it uses the index, the comparison is case-sensitive, and a prefix can contain % or _.
  if (idPrefix !== undefined) add('id BETWEEN ? AND ?', idPrefix, `${idPrefix}${LAST_CHARACTER}`);
  if (statuses?.length) add(`status IN (${[...new Set(statuses)].sort().join(', ')})`);
  return { sql: parts.join(' '), values };
}

function toRecord(row: Record<string, unknown>): InstanceRecord {
  const parent = row.parent === null ? null : (JSON.parse(row.parent as string) as ParentInstance);
  return { ...(row as unknown as InstanceRecord), parent };
}
