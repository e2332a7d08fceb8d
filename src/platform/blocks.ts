/** Size of the blocks of a streamed blob, bytes; each is held in memory until it is stored. */
export const BLOCK_BYTES = 4 * 1024 * 1024;
/** Blocks of one stream that are stored at a time. */
export const BLOCKS_AT_ONCE = 4;

/** The bytes in blocks of one size; the last one may be shorter. */
export async function* blocksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length;) {
      const part = chunk.subarray(from, from + BLOCK_BYTES - bytes);
      from += part.length;
      bytes += part.length;
      chunks.push(part);
      if (bytes < BLOCK_BYTES) continue;
      yield Buffer.concat(chunks);
      chunks = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(chunks);
}
