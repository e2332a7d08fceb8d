/**
 * Group commit: what one tick of the event loop produces is written in one transaction.
 *
 * G1 An operation's `done` runs after its transaction committed; nothing is dispatched or acknowledged before.
 * G2 Operations are written in the order in which they were queued.
 * G3 An operation is written whole or not at all. When a transaction fails its operations are tried again one by
 *    one, so that one bad operation does not take the others with it; what fails alone gets `failed`.
 * G4 What a callback queues belongs to the next transaction.
 * G5 `prepare`, which begins orchestrator turns, runs right before the transaction, with its microtasks in between:
 *    a turn that needs no I/O still gets into it, and messages that came in one tick are seen by one turn.
 */
export interface Operation {
  /** Writes to the store. Runs again when the first try failed (G3): it must not change anything else. */
  write(): void;
  done(): void;
  failed(error: Error): void;
}

export class GroupCommit {
  readonly #transaction: (work: () => void) => void;
  readonly #prepare: () => void;
  #queue: Operation[] = [];
  #timer: NodeJS.Immediate | null = null;

  constructor(transaction: (work: () => void) => void, prepare: () => void) {
    this.#transaction = transaction;
    this.#prepare = prepare;
  }

  enqueue(operation: Operation): void {
    this.#queue.push(operation);
    this.arm();
  }

  /** Makes sure that `prepare` and then a transaction come at the end of this tick. */
  arm(): void {
    if (this.#timer !== null) return;
    setImmediate(this.#prepare);
    this.#timer = setImmediate(() => this.flush());
  }

  get idle(): boolean {
    return this.#queue.length === 0;
  }

  flush(): void {
    if (this.#timer !== null) clearImmediate(this.#timer);
    this.#timer = null;
    const operations = this.#queue;
    if (operations.length === 0) return;
    this.#queue = [];
    const error = this.#attempt(operations);
    if (error === undefined)
      for (const operation of operations) operation.done(); // G1
    else for (const operation of operations) this.#alone(operation); // G3
    if (this.#queue.length > 0) this.arm();
  }

  #alone(operation: Operation): void {
    const error = this.#attempt([operation]);
    if (error === undefined) operation.done();
    else operation.failed(error);
  }

  #attempt(operations: readonly Operation[]): Error | undefined {
    try {
      this.#transaction(() => {
        for (const operation of operations) operation.write(); // G2
      });
      return undefined;
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }
}
