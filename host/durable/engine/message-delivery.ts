import { type EngineContext } from '../context.js';
import { type Sender } from '../store/entity-messages.js';
import { MessageCommit } from '../store/message-commit.js';
import { type Acknowledge, encodeMessage, type Envelope, envelope, type Message } from '../store/messages.js';
import { type Instance } from '../turn/instance.js';
import { type InstanceRegistry } from './instance-registry.js';

/** Delivers messages to instances, and writes them to the file (messages.ts, E1, E2 and E3). */
export class MessageDelivery {
  readonly #context: EngineContext;
  readonly #registry: InstanceRegistry;
  readonly #schedule: (instance: Instance) => void;

  /** @param schedule schedules a turn of the instance */
  constructor(context: EngineContext, registry: InstanceRegistry, schedule: (instance: Instance) => void) {
    this.#context = context;
    this.#registry = registry;
    this.#schedule = schedule;
  }

  /** Delivers a message immediately and writes it with the next commit, unless a turn consumes it first. */
  send(instance: Instance, message: Message, ack: Acknowledge | null = null): void {
    const sent = envelope(message, ack);
    this.#receive(instance, sent);
    // A timer that fired is still open in the history and fires again after a crash: it needs no row.
    if (message.kind !== 'timerFired') this.writeLater(instance, sent);
  }

  /** Writes a message with the next commit, unless a turn consumes it first. */
  writeLater(instance: Instance, unwritten: Envelope): void {
    const insert = (text: string) => this.#context.store.insertMessage(instance.record.key, text);
    this.#context.commits.enqueue(new MessageCommit(instance, unwritten, insert));
  }

  /**
   * Writes a message to an execution inside a transaction.
   *
   * @returns delivers it once it is durable; does nothing when the execution has ended
   */
  post(receiver: Sender, message: Message): () => void {
    const instance = this.#registry.findExecution(receiver);
    return instance === undefined ? () => undefined : this.postTo(instance, message);
  }

  /** Writes a message to an instance inside a transaction. @returns delivers it once it is durable */
  postTo(instance: Instance, message: Message): () => void {
    const row = this.#context.store.insertMessage(instance.record.key, encodeMessage(message));
    return () => this.#receive(instance, envelope(message, null, row));
  }

  #receive(instance: Instance, received: Envelope): void {
    this.#context.deliver(
      () => describe(instance, received.message),
      () => this.#arrive(instance, received),
    );
  }

  #arrive(instance: Instance, received: Envelope): void {
    const { row } = received;
    if (instance.disposed) {
      if (row !== null) this.#context.cleanUp(() => this.#context.store.deleteMessage(row)); // ended in the same commit
      return;
    }
    instance.inbox.push(received);
    this.#schedule(instance);
  }
}

/** A message as `--weather` knows it: what is the same when the same work is done again. */
function describe({ record }: Instance, message: Message): string {
  const { kind } = message;
  if ('taskId' in message) return `${record.id} ${kind} ${message.taskId}`;
  if (kind === 'eventRaised') return `${record.id} ${kind} ${message.name} ${message.input ?? ''}`;
  return kind === 'entityResponse' ? `${record.id} ${kind} ${message.input}` : `${record.id} ${kind}`;
}
