import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { type Start } from '../operations/define.js';
import { type PerInvocation } from '../operations/durable.js';
import { operationErrors } from '../operations/errors.js';
import { isFinal } from '../operations/monitor.js';
import { inputBlobName } from '../operations/names.js';
import { type Operations } from '../operations/operations.js';
import { startedReply, startReplies } from '../operations/replies.js';
import { monitorOf, type Monitor } from '../operations/schemas.js';
import { defineStartRoute } from '../operations/start-route.js';
import { type Upstreams } from '../operations/upstreams/upstreams.js';
import { commonErrors, type ErrorTable } from '../platform/errors.js';
import { errorReply } from '../platform/http/dispatch.js';
import { defineRoute, type Reply, type Route, type RouteRequest } from '../platform/http/route.js';
import { bytes } from '../platform/http/schemas.js';
import { type BlobStore } from '../platform/storage.js';
import { callerOf } from '../platform/telemetry/trace-parent.js';
import { plateErrors } from './errors.js';
import { imageProblem, IMAGE_TYPES } from './image-format.js';
import { type ImageProvider } from './image-provider.js';
import { recognizeBatch, startBatch } from './recognize-batch.orchestrator.js';
import { recognize, startById } from './recognize.orchestrator.js';
import {
  imageId,
  MAX_UPLOAD_BYTES,
  recognizeBatchRequest,
  recognizeBatchResult,
  recognizeRequest,
  recognizeResult,
  type ImageSource,
} from './schemas.js';

export interface PlateRoutesOptions {
  operations: PerInvocation<Operations>;
  blobs: Pick<BlobStore, 'put'>;
  upstreams: Pick<Upstreams, 'mustNotBePaused'>;
  imageProvider: Pick<ImageProvider, 'streamImage'>;
}

/** How long `GET /plates/{imageId}` waits for the end of its operation, ms. */
const DIRECT_WAIT_MS = 25_000;
/** A waiting client gets the failure of a service immediately; durable retries would take two minutes. */
const DIRECT_RETRY = { attempts: 1, firstWaitMs: 1, failsWhenPaused: true };
/** The services that a recognition calls. */
const SERVICES = ['imageProvider', 'plateReader'];
const tag = { name: 'Plates', description: 'License plates on photographs, by image id or as a body.' };

const recognizeMonitor = monitorOf(recognize.kind, recognizeResult).meta({ id: 'RecognizeMonitor' });

export function createPlateRoutes(options: PlateRoutesOptions): Route[] {
  return [recognizeRoute(options), recognizeBatchRoute(options), directRoute(options), imageRoute(options)];
}

function recognizeRoute({ operations, blobs }: PlateRoutesOptions): Route {
  return defineStartRoute({
    operations,
    kind: recognize,
    monitor: recognizeMonitor,
    path: '/plates/recognize',
    operationId: 'recognizePlate',
    tag,
    summary: 'Reads the license plate on one image',
    description: 'The image is named by its id, or is the body itself.',
    json: recognizeRequest,
    binary: { types: IMAGE_TYPES, maxBytes: MAX_UPLOAD_BYTES, description: 'The image itself, up to 10 MiB.' },
    errors: [plateErrors.InvalidImageId, plateErrors.ImageInvalid],
    start: ({ json, binary }) => (binary ? uploadStart(blobs, binary) : startById({ imageId: json?.imageId ?? 0 })),
  });
}

/** Stores the image in a blob of the operation; the history holds only its name. */
function uploadStart(
  blobs: PlateRoutesOptions['blobs'],
  { mediaType, bytes }: NonNullable<RouteRequest['binary']>,
): Start<ImageSource> {
  const problem = imageProblem(bytes);
  if (problem) throw plateErrors.ImageInvalid(`The body is ${problem}; send a whole JPEG, PNG or WebP image.`);
  return {
    input: (id) => ({ blob: inputBlobName(id) }),
    identity: { sha256: createHash('sha256').update(bytes).digest('hex') },
    prepare: (id) => blobs.put(inputBlobName(id), bytes, mediaType),
  };
}

