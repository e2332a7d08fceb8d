import {
  callConfig,
  createServiceClient,
  failureOf,
  isTransient,
  type CallContext,
} from '../../../src/platform/http-client.js';
import { thumbnailErrors } from './errors.js';

export type ImageProvider = (imageId: number, call: CallContext) => Promise<Buffer>;

/** Gets images by id: up to 20 MB, within 5 s, in at most three attempts. */
export function createImageProvider(baseUrl: string): ImageProvider {
  const options = { baseUrl, totalTimeoutMs: 5_000, attempts: 3, maxBytes: 20_000_000, repeatable: ['get'] };
  const http = createServiceClient(options);
  return async (imageId, call) => {
    try {
      const config = { ...callConfig(options, call), responseType: 'arraybuffer' as const };
      return (await http.get<Buffer>(`/images/${imageId}`, config)).data;
    } catch (cause) {
      const failure = failureOf(cause);
      if (!failure) throw cause; // a bug, not an answer of the provider
      if (failure.kind === 'status' && failure.status === 404)
        throw thumbnailErrors.SourceImageNotFound(`The image provider has no image ${imageId}.`, { cause });
      if (failure.kind === 'tooLarge' || (failure.kind === 'status' && !isTransient(failure)))
        throw thumbnailErrors.SourceImageInvalid(`The image provider sends no usable image ${imageId}.`, { cause });
      throw thumbnailErrors.SourceUnavailable('The image provider cannot be reached.', { cause });
    }
  };
}
