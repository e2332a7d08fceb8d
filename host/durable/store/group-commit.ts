/**
 * Writes all changes of one tick of the event loop in one transaction.
 *
 * G1 `done` of a unit runs after its transaction committed; nothing is started or acknowledged before.
 * G2 Units are written in the order in which they were queued.
 * G3 A unit is written completely or not at all. When a transaction fails, each of its units is written in a
 *    transaction of its own, so that one invalid unit does not affect the others; a unit that fails alone gets `failed`.
 * G4 A unit that a callback queues belongs to the next transaction.
 * G5 `beforeCommit`, which starts turns and batches, runs directly before the transaction, and its microtasks run in
 *    between: a turn without I/O is part of the transaction, and one turn gets all messages that arrived in one tick.
 */
export interface CommitUnit {
  /** Writes to the store. Runs again when the first attempt failed (G3): it must not change anything else. */
  write(): void;
  done(): void;
  failed(error: Error): void;
}

export class GroupCommit {
  readonly #transaction: (work: () => void) => void;
  readonly #beforeCommit: () => void;
  #queue: CommitUnit[] = [];
  #timer: NodeJS.Immediate | null = null;

  constructor(transaction: (work: () => void) => void, beforeCommit: () => void) {
    this.#transaction = transaction;
    this.#beforeCommit = beforeCommit;
  }

  enqueue(unit: CommitUnit): void {
    this.#queue.push(unit);
    this.schedule();
  }

  /** Schedules `beforeCommit` and then a transaction at the end of this tick. */
  schedule(): void {
    if (this.#timer !== null) return;
    setImmediate(this.#beforeCommit);
    this.#timer = setImmediate(() => this.flush());
  }

  get idle(): boolean {
    return this.#queue.length === 0;
  }

  flush(): void {
    if (this.#timer !== null) clearImmediate(this.#timer);
    this.#timer = null;
    const units = this.#queue;
    if (units.length === 0) return;
    this.#queue = [];
    const error = this.#attempt(units);
    if (error === undefined)
      for (const unit of units) unit.done(); // G1
    else for (const unit of units) this.#commitAlone(unit); // G3
    if (this.#queue.length > 0) this.schedule();
  }

  #commitAlone(unit: CommitUnit): void {
    const error = this.#attempt([unit]);
    if (error === undefined) unit.done();
    else unit.failed(error);
  }

  #attempt(units: readonly CommitUnit[]): Error | undefined {
    try {
      this.#transaction(() => {
        for (const unit of units) unit.write(); // G2
      });
      return undefined;
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }
}
