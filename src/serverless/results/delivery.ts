import { type CallContext } from '../../platform/http-client.js';
import { type BlobStore } from '../../platform/storage.js';
import { type AttemptResult } from '../../webhooks/attempts.js';
import { attemptWebhook, type Delivery, type WebhookSender } from '../../webhooks/sender.js';
import { type DeliveryInput } from '../schemas.js';

export type ResultBlobs = Pick<BlobStore, 'stream'>;

/**
 * One attempt at a request's webhook. A failure of the receiver is a result, not an exception.
 *
 * @throws OperationError 503 when the result is in storage and storage is away
 */
export async function attemptDelivery(
  { webhooks, blobs }: { webhooks: WebhookSender; blobs: ResultBlobs },
  { requestID, secret, attempt }: { requestID: string; secret: string | undefined; attempt: number },
  delivery: DeliveryInput,
  call: CallContext,
): Promise<AttemptResult> {
  const { webhook: url, statusCode } = delivery;
  const content = contentOf(delivery, blobs);
  return attemptWebhook(webhooks, { url, requestID, statusCode, ...content, secret, attempt }, call);
}

type Content = Pick<Delivery, 'body' | 'contentType'>;

/** A long result is streamed from its blob. */
function contentOf({ result, error }: DeliveryInput, blobs: ResultBlobs): Content {
  if (!result) return json({ error });
  const { contentType } = result;
  if ('base64' in result) return { body: Buffer.from(result.base64, 'base64'), contentType };
  const open = async () => {
    const stream = await blobs.stream(result.blob);
    if (!stream) throw new Error('A result is not where it was stored.');
    return stream;
  };
  return { body: { bytes: result.bytes, open }, contentType };
}

function json(value: object): Content {
  return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' };
}
