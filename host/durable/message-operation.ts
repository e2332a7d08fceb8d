import { type Operation } from './group-commit.js';
import { type EntityMessage } from './entity-messages.js';
import { encodeMessage, type Envelope, type Message, type Receiver } from './messages.js';

/**
 * Keeps a message that no turn has taken by the end of the tick (messages.ts, E2). A message that a turn is just
 * working on is written only if somebody waits for its acknowledgement: otherwise, should the process die now, what
 * sent it is still open in the history and sends it again.
 */
export class MessageOperation<M extends Message | EntityMessage> implements Operation {
  readonly #receiver: Receiver<M>;
  readonly #envelope: Envelope<M>;
  readonly #insert: (text: string) => number;
  #row: number | null = null;

  /** @param insert writes the message's row and returns its number */
  constructor(receiver: Receiver<M>, envelope: Envelope<M>, insert: (text: string) => number) {
    this.#receiver = receiver;
    this.#envelope = envelope;
    this.#insert = insert;
  }

  write(): void {
    this.#row = null;
    const { state, row, ack, message } = this.#envelope;
    if (this.#receiver.disposed || row !== null) return;
    if (state === 'waiting' || (state === 'inTurn' && ack !== null)) {
      this.#row = this.#insert(encodeMessage(message));
    }
  }

  done(): void {
    if (this.#row !== null) this.#envelope.row = this.#row;
    // Whoever purged the instance purged its messages too: nothing is left to be kept.
    if (this.#row !== null || this.#receiver.disposed) acknowledge(this.#envelope);
  }

  failed(error: Error): void {
    const { ack } = this.#envelope;
    if (ack === null) return; // still in memory; its sender is still open in the history
    if (this.#envelope.state === 'waiting') {
      this.#receiver.inbox = this.#receiver.inbox.filter((other) => other !== this.#envelope);
    }
    this.#envelope.ack = null;
    ack.failed(error);
  }
}

/** messages.ts, E3 */
export function acknowledge(envelope: Pick<Envelope, 'ack'>): void {
  const { ack } = envelope;
  envelope.ack = null;
  ack?.durable();
}