function recognizeBatchRoute({ operations }: PlateRoutesOptions): Route {
  return defineStartRoute({
    operations,
    kind: recognizeBatch,
    monitor: monitorOf(recognizeBatch.kind, recognizeBatchResult).meta({ id: 'RecognizeBatchMonitor' }),
    path: '/plates/recognize-batch',
    operationId: 'recognizePlates',
    tag,
    summary: 'Reads the license plates on many images',
    description: 'Succeeds when every image has a result, which may be an error.',
    json: recognizeBatchRequest,
    errors: [plateErrors.InvalidImageId],
    start: ({ json }) => startBatch(json),
  });
}

const params = z.object({ imageId: z.preprocess(asNumber, imageId) });

function directRoute({ operations, upstreams }: PlateRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/plates/{imageId}',
    auth: 'function',
    starts: true,
    operationId: 'getPlate',
    tag,
    summary: 'The license plate on one image, in the answer',
    description: 'Waits up to 25 s; an operation that takes longer is answered as a start is.',
    params,
    replies: {
      200: { description: 'The plate.', schema: recognizeResult },
      202: startReplies(recognizeMonitor)[202],
    },
    errors: [...Object.values(plateErrors), operationErrors.UpstreamPaused],
    async handle(request) {
      // A first check, so that calls during a long pause start no operations.
      await upstreams.mustNotBePaused(SERVICES);
      const start = { kind: recognize, ...startById(request.params), retry: DIRECT_RETRY };
      const started = await operations(request).start(start);
      const monitor = await operations(request).waitAfterStart(started, DIRECT_WAIT_MS);
      return isFinal(monitor.status) ? directReply(monitor) : startedReply(request, monitor);
    },
  });
}

/** Bytes of others: a browser shows them as an image or not at all, and keeps no copy. */
const IMAGE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

function imageRoute({ imageProvider }: PlateRoutesOptions): Route {
  const { ImageNotFound, ImageRejected, ImageProviderUnavailable, ImageProviderTimeout, ImageInvalid } = plateErrors;
  return defineRoute({
    method: 'get',
    path: '/plates/{imageId}/image',
    auth: 'function',
    operationId: 'getPlateImage',
    tag,
    summary: 'The image, as the image provider sends it',
    description:
      'A JPEG, PNG or WebP up to 20 MiB, streamed; the app keeps nothing. The connection ends early when it breaks off.',
    params,
    replies: { 200: { description: 'The image.', mediaType: 'image/*', schema: bytes } },
    errors: [
      plateErrors.InvalidImageId,
      ...[ImageNotFound, ImageRejected, ImageProviderUnavailable, ImageProviderTimeout, ImageInvalid],
      operationErrors.UpstreamPaused,
    ],
    async handle(request) {
      const {
        params: { imageId: id },
        invocation,
      } = request;
      const traceParent = callerOf(request.header('traceparent'), invocation.traceContext?.traceParent);
      const image = await imageProvider.streamImage(id, { ...(traceParent && { traceParent }) });
      const headers = { ...IMAGE_HEADERS, 'Content-Type': image.mediaType };
      return { status: 200, headers, body: Readable.toWeb(image.bytes) };
    },
  });
}

/** Digits only: `1e3` and `0x10` are numbers in JavaScript, but no ids. */
function asNumber(text: unknown): unknown {
  return typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : text;
}

/** Errors that a failed recognition can have. */
const errorTable: ErrorTable = { ...commonErrors, ...operationErrors, ...plateErrors };

function directReply(monitor: Monitor): Reply {
  if (monitor.status === 'Succeeded') return { status: 200, body: monitor.result };
  const error = monitor.error ?? {
    code: operationErrors.OperationCanceled.code,
    message: 'The recognition was canceled.',
  };
  const { status } = errorTable[error.code] ?? commonErrors.InternalError;
  return errorReply({ ...error, status });
}
