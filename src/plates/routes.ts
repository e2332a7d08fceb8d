import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DurableClient } from '../operations/durable.js';
import { operationErrors } from '../operations/errors.js';
import { isFinal } from '../operations/monitor.js';
import { inputBlobName } from '../operations/names.js';
import { preferredWait, readStartHeaders, startedReply, startHeaders, startReplies } from '../operations/replies.js';
import { monitorOf, type Monitor } from '../operations/schemas.js';
import type { Operations } from '../operations/service.js';
import type { StartRequest, Started } from '../operations/starter.js';
import { commonErrors } from '../platform/errors.js';
import { errorReply } from '../platform/http/dispatch.js';
import { defineRoute, type Reply, type Route, type RouteRequest } from '../platform/http/route.js';
import type { BlobStore } from '../platform/storage.js';
import { plateErrors } from './errors.js';
import { imageProblem, IMAGE_TYPES } from './image-format.js';
import { recognizeBatch } from './recognize-batch.orchestrator.js';
import { recognize } from './recognize.orchestrator.js';
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
  operations: Operations;
  blobs: Pick<BlobStore, 'put'>;
  client: (request: Pick<RouteRequest, 'invocation'>) => DurableClient;
}

/** How long `GET /plates/{imageId}` holds the answer. */
const DIRECT_WAIT_MS = 25_000;
/** Somebody is waiting on the line: a service that fails is an answer now, not in two minutes. */
const DIRECT_RETRY = { attempts: 1, firstWaitMs: 1 };
const tag = { name: 'Plates', description: 'Licence plates on photographs, by image id or as they come.' };
const recognizeReplies = startReplies(monitorOf(recognize.kind, recognizeResult).meta({ id: 'RecognizeMonitor' }));
const known = (...codes: (keyof typeof plateErrors)[]) => codes.map((code) => plateErrors[code]('').data);

export function createPlateRoutes(options: PlateRoutesOptions): Route[] {
  return [recognizeRoute(options), recognizeBatchRoute(options), directRoute(options)];
}

function recognizeRoute(options: PlateRoutesOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/plates/recognize',
    auth: 'function',
    operationId: 'recognizePlate',
    tag,
    summary: 'Reads the licence plate on one image',
    description: 'The image is named by its id, or is the body itself.',
    headers: startHeaders,
    json: recognizeRequest,
    binary: { types: IMAGE_TYPES, maxBytes: MAX_UPLOAD_BYTES, description: 'The image itself, up to 10 MB.' },
    replies: recognizeReplies,
    errors: known('InvalidImageId', 'ImageInvalid'),
    async handle(request) {
      const start = request.binary ? uploadStart(options, request.binary) : idStart(request.json?.imageId ?? 0);
      return reply(options, request, await begin(options, request, { kind: recognize, ...start }));
    },
  });
}

type Start = Pick<StartRequest<ImageSource>, 'input' | 'identity' | 'prepare'>;

function idStart(id: number): Start {
  return { input: () => ({ imageId: id }) };
}

/** The image waits in a blob of the operation; the history holds its name only. */
function uploadStart({ blobs }: PlateRoutesOptions, { mediaType, bytes }: NonNullable<RouteRequest['binary']>): Start {
  const problem = imageProblem(bytes);
  if (problem) throw plateErrors.ImageInvalid(`The body is ${problem}; send a whole JPEG, PNG or WebP image.`);
  return {
    input: (id) => ({ blob: inputBlobName(id) }),
    identity: { sha256: createHash('sha256').update(bytes).digest('hex') },
    prepare: (id) => blobs.put(inputBlobName(id), bytes, mediaType),
  };
}

function recognizeBatchRoute(options: PlateRoutesOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/plates/recognize-batch',
    auth: 'function',
    operationId: 'recognizePlates',
    tag,
    summary: 'Reads the licence plates on many images',
    description: 'Succeeds when every image was dealt with, whatever became of each.',
    headers: startHeaders,
    json: recognizeBatchRequest,
    replies: startReplies(monitorOf(recognizeBatch.kind, recognizeBatchResult).meta({ id: 'RecognizeBatchMonitor' })),
    errors: known('InvalidImageId'),
    async handle(request) {
      const imageIds = request.json?.imageIds ?? [];
      return reply(
        options,
        request,
        await begin(options, request, { kind: recognizeBatch, input: () => ({ imageIds }) }),
      );
    },
  });
}

function directRoute(options: PlateRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/plates/{imageId}',
    auth: 'function',
    operationId: 'getPlate',
    tag,
    summary: 'The licence plate on one image, now',
    description: 'Waits up to 25 s; an operation that takes longer is answered as a start is.',
    params: z.object({ imageId: z.preprocess(asNumber, imageId) }),
    replies: {
      200: { description: 'The plate.', schema: recognizeResult },
      202: recognizeReplies[202],
    },
    errors: Object.values(plateErrors).map((make) => make('').data),
    async handle(request) {
      const client = options.client(request);
      const started = await options.operations.start(client, {
        kind: recognize,
        ...idStart(request.params.imageId),
        retry: DIRECT_RETRY,
      });
      const monitor = await options.operations.waitAfterStart(client, started, DIRECT_WAIT_MS);
      return isFinal(monitor.status) ? directReply(monitor) : startedReply(request, monitor);
    },
  });
}

/** Digits only: `1e3` and `0x10` are numbers to JavaScript and no ids. */
function asNumber(text: unknown): unknown {
  return typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : text;
}

/** What a failed operation can have failed with. */
const errorTable: Partial<Record<string, typeof commonErrors.InternalError>> = {
  ...commonErrors,
  ...operationErrors,
  ...plateErrors,
};

function directReply(monitor: Monitor): Reply {
  if (monitor.status === 'Succeeded') return { status: 200, body: monitor.result };
  const error = monitor.error ?? { code: 'OperationCanceled', message: 'The recognition was cancelled.' };
  const rule = errorTable[error.code] ?? commonErrors.InternalError;
  return errorReply({ ...error, status: rule('').data.status });
}

function begin<In>(
  options: PlateRoutesOptions,
  request: RouteRequest,
  start: Omit<StartRequest<In>, 'retry'>,
): Promise<Started> {
  return options.operations.start(options.client(request), { ...start, ...readStartHeaders(request) });
}

/** The answer to a start: at once, or when it has ended, for a client that asked to wait. */
async function reply(
  { operations, client }: PlateRoutesOptions,
  request: RouteRequest,
  started: Started,
): Promise<Reply> {
  const wait = preferredWait(request);
  if (wait === undefined && started.isNew) return startedReply(request, started.pending);
  return startedReply(request, await operations.waitAfterStart(client(request), started, (wait ?? 0) * 1_000), wait);
}
