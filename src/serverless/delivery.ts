import { OperationError } from '../platform/errors.js';
import type { CallContext } from '../platform/http-client.js';
import type { BlobStore } from '../platform/storage.js';
import { tooLargeMessage } from './results.js';
import { RESULT_URL_MINUTES, type DeliveryInput, type ResultRef, type Settled } from './schemas.js';
import type { WebhookSender } from '../webhooks/sender.js';

interface Content {
  body: Buffer;
  contentType: string;
}

/**
 * One attempt at a request's webhook. How the receiver fails is an answer, not an exception.
 * @throws OperationError 503 when the result is in storage and storage is away
 */
export async function deliver(
  { webhooks, blobs }: { webhooks: WebhookSender; blobs: Pick<BlobStore, 'get' | 'readUrl'> },
  { requestID, secret }: { requestID: string; secret: string | undefined },
  delivery: DeliveryInput,
  call: CallContext,
): Promise<Settled> {
  const { webhook: url, statusCode, attempt } = delivery;
  const content = await contentOf(delivery, blobs);
  try {
    await webhooks.send({ url, requestID, statusCode, ...content, secret, attempt }, call);
    return {};
  } catch (thrown) {
    const { data } = OperationError.from(thrown);
    return { error: data.message, ...(!data.retryable && { final: true }) };
  }
}

async function contentOf(
  { statusCode, result, error }: DeliveryInput,
  blobs: Pick<BlobStore, 'get' | 'readUrl'>,
): Promise<Content> {
  if (!result) return json({ error });
  if (statusCode !== 413 || !('blob' in result))
    return { body: await bytesOf(result, blobs), contentType: result.contentType };
  return json({
    error: tooLargeMessage(result.bytes),
    resultUrl: await blobs.readUrl(result.blob, RESULT_URL_MINUTES),
  });
}

function json(value: object): Content {
  return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' };
}

export async function bytesOf(result: ResultRef, blobs: Pick<BlobStore, 'get'>): Promise<Buffer> {
  if ('base64' in result) return Buffer.from(result.base64, 'base64');
  const bytes = await blobs.get(result.blob);
  if (!bytes) throw new Error('A result is not where it was stored.');
  return bytes;
}
