/** One message as a queue hands it out. */
export interface QueueMessage {
  id: string;
  /** Text, or bytes that are none; undefined when it is not encoded as host.json says. */
  content: string | Buffer | undefined;
  /** As it came over the wire. */
  body: string;
  /** Proves that a message is held; each new lease has a new one. */
  receipt: string;
  dequeueCount: number;
  insertedOn: Date;
  expiresOn: Date;
  nextVisibleOn: Date;
}

/** A queue as its listener uses it. Every call rejects when storage is away. */
export interface MessageQueue {
  readonly name: string;
  /** Where messages go that cannot be worked on; undefined when the queue has no such companion. */
  readonly poisonName: string | undefined;
  /** Hands out messages, invisible to others for `leaseMs`. None when there is no such queue yet. */
  receive(count: number, leaseMs: number): Promise<QueueMessage[]>;
  /** Holds a message for so long from now, or lets it go with 0. Undefined when it is not ours any more. */
  lease(id: string, receipt: string, ms: number): Promise<string | undefined>;
  /** A message that is gone, or another's by now, is no error. */
  remove(id: string, receipt: string): Promise<void>;
  /** Copies a message to the poison queue, which is made when it is not there. */
  poison(body: string): Promise<void>;
}
