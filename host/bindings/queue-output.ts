import { type Binding } from '../contracts.js';
import { encodeMessage, messagesOf } from './queue-messages.js';
import { type OutputBinding, type StorageContext, textOption } from './binding-types.js';
import { creating, within } from './storage-clients.js';

/** `output.storageQueue`: one message or several, in their order. A queue that is not there is made. */
export function queueOutput(binding: Binding, { clients, compile, queues, sent }: StorageContext): OutputBinding {
  const name = compile(textOption(binding, 'queueName'));
  clients.check(binding.connection);
  return {
    async write(value, data) {
      const queue = clients.queue(binding.connection, name.resolve(data).toLowerCase());
      for (const message of messagesOf(value)) {
        const body = encodeMessage(message, queues.messageEncoding);
        await creating(
          () => queue.sendMessage(body, within()),
          () => queue.createIfNotExists(within()),
        );
      }
      sent(queue.url);
    },
  };
}
