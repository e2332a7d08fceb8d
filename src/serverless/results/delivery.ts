import { type CallContext } from '../../platform/http-client.js';
import { type BlobStore } from '../../platform/storage.js';
import { type AttemptResult } from '../../webhooks/attempts.js';
import { attemptWebhook, type Delivery, type WebhookSender } from '../../webhooks/sender.js';
import { readResult } from './result-storage.js';
import { type DeliveryInput } from '../schemas.js';

export type ResultBlobs = Pick<BlobStore, 'get'>;

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
  const content = await contentOf(delivery, blobs);
  return attemptWebhook(webhooks, { url, requestID, statusCode, ...content, secret, attempt }, call);
}

type Content = Pick<Delivery, 'body' | 'contentType'>;

async function contentOf({ result, error }: DeliveryInput, blobs: ResultBlobs): Promise<Content> {
  if (!result) return json({ error });
  return { body: await readResult(result, blobs), contentType: result.contentType };
}

function json(value: object): Content {
  return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' };
}
