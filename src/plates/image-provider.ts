import { Readable } from 'node:stream';
import { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import {
  callConfig,
  failureOf,
  isTransient,
  type CallContext,
  type Failure,
  type ServiceOptions,
} from '../platform/http-client.js';
import { plateErrors } from './errors.js';
import { HEAD_BYTES, imageProblem, imageType } from './image-format.js';
import { MAX_IMAGE_BYTES } from './schemas.js';

export interface ImageProvider {
  /** @throws OperationError with one of the slice's codes when there is no whole image */
  getImage(imageId: number, call: CallContext): Promise<Buffer>;
  /**
   * The image as it arrives. `bytes` throws when it breaks off, is over 20 MiB, or takes over a minute.
   * @throws OperationError with one of the slice's codes when no image begins
   */
  streamImage(imageId: number, call: Omit<CallContext, 'signal'>): Promise<ImageStream>;
}

interface ImageStream {
  mediaType: string;
  bytes: Readable;
}

/** How long an image may take that is passed on, ms: its reader may be slow. */
const TRANSFER_MS = 60_000;

export function createImageProvider(
  http: AxiosInstance,
  options: Pick<ServiceOptions, 'totalTimeoutMs'>,
): ImageProvider {
  return {
    async getImage(imageId, call) {
      const bytes = await download<Buffer>(http, imageId, {
        ...callConfig(options, call),
        responseType: 'arraybuffer',
      });
      const problem = imageProblem(bytes);
      if (bytes.length > MAX_IMAGE_BYTES) throw toError({ kind: 'tooLarge' }, imageId);
      if (problem) throw plateErrors.ImageInvalid(`What the image provider sends for image ${imageId} is ${problem}.`);
      return bytes;
    },
    async streamImage(imageId, call) {
      const begin = new AbortController();
      const { totalTimeoutMs } = options;
      const timer = setTimeout(() => begin.abort(new DOMException('No image begins.', 'TimeoutError')), totalTimeoutMs);
      try {
        const source = await download<Readable>(http, imageId, {
          ...callConfig({ totalTimeoutMs: TRANSFER_MS }, { ...call, signal: begin.signal }),
          deadline: Date.now() + totalTimeoutMs,
          responseType: 'stream',
        });
        return await beginning(source, imageId);
      } catch (thrown) {
        begin.abort(); // closes the connection of an answer that is not read
        throw thrown;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Reads the first bytes, which say what the image is. */
async function beginning(source: Readable, imageId: number): Promise<ImageStream> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const next = await chunks.next().catch((cause: unknown) => {
      throw toError(failureOf(cause) ?? { kind: 'network' }, imageId, cause);
    });
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const mediaType = imageType(head);
  if (mediaType === undefined)
    throw plateErrors.ImageInvalid(`What the image provider sends for image ${imageId} is not an image.`);
  const rest = async function* () {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  };
  const bytes = Readable.from(rest(), { objectMode: false });
  bytes.once('close', () => source.destroy()); // also when nothing of it was read
  return { mediaType, bytes };
}

async function download<T>(http: AxiosInstance, imageId: number, config: AxiosRequestConfig): Promise<T> {
  try {
    return (await http.get<T>(`/images/${imageId}`, config)).data;
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
