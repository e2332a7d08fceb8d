import { type z } from 'zod';
import {
  defineRoute,
  type BinaryBody,
  type JsonBody,
  type Reply,
  type Route,
  type RouteRequest,
  type RouteSpec,
  type Shape,
} from '../platform/http/route.js';
import { webhookErrors } from '../webhooks/webhook-url.js';
import { type OperationKind, type Start } from './define.js';
import { type PerInvocation } from './durable.js';
import { type Operations } from './operations.js';
import { startedReply, startReplies } from './replies.js';
import { preferredWait, readStartHeaders, startHeaders } from './request-headers.js';
import { monitorOf } from './schemas.js';
import { type Started } from './starter.js';

interface StartRouteSpec<
  P extends Shape,
  Q extends Shape,
  J extends z.ZodType,
  In,
  Out,
  B extends BinaryBody | undefined,
> extends Omit<RouteSpec<P, Q, J, B>, 'method' | 'auth' | 'headers' | 'replies' | 'handle'> {
  operations: PerInvocation<Operations>;
  kind: OperationKind<In, Out>;
  /** Schema of its status monitor. @default one with the kind's name in the OpenAPI document */
  monitor?: z.ZodType;
  /** Ids and keys come from the request's headers. It may read a body that is a stream. */
  start: (request: RouteRequest<z.output<P>, z.output<Q>, JsonBody<J, B>>) => Start<In> | Promise<Start<In>>;
}

/**
 * Declares a POST that starts an operation: `Operation-Id`, `Idempotency-Key`, `Prefer: wait` and `Webhook-Url` of the
 * request, 202 or 200 with the status monitor (docs/contracts/operations.md, Start).
 */
export function defineStartRoute<
  P extends Shape,
  Q extends Shape,
  J extends z.ZodType,
  In,
  Out,
  B extends BinaryBody | undefined = undefined,
>(spec: StartRouteSpec<P, Q, J, In, Out, B>): Route {
  const { operations, kind, monitor = namedMonitor(kind), start, ...rest } = spec;
  return defineRoute<P, Q, J, B>({
    ...rest,
    method: 'post',
    auth: 'function',
    starts: true,
    headers: startHeaders,
    replies: startReplies(monitor),
    errors: [...(rest.errors ?? []), webhookErrors.WebhookRefused],
    handle: async (request) => {
      const own = operations(request);
      const webhookUrl = await own.acceptWebhook(request.header('webhook-url')); // before the body is read
      const started = { kind, webhookUrl, ...(await start(request)), ...readStartHeaders(request) };
      return replyToStart(own, request, await own.start(started));
    },
  });
}

/** `plates.recognizeBatch` has the monitor `PlatesRecognizeBatchMonitor`. */
function namedMonitor({ kind, result }: Pick<OperationKind, 'kind' | 'result'>): z.ZodType {
  const name = kind.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return monitorOf(kind, result).meta({ id: `${name}Monitor` });
}

/** Answers a start immediately or, for a client that prefers to wait, when the operation has ended. */
export async function replyToStart(
  operations: Operations,
  request: Pick<RouteRequest, 'header' | 'url'>,
  started: Started,
): Promise<Reply> {
  const waitS = preferredWait(request);
  if (waitS === undefined && started.isNew) return startedReply(request, started.pending);
  return startedReply(request, await operations.waitAfterStart(started, (waitS ?? 0) * 1_000), waitS);
}
