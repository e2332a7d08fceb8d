import { app, output, type StorageBlobFunctionOptions } from '@azure/functions';

/** An app that blobs start. Functions report to queues. */

const connection = 'Store';
const report = (queueName: string) => output.storageQueue({ queueName, connection });

/** Reports its blob to the queue `<name>-seen`. */
function reporter(name: string, path: string, more: Partial<StorageBlobFunctionOptions> = {}): void {
  app.storageBlob(name, {
    path,
    connection,
    return: report(`${name}-seen`),
    handler: (blob, context) => ({
      isBuffer: Buffer.isBuffer(blob),
      text: String(blob),
      metadata: context.triggerMetadata,
    }),
    ...more,
  });
}

reporter('pictures', '%PICTURES%/{folder}/{name}.{ext}');
reporter('everything', 'everything');
reporter('odd', 'odd/{{{name}}}.txt');
reporter('events', 'events/{name}', { source: 'EventGrid' });

app.storageBlob('failing', {
  path: 'failing/{name}',
  connection,
  return: report('failing-seen'),
  handler: () => Promise.reject(new Error('it fails each time')),
});

/** Reports after a second, so that a test can kill the host meanwhile. */
app.storageBlob('slow', {
  path: 'slow/{name}',
  connection,
  return: report('slow-seen'),
  handler: async (_blob, context) => {
    context.log(`working on ${String(context.triggerMetadata?.name)}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return { name: context.triggerMetadata?.name };
  },
});
