import { type BlobStore } from '../../platform/storage.js';
import { type ResultRef } from '../schemas.js';
import { newResultBlob } from './blobs.js';

/** A longer result is a blob: a short one is part of the request's row and of its orchestration's output. */
const INLINE_BYTES = 8 * 1024;
/** Longest result that is stored, in bytes. */
export const MAX_RESULT_BYTES = 1_000_000_000;

export class ResultTooLongError extends Error {
  override readonly name = 'ResultTooLongError';
}

/**
 * Stores a result: a short one inline, a longer one as a blob that is written while it arrives.
 *
 * @throws ResultTooLongError, OperationError 503 when storage is away, and what the source throws
 */
export async function storeResult(
  endpoint: string,
  source: AsyncIterable<Uint8Array>,
  contentType: string,
  blobs: Pick<BlobStore, 'putStream'>,
): Promise<ResultRef> {
  const chunks = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes <= INLINE_BYTES;) {
    const next = await chunks.next();
    if (next.done) return { base64: Buffer.concat(first).toString('base64'), contentType };
    first.push(next.value);
    bytes += next.value.length;
  }
  const blob = newResultBlob(endpoint);
  return { blob, bytes: await blobs.putStream(blob, limited(first, chunks), contentType), contentType };
}

/** @throws OperationError 503 when storage is away */
export async function readResult(result: ResultRef, blobs: Pick<BlobStore, 'get'>): Promise<Buffer> {
  if ('base64' in result) return Buffer.from(result.base64, 'base64');
  const bytes = await blobs.get(result.blob);
  if (!bytes) throw new Error('A result is not where it was stored.');
  return bytes;
}

async function* limited(first: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const counted = (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > MAX_RESULT_BYTES) throw new ResultTooLongError();
    return chunk;
  };
  for (const chunk of first) yield counted(chunk);
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield counted(next.value);
}
