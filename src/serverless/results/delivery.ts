import { type BlobStore } from '../../platform/storage.js';
import { type Delivery } from '../../webhooks/sender.js';
import { type DeliveryInput } from '../schemas.js';

export type ResultBlobs = Pick<BlobStore, 'stream'>;

/** What the webhook of a request is sent. A long result is streamed from its blob. */
export function sentTo(
  delivery: DeliveryInput,
  requestID: string,
  secret: string | undefined,
  blobs: ResultBlobs,
): Delivery {
  const { webhook: url, statusCode } = delivery;
  const query = `requestID=${encodeURIComponent(requestID)}&statusCode=${statusCode}`;
  return {
    url,
    id: requestID,
    query,
    ...contentOf(delivery, blobs),
    secrets: secret === undefined ? undefined : [secret],
  };
}

type Content = Pick<Delivery, 'body' | 'contentType'>;

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
