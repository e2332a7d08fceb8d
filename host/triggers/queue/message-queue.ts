/** A received message. */
export interface QueueMessage {
  id: string;
  /** Text, or bytes that are not UTF-8; undefined when the encoding is not the one of host.json. */
  content: string | Buffer | undefined;
  /** The encoded text as received. */
  body: string;
  /** The pop receipt of the current lease; each renewal returns a new one. */
  receipt: string;
  dequeueCount: number;
  insertedOn: Date;
  expiresOn: Date;
  nextVisibleOn: Date;
}

/** The operations of a queue that the listener uses. All reject when storage is unreachable. */
export interface MessageQueue {
  readonly name: string;
  /** The queue for messages that failed too often; undefined when this queue has none. */
  readonly poisonName: string | undefined;
  /** Receives at most `count` messages, leased for `leaseMs`. None when the queue does not exist. */
  receive(count: number, leaseMs: number): Promise<QueueMessage[]>;
  /** Extends the lease to `ms` from now, or releases the message with 0. Undefined when the lease was lost. */
  lease(id: string, receipt: string, ms: number): Promise<string | undefined>;
  /** Deletes a message; does nothing when it no longer exists or the lease was lost. */
  remove(id: string, receipt: string): Promise<void>;
  /** Copies a message to the poison queue, which is created when it does not exist. */
  poison(body: string): Promise<void>;
}
