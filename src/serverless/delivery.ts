import { type CallContext } from '../platform/http-client.js';
import { type BlobStore } from '../platform/storage.js';
import { type AttemptResult } from '../webhooks/attempts.js';
import { attemptWebhook, type Delivery, type WebhookSender } from '../webhooks/sender.js';
import { readResult } from './result-storage.js';
import { tooLargeMessage } from './results.js';
import { RESULT_URL_MINUTES, type DeliveryInput } from './schemas.js';

type Blobs = Pick<BlobStore, 'get' | 'readUrl'>;

/**
 * One attempt at a request's webhook. A failure of the receiver is a result, not an exception.
 *
 * @throws OperationError 503 when the result is in storage and storage is away
 */
export async function attemptDelivery(
  { webhooks, blobs }: { webhooks: WebhookSender; blobs: Blobs },
  { requestID, secret }: { requestID: string; secret: string | undefined },
  delivery: DeliveryInput,
  call: CallContext,
): Promise<AttemptResult> {
  const { webhook: url, statusCode, attempt } = delivery;
  const content = await contentOf(delivery, blobs);
  return attemptWebhook(webhooks, { url, requestID, statusCode, ...content, secret, attempt }, call);
}

type Content = Pick<Delivery, 'body' | 'contentType'>;

async function contentOf({ statusCode, result, error }: DeliveryInput, blobs: Blobs): Promise<Content> {
  if (!result) return json({ error });
  if (statusCode !== 413 || !('blob' in result))
    return { body: await readResult(result, blobs), contentType: result.contentType };
  return json({
    error: tooLargeMessage(result.bytes),
    resultUrl: await blobs.readUrl(result.blob, RESULT_URL_MINUTES),
  });
}

function json(value: object): Content {
  return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' };
}
