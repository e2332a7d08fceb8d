import { decodeTime, monotonicFactory } from 'ulid';
import { commonErrors } from '../../platform/errors.js';
import { type Row, type RowWrite, type TableStore } from '../../platform/table-store.js';
import { NumberedRows } from '../numbered-rows.js';
import { type Page } from '../paging.js';
import { type Readable, type Rows, type Violation } from './fields.js';

const PARTITION = 'violations';
const CURRENT = 'current';
const VERSION = 'version-';
/** Rows of one read of the whole list. */
const PAGE = 1_000;
/** Attempts at a load while others load too. */
const ATTEMPTS = 10;
/** A version that is not current after this time belongs to a load that was killed, ms. */
const ABANDONED_MS = 24 * 3_600_000;
const MAX_VERSIONS = 1_000;
/** Later ones of a process sort after earlier ones, also within a millisecond. */
const newVersion = monotonicFactory();

/** What a load changes, in rows. */
export interface LoadReport {
  added: number;
  kept: number;
  removed: number;
}

interface LoadOptions {
  /** Loads only when there is no list yet. */
  onlyFirst?: boolean;
  /** Changes nothing. */
  dryRun?: boolean;
}

/**
 * The base list of violations.
 *
 * L1 The rows of a version are a partition of their own. One row, `current`, names the version that is read, so that a
 *    load replaces the whole list with one write.
 * L2 A version has a row, `version-{version}`, from before its first row is written until after its last row is
 *    deleted: nothing that a killed load has written is forgotten.
 * L3 A version becomes current only if `current` and its own row are as they were when the load began. What deletes a
 *    version marks its row first, so that a version that is being deleted never becomes current.
 * L4 A read or an edit is repeated when another version has become current meanwhile.
 */
export class Violations implements Readable<Violation> {
  readonly #table: TableStore;

  constructor(table: TableStore) {
    this.#table = table;
  }

