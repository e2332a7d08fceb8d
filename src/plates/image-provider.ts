import { type AxiosInstance } from 'axios';
import {
  callConfig,
  failureOf,
  isTransient,
  type CallContext,
  type Failure,
  type ServiceOptions,
} from '../platform/http-client.js';
import { plateErrors } from './errors.js';
import { imageProblem } from './image-format.js';
import { MAX_IMAGE_BYTES } from './schemas.js';

export interface ImageProvider {
  /** @throws OperationError with one of the slice's codes when there is no whole image */
  getImage(imageId: number, call: CallContext): Promise<Buffer>;
}

export function createImageProvider(
  http: AxiosInstance,
  options: Pick<ServiceOptions, 'totalTimeoutMs'>,
): ImageProvider {
  return {
    async getImage(imageId, call) {
      const bytes = await download(http, options, imageId, call);
      const problem = imageProblem(bytes);
      if (bytes.length > MAX_IMAGE_BYTES) throw toError({ kind: 'tooLarge' }, imageId);
      if (problem) throw plateErrors.ImageInvalid(`What the image provider sends for image ${imageId} is ${problem}.`);
      return bytes;
    },
  };
}

async function download(
  http: AxiosInstance,
  options: Pick<ServiceOptions, 'totalTimeoutMs'>,
  imageId: number,
  call: CallContext,
) {
  try {
    const config = { ...callConfig(options, call), responseType: 'arraybuffer' as const };
    return (await http.get<Buffer>(`/images/${imageId}`, config)).data;
  } catch (cause) {
    const failure = failureOf(cause);
    if (!failure) throw cause; // not the provider's fault, so not one of its codes
    throw toError(failure, imageId, cause);
  }
}

/** There is no default branch, so that a new kind of failure does not compile without a message. */
function toError(failure: Failure, imageId: number, cause?: unknown) {
  switch (failure.kind) {
    case 'timeout':
    case 'aborted':
      return plateErrors.ImageProviderTimeout(`The image provider was too slow with image ${imageId}.`, { cause });
    case 'network':
      return plateErrors.ImageProviderUnavailable(`The image provider cannot be reached for image ${imageId}.`, {
        cause,
      });
    case 'circuitOpen':
      return plateErrors.ImageProviderUnavailable(
        `The image provider fails; it is not called for image ${imageId} now.`,
        { cause, notCalled: true },
      );
    case 'tooLarge':
      return plateErrors.ImageInvalid(`Image ${imageId} is over ${MAX_IMAGE_BYTES / 1024 / 1024} MiB.`, { cause });
    case 'status':
      if (failure.status === 404)
        return plateErrors.ImageNotFound(`The image provider has no image ${imageId}.`, { cause });
      return isTransient(failure)
        ? plateErrors.ImageProviderUnavailable(
            `The image provider is failing on image ${imageId} (${failure.status}).`,
            { cause },
          )
        : plateErrors.ImageRejected(`The image provider refuses to send image ${imageId} (${failure.status}).`, {
            cause,
          });
  }
}
