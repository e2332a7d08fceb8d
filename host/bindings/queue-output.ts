import { type Binding } from '../contracts.js';
import { encodeMessage, messagesOf } from './queue-messages.js';
import { type OutputBinding, type StorageContext, textOption } from './binding-types.js';
import { createOn404, withTimeout } from './storage-clients.js';

/** `output.storageQueue`: sends one message or several, in order. A missing queue is created. */
export function queueOutput(binding: Binding, { clients, compile, queues, onSent }: StorageContext): OutputBinding {
  const name = compile(textOption(binding, 'queueName'));
  clients.check(binding.connection);
  return {
    async write(value, data) {
      const queue = clients.queue(binding.connection, name.resolve(data).toLowerCase());
      for (const message of messagesOf(value)) {
        const body = encodeMessage(message, queues.messageEncoding);
        await createOn404(
          () => queue.sendMessage(body, withTimeout()),
          () => queue.createIfNotExists(withTimeout()),
        );
      }
      onSent(queue.url);
    },
  };
}
