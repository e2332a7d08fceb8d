import { type QueueClient } from '@azure/storage-queue';
import { decodeMessage } from '../../bindings/queue-messages.js';
import { absent, creating, statusOf, within } from '../../bindings/storage-clients.js';
import { type QueueSettings } from '../../config/queue-settings.js';
import { type MessageQueue } from './message-queue.js';

const POISON = '-poison';
/** Longest name of a queue. */
const MAX_NAME = 63;

/** A queue of Azure Storage. `poison` is the client of its companion. */
export function storageQueue(
  queue: QueueClient,
  poison: QueueClient | undefined,
  encoding: QueueSettings['messageEncoding'],
): MessageQueue {
  return {
    name: queue.name,
    poisonName: poison?.name,
    async receive(count, leaseMs) {
      const options = { numberOfMessages: count, visibilityTimeout: leaseMs / 1_000, ...within() };
      const answer = await absent(() => queue.receiveMessages(options));
      return (answer?.receivedMessageItems ?? []).map((item) => ({
        id: item.messageId,
        content: decodeMessage(item.messageText, encoding),
        body: item.messageText,
        receipt: item.popReceipt,
        dequeueCount: item.dequeueCount,
        insertedOn: item.insertedOn,
        expiresOn: item.expiresOn,
        nextVisibleOn: item.nextVisibleOn,
      }));
    },
    lease: (id, receipt, ms) =>
      ifOurs(async () => {
        const seconds = Math.ceil(ms / 1_000);
        return (await queue.updateMessage(id, receipt, undefined, seconds, within())).popReceipt;
      }),
    async remove(id, receipt) {
      await ifOurs(() => queue.deleteMessage(id, receipt, within()));
    },
    async poison(body) {
      await creating(
        async () => poison?.sendMessage(body, { messageTimeToLive: -1, ...within() }),
        async () => poison?.createIfNotExists(within()),
      );
    },
  };
}

/** The name of a queue's companion; queues of such a name, and with names too long for one, have none. */
export function poisonNameOf(name: string): string | undefined {
  return name.endsWith(POISON) || name.length + POISON.length > MAX_NAME ? undefined : name + POISON;
}

/** 404: the message or its queue is gone. 400 and 412: it was handed out anew, and this receipt is no longer good. */
async function ifOurs<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if ([400, 404, 412].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}
