import { OperationError } from '../../platform/errors.js';
import { filesErrors } from '../errors.js';

/**
 * Passes a body on up to a limit. The host answers 500 above its own limit, whatever the app does.
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
    throw filesErrors.UploadInvalid('The body broke off before its end.', { cause });
  }
}
