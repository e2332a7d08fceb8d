import { type Operation } from './group-commit.js';
import { type Instance } from './instance.js';
import { encodeMessage, type Envelope } from './messages.js';
import { type Store } from './store.js';

/**
 * Keeps a message that no turn has taken by the end of the tick (messages.ts, E2). A message that a turn is just
 * working on is written only if somebody waits for its acknowledgement: otherwise, should the process die now, what
 * sent it is still open in the history and sends it again.
 */
export class MessageOperation implements Operation {
  readonly #store: Store;
  readonly #instance: Instance;
  readonly #envelope: Envelope;
  readonly #nextSeq: () => number;
  #seq: number | null = null;

  constructor(store: Store, instance: Instance, envelope: Envelope, nextSeq: () => number) {
    this.#store = store;
    this.#instance = instance;
    this.#envelope = envelope;
    this.#nextSeq = nextSeq;
  }

  write(): void {
    this.#seq = null;
    const { state, row, ack, message } = this.#envelope;
    if (this.#instance.disposed || row !== null) return;
    if (state === 'waiting' || (state === 'inTurn' && ack !== null)) {
      this.#seq = this.#nextSeq();
      this.#store.insertMessage(this.#seq, this.#instance.record.key, encodeMessage(message));
    }
  }

  done(): void {
    if (this.#seq !== null) this.#envelope.row = this.#seq;
    // Whoever purged the instance purged its messages too: nothing is left to be kept.
    if (this.#seq !== null || this.#instance.disposed) acknowledge(this.#envelope);
  }

  failed(error: Error): void {
    const { ack } = this.#envelope;
    if (ack === null) return; // still in memory; its sender is still open in the history
    if (this.#envelope.state === 'waiting') {
      this.#instance.inbox = this.#instance.inbox.filter((other) => other !== this.#envelope);
    }
    this.#envelope.ack = null;
    ack.failed(error);
  }
}

/** E3 */
export function acknowledge(envelope: Envelope): void {
  const { ack } = envelope;
  envelope.ack = null;
  ack?.durable();
}
