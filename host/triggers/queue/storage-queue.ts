import { type QueueClient } from '@azure/storage-queue';
import { decodeMessage } from '../../bindings/queue-messages.js';
import { createOn404, undefinedOn, undefinedOn404, withTimeout } from '../../bindings/storage-clients.js';
import { type QueueSettings } from '../../config/queue-settings.js';
import { type MessageQueue } from './message-queue.js';

const POISON = '-poison';
/** Azure's limit for the name of a queue. */
const MAX_NAME = 63;

/** 404: the message or its queue no longer exists. 400 and 412: the message was received again; the receipt expired. */
const LOST = [400, 404, 412];

/** A queue of Azure Storage. `poison` is the client of its poison queue. */
export function storageQueue(
  queue: QueueClient,
  poison: QueueClient | undefined,
  encoding: QueueSettings['messageEncoding'],
): MessageQueue {
  return {
    name: queue.name,
    poisonName: poison?.name,
    async receive(count, leaseMs) {
      const options = { numberOfMessages: count, visibilityTimeout: leaseMs / 1_000, ...withTimeout() };
      const answer = await undefinedOn404(() => queue.receiveMessages(options));
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
      undefinedOn(LOST, async () => {
        const seconds = Math.ceil(ms / 1_000);
        return (await queue.updateMessage(id, receipt, undefined, seconds, withTimeout())).popReceipt;
      }),
    async remove(id, receipt) {
      await undefinedOn(LOST, () => queue.deleteMessage(id, receipt, withTimeout()));
    },
    async poison(body) {
      await createOn404(
        async () => poison?.sendMessage(body, { messageTimeToLive: -1, ...withTimeout() }),
        async () => poison?.createIfNotExists(withTimeout()),
      );
    },
  };
}

/** The name of a queue's poison queue; a poison queue has none, nor has a queue whose name is too long. */
export function poisonNameOf(name: string): string | undefined {
  return name.endsWith(POISON) || name.length + POISON.length > MAX_NAME ? undefined : name + POISON;
}
