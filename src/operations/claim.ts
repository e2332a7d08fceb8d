import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors } from '../platform/errors.js';
import { type OperationRecord, type OperationRecords } from './records.js';

/** How long a claim must have been unchanged before another request takes it over. */
export const TAKE_OVER_AFTER_MS = 3_000;
/** How long its holder works before it renews it; the rest is for the step that it has begun. */
const RENEW_AFTER_MS = 2_000;
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 500;

/**
 * The right to start or to delete an operation, which one request has at a time (R5 of records.ts).
 * A holder that stops for longer than a second inside of one step may still do this step after another one took over.
 */
export class Claim {
  readonly #records: OperationRecords;
  #record: OperationRecord;
  #since: number;

  /** @param since when the holder had it at the earliest, in milliseconds since the epoch */
  constructor(records: OperationRecords, record: OperationRecord, since: number) {
    this.#records = records;
    this.#record = record;
    this.#since = since;
  }

  /** The record as the claim left it. */
  get record(): OperationRecord {
    return this.#record;
  }

  /**
   * Takes the next claim after the one that the record shows, with a mark for a deletion.
   * @returns undefined when another request has changed it
   */
  static async take(
    records: OperationRecords,
    record: OperationRecord,
    mark?: Pick<OperationRecord, 'deletedAt'>,
  ): Promise<Claim | undefined> {
    const since = Date.now();
    const claimed = await records.claim(record, mark);
    return claimed && new Claim(records, claimed, since);
  }

  /** Renews it if needed, before a step that only its holder may do; false when another request has taken over. */
  async hold(): Promise<boolean> {
    const now = Date.now();
    if (now - this.#since <= RENEW_AFTER_MS) return true;
    const renewed = await this.#records.claim(this.#record);
    if (!renewed) return false;
    this.#record = renewed;
    this.#since = now;
    return true;
  }

  /** @throws OperationError 503 when another request has taken over */
  async mustHold(): Promise<void> {
    if (!(await this.hold())) throw commonErrors.ServiceUnavailable('Another request has taken over; try again.');
  }
}

/** Whether the claim stays as the record shows it for so long that its holder must have stopped. */
export async function isAbandoned(records: OperationRecords, { id, claims }: OperationRecord): Promise<boolean> {
  const deadline = Date.now() + TAKE_OVER_AFTER_MS;
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 1.5, LONGEST_POLL_MS)) {
    const record = await records.find(id);
    if (!record || record.claims !== claims) return false;
    if (Date.now() >= deadline) return true;
    await sleep(wait);
  }
}