  /** Whether there is a list, also an empty one. */
  async exists(): Promise<boolean> {
    return (await this.#current()) !== undefined;
  }

  async list(page: Page): Promise<Rows<Violation>> {
    return (await this.#onCurrent((rows) => rows.list(page))) ?? { rows: [], hasMore: false };
  }

  /** The numbers of all violations, in their order. */
  async ids(): Promise<number[]> {
    return (await this.#onCurrent((rows) => rows.ids())) ?? [];
  }

  async get(id: number): Promise<Violation | undefined> {
    return (await this.#onCurrent((rows) => rows.get(id)))?.values;
  }

  /** @returns its number @throws OperationError 503 */
  async add(violation: Violation): Promise<number> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const id = await this.#onCurrent((rows) => rows.add(violation));
      if (id !== undefined) return id;
      await this.#publish([], 0, undefined); // fails when there is a list by now
    }
    throw busy();
  }

  /** False when there is no such violation. @throws OperationError 503 */
  async change(id: number, violation: Violation): Promise<boolean> {
    return (await this.#onCurrent((rows) => rows.change(id, () => violation))) !== undefined;
  }

  /** False when there is no such violation. @throws OperationError 503 */
  async delete(id: number): Promise<boolean> {
    const isDeleted = await this.#onCurrent(async (rows) => {
      const found = await rows.get(id);
      if (found) await rows.delete(id);
      return found !== undefined;
    });
    return isDeleted ?? false;
  }

  /**
   * Replaces the whole list, or nothing. A row that is in the list already keeps its number; the same rows again change
   * nothing. Edits that others make before the end of the load are replaced too. `deleteOld` deletes what was replaced.
   * @throws OperationError 503
   */
  async load(violations: readonly Violation[], { onlyFirst, dryRun }: LoadOptions = {}): Promise<LoadReport> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const current = await this.#current();
      if (current && onlyFirst) return { added: 0, kept: 0, removed: 0 };
      const before = current ? await this.#all(this.#rowsOf(current.version)) : [];
      const last = current ? await this.#rowsOf(current.version).last() : 0;
      if ((await this.#current())?.version !== current?.version) continue;
      const { rows, next, report } = numbered(violations, before, last);
      const isSame = current !== undefined && report.added + report.removed === 0;
      if (dryRun) return report;
      if (isSame || (await this.#publish(rows, next, current?.etag))) return report;
    }
    throw busy();
  }

  /** Deletes versions that were replaced, and those of loads that were killed. */
  async deleteOld(): Promise<void> {
    const current = (await this.#current())?.version ?? '';
    const filter = `PartitionKey eq '${PARTITION}' and RowKey ge '${VERSION}' and RowKey lt '${VERSION}~'`;
    const rows = await this.#table.query(filter, MAX_VERSIONS, []);
    for (const version of rows.map(({ rowKey }) => rowKey.slice(VERSION.length))) {
      const isAbandoned = Date.now() - decodeTime(version) > ABANDONED_MS;
      if (version !== current && (version < current || isAbandoned)) await this.#deleteVersion(version);
    }
  }

  /** @param etag that of the row `current`; undefined when there is none @returns false when others were faster */
  async #publish(
    rows: readonly { id: number; values: Violation }[],
    last: number,
    etag: string | undefined,
  ): Promise<boolean> {
    const version = newVersion();
    const own = ownRow(version);
    await this.#table.insert(own);
    const stored = await this.#table.read(PARTITION, own.rowKey);
    await this.#rowsOf(version).fill(rows, last);
    const row: Row = { partitionKey: PARTITION, rowKey: CURRENT, version };
    const first: RowWrite = etag === undefined ? { insert: row } : { replace: row, etag };
    const isCurrent =
      stored && (await this.#table.transact([first, { replace: own, etag: stored.etag }])) !== undefined;
    if (!isCurrent) await this.#deleteVersion(version);
    return isCurrent ?? false;
  }

  async #deleteVersion(version: string): Promise<void> {
    if (!(await this.#mark(version))) return;
    await this.#rowsOf(version).clear();
    await this.#table.delete(PARTITION, VERSION + version);
  }

  /** Whether the version may be deleted: it is not current, and cannot become so any more. */
  async #mark(version: string): Promise<boolean> {
    const found = await this.#table.read(PARTITION, VERSION + version);
    if (!found || (await this.#current())?.version === version) return false;
    if (found.row.isDeleted === true) return true;
    const replace = { ...ownRow(version), isDeleted: true };
    return (await this.#table.transact([{ replace, etag: found.etag }])) !== undefined;
  }

  /** Undefined when there is no list. The result is one of a version that was current before and after it. */
  async #onCurrent<T>(run: (rows: NumberedRows<Violation>) => Promise<T>): Promise<T | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const current = await this.#current();
      if (!current) return undefined;
      const result = await run(this.#rowsOf(current.version));
      if ((await this.#current())?.version === current.version) return result;
    }
    throw busy();
  }

  async #current(): Promise<{ version: string; etag: string } | undefined> {
    const found = await this.#table.read(PARTITION, CURRENT);
    return found && { version: String(found.row.version), etag: found.etag };
  }

  #rowsOf(version: string): NumberedRows<Violation> {
    return new NumberedRows(this.#table, `${PARTITION}-${version}`, true);
  }

  async #all(rows: NumberedRows<Violation>): Promise<{ id: number; values: Violation }[]> {
    const all: { id: number; values: Violation }[] = [];
    for (let after = 0; ;) {
      const page = await rows.after(after, PAGE);
      all.push(...page);
      if (page.length < PAGE) return all;
      after = page.at(-1)?.id ?? after;
    }
  }
}

const ownRow = (version: string): Row => ({ partitionKey: PARTITION, rowKey: VERSION + version });

const busy = () => commonErrors.ServiceUnavailable('Others load the list of violations; try again shortly.');

/** Gives rows that are in the list their numbers, and new numbers to the others. */
function numbered(
  violations: readonly Violation[],
  before: readonly { id: number; values: Violation }[],
  last: number,
) {
  const known = new Map<string, number[]>();
  for (const { id, values } of before) {
    const ids = known.get(keyOf(values));
    if (ids) ids.push(id);
    else known.set(keyOf(values), [id]);
  }
  let next = last;
  const rows = violations.map((values) => ({ id: known.get(keyOf(values))?.shift() ?? ++next, values }));
  const added = next - last;
  const kept = violations.length - added;
  return { rows, next, report: { added, kept, removed: before.length - kept } };
}

const keyOf = ({ violations, violations_comment }: Violation) => JSON.stringify([violations, violations_comment]);
