import { OperationError } from '../../platform/errors.js';
import { filesErrors } from '../errors.js';

/**
 * Passes a body on up to a limit, which the host may have too (docs/host.md, Streams without a proxy).
 * @param tooLarge the error of a longer body
 * @throws OperationError 400 `UploadInvalid` when the body breaks off; `tooLarge`
 */
export async function* limited(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => OperationError,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    if ((cause as { statusCode?: number }).statusCode === 413) throw tooLarge(); // the host has cut the body
    throw filesErrors.UploadInvalid('The body broke off before its end.', { cause });
  }
}
