import { contractErrors } from '../errors.js';
import { MAX_BODY_BYTES, policy, requestData } from '../schemas.js';

interface RequestData {
  /** JSON text. */
  input: string;
  webhook: unknown;
  ttlMs: number;
}

/**
 * The body of a call, as JSON, of any media type: existing clients send various types.
 *
 * @throws OperationError 400 with the contract's messages
 */
export async function readJson(stream: AsyncIterable<Uint8Array> | undefined, announced?: string): Promise<unknown> {
  if (Number(announced ?? 0) > MAX_BODY_BYTES) throw contractErrors.tooLarge();
  const text = textOf(await readBytes(stream));
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw contractErrors.badData(cause);
  }
}

/** @throws OperationError 400 */
export function requestDataOf(json: unknown): RequestData {
  const data = requestData.safeParse(json);
  if (!data.success) throw contractErrors.badData(data.error);
  const given = policy.safeParse(data.data.policy ?? {});
  if (!given.success) throw contractErrors.badArguments();
  return { input: JSON.stringify(data.data.input), webhook: data.data.webhook, ttlMs: given.data.ttl };
}

async function readBytes(stream: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const read = async () => {
    for await (const chunk of stream ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return;
      chunks.push(chunk);
    }
  };
  await read().catch((cause: unknown) => {
    throw contractErrors.unreadable(cause);
  });
  if (bytes > MAX_BODY_BYTES) throw contractErrors.tooLarge();
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw contractErrors.unreadable(cause);
  }
}
