import type { BlobStore } from '../platform/storage.js';
import { resultBlobOf } from './names.js';
import type { ResultRef } from './schemas.js';

/** A longer result is a blob: in base64 it would not fit into a custom status, which holds 16 KB on Azure. */
const INLINE_BYTES = 8 * 1024;
/** Longest result that is kept, in bytes. */
export const MAX_RESULT_BYTES = 1_000_000_000;

export class TooLong extends Error {
  override readonly name = 'TooLong';
}

/**
 * Keeps a result: a short one in the answer, a longer one as a blob that is written while it comes.
 * @throws TooLong, OperationError 503 when storage is away, and what the source throws
 */
export async function keepResult(
  { endpoint, requestID }: { endpoint: string; requestID: string },
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
  const blob = resultBlobOf(endpoint, requestID);
  return { blob, bytes: await blobs.putStream(blob, limited(first, chunks), contentType), contentType };
}

async function* limited(first: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const counted = (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > MAX_RESULT_BYTES) throw new TooLong();
    return chunk;
  };
  for (const chunk of first) yield counted(chunk);
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield counted(next.value);
}
