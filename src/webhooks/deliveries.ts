import { type Row, type RowWrite, type TableStore } from '../platform/storage.js';
import { type DeliveryState } from './attempts.js';

/** Most attempts of one webhook that are kept; with the record and a deletion they fit into one transaction. */
const KEPT = 50;
/** Digits of the number of an attempt, so that keys sort by it. */
const DIGITS = 9;

/** Where the rows of a webhook are: a partition, and how their keys begin. */
export interface DeliveryPlace {
  partition: string;
  prefix: string;
}

/**
 * What is stored of a webhook, beside its attempts.
 *
 * D1. An attempt is counted in the record in the transaction that stores its row, and only when the record does not have
 *     it: an activity that is repeated stores no second row.
 * D2. A redelivery is another round of attempts. Attempts of an earlier round still get their rows, but do not change
 *     the state.
 */
export interface WebhookRecord {
  /** Of an operation: the URL, which may hold secrets, and the start that it belongs to, ISO 8601. */
  url?: string;
  createdAt?: string;
  /** From 1. */
  round: number;
  /** Of this round. */
  attempts: number;
  /** Of all rounds. */
  total: number;
  state: DeliveryState['state'];
  /** Why the last attempt of this round failed. */
  error?: string;
}

/** One attempt, as clients see it. */
export interface DeliveryAttempt {
  /** From 1, over all rounds. */
  attempt: number;
  dateTime: string;
  durationMs: number;
  statusCode?: number;
  error?: string;
}

/** An attempt of a round that was made, with the state of the delivery after it. */
export interface AttemptMade extends Omit<DeliveryAttempt, 'attempt'> {
  round: number;
  /** Of the start that the webhook belongs to, if its record has one. */
  createdAt?: string;
  after: DeliveryState;
}

const NONE: WebhookRecord = { round: 1, attempts: 0, total: 0, state: 'pending' };
const RECORD = 'webhook';
/** "." follows "-": keys of the record and of all attempts are between the two. */
const LAST = 'webhook.';

/** The deliveries of webhooks as rows: a record for each webhook, and a row for each of its last 50 attempts. */
export class DeliveryStore {
  readonly #table: Pick<TableStore, 'insert' | 'read' | 'transact' | 'query'>;

  constructor(table: Pick<TableStore, 'insert' | 'read' | 'transact' | 'query'>) {
    this.#table = table;
  }

  /** Has no effect when there is a record. @throws OperationError 503, as every method */
  async add(place: DeliveryPlace, webhook: Required<Pick<WebhookRecord, 'url' | 'createdAt'>>): Promise<void> {
    await this.#table.insert(rowOf(place, { ...NONE, ...webhook }));
  }

  async find(place: DeliveryPlace): Promise<WebhookRecord | undefined> {
    return (await this.#read(place))?.record;
  }

  /** The last attempts, in their order. */
  async attempts(place: DeliveryPlace): Promise<DeliveryAttempt[]> {
    const rows = await this.#rows(place, attemptKey(place, 0));
    return rows.map((row) => ({
      attempt: Number(row.attempt),
      dateTime: String(row.dateTime),
      durationMs: Number(row.durationMs),
      ...(row.statusCode !== undefined && { statusCode: Number(row.statusCode) }),
      ...(row.error !== undefined && { error: String(row.error) }),
    }));
  }

  /** Begins a round, unless it has begun. */
  async begin(place: DeliveryPlace, round: number): Promise<void> {
    for (;;) {
      const found = await this.#read(place);
      if (found && found.record.round >= round) return;
      const { error: _, ...before } = found?.record ?? NONE;
      const row = rowOf(place, { ...before, round, attempts: 0, state: 'pending' });
      if ((await this.#table.transact([writeOf(row, found)])) !== undefined) return;
    }
  }

  /**
   * Stores an attempt.
   *
   * @param isNew whether there is probably no record, which saves a read
   * @returns how far the delivery is: what an earlier run of the same attempt has stored has precedence
   */
  async store(place: DeliveryPlace, made: AttemptMade, isNew: boolean): Promise<DeliveryState> {
    for (let found = isNew ? undefined : await this.#read(place); ; found = await this.#read(place)) {
      const before = found?.record ?? NONE;
      const known = knownOutcome(before, { ...made, attempt: made.after.attempts });
      const isLate = made.createdAt === before.createdAt && made.round < before.round;
      if (known && !isLate) return known;
      const total = before.total + 1;
      const record = isLate ? before : { ...before, ...made.after, round: made.round, error: made.after.error };
      const surplus = { partitionKey: place.partition, rowKey: attemptKey(place, total - KEPT) };
      const writes: RowWrite[] = [
        writeOf(rowOf(place, { ...record, total }), found),
        { insert: attemptRow(place, total, made) },
        ...(total > KEPT ? [{ delete: surplus }] : []),
      ];
      if ((await this.#table.transact(writes)) !== undefined) return known ?? made.after;
    }
  }

  /** Deletes all rows of the webhook. */
  async delete(place: DeliveryPlace): Promise<void> {
    const rows = await this.#rows(place, place.prefix + RECORD);
    const writes = rows.map(({ partitionKey, rowKey }) => ({ delete: { partitionKey, rowKey } }));
    if (writes.length > 0) await this.#table.transact(writes);
  }

  async #read({ partition, prefix }: DeliveryPlace): Promise<{ record: WebhookRecord; etag: string } | undefined> {
    const found = await this.#table.read(partition, prefix + RECORD);
    return found && { record: recordOf(found.row), etag: found.etag };
  }

  #rows({ partition, prefix }: DeliveryPlace, from: string): Promise<Row[]> {
    const range = `RowKey ge '${from}' and RowKey lt '${prefix}${LAST}'`;
    return this.#table.query(`PartitionKey eq '${partition}' and ${range}`, KEPT + 1);
  }
}

/**
 * What the record says of an attempt: it was made before, its webhook belongs to another start, or another round has
 * begun. Undefined: it is to be made.
 */
export function knownOutcome(
  record: WebhookRecord,
  { round, attempt, createdAt }: { round: number; attempt: number; createdAt?: string },
): DeliveryState | undefined {
  if (record.createdAt !== createdAt || round < record.round) return { state: 'given up', attempts: attempt };
  if (round > record.round || attempt > record.attempts) return undefined;
  const { state, attempts, error } = record;
  return { state, attempts, ...(error !== undefined && { error }) };
}

function writeOf(row: Row, found: { etag: string } | undefined): RowWrite {
  return found ? { replace: row, etag: found.etag } : { insert: row };
}

function rowOf({ partition, prefix }: DeliveryPlace, record: WebhookRecord): Row {
  return { partitionKey: partition, rowKey: prefix + RECORD, ...record };
}

function recordOf(row: Row): WebhookRecord {
  return {
    ...(row.url !== undefined && { url: String(row.url) }),
    ...(row.createdAt !== undefined && { createdAt: String(row.createdAt) }),
    round: Number(row.round),
    attempts: Number(row.attempts),
    total: Number(row.total),
    state: String(row.state) as WebhookRecord['state'],
    ...(row.error !== undefined && { error: String(row.error) }),
  };
}

const attemptKey = ({ prefix }: DeliveryPlace, attempt: number) =>
  `${prefix}${RECORD}-${String(attempt).padStart(DIGITS, '0')}`;

function attemptRow(place: DeliveryPlace, attempt: number, made: AttemptMade): Row {
  const { dateTime, durationMs, statusCode, error } = made;
  const rowKey = attemptKey(place, attempt);
  return { partitionKey: place.partition, rowKey, attempt, dateTime, durationMs, statusCode, error };
}
