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
import { type OperationKind, type Start } from './define.js';
import { type PerInvocation } from './durable.js';
import { type Operations } from './operations.js';
import { startedReply, startReplies } from './replies.js';
import { preferredWait, readStartHeaders, startHeaders } from './request-headers.js';
import { monitorOf } from './schemas.js';
import { type StartRequest } from './starter.js';

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
  /** Schema of its status monitor, for one with a name in the OpenAPI document. @default `monitorOf` the kind */
  monitor?: z.ZodType;
  /** Ids and keys come from the request's headers. It may read a body that is a stream. */
  start: (request: RouteRequest<z.output<P>, z.output<Q>, JsonBody<J, B>>) => Start<In> | Promise<Start<In>>;
}

/**
 * Declares a POST that starts an operation: `Operation-Id`, `Idempotency-Key` and `Prefer: wait` of the request, 202 or
 * 200 with the status monitor (docs/contracts/operations.md, Start).
 */
export function defineStartRoute<
  P extends Shape,
  Q extends Shape,
  J extends z.ZodType,
  In,
  Out,
  B extends BinaryBody | undefined = undefined,
>(spec: StartRouteSpec<P, Q, J, In, Out, B>): Route {
  const { operations, kind, monitor = monitorOf(kind.kind, kind.result), start, ...rest } = spec;
  return defineRoute<P, Q, J, B>({
    ...rest,
    method: 'post',
    auth: 'function',
    starts: true,
    headers: startHeaders,
    replies: startReplies(monitor),
    handle: async (request) => startAndReply(operations(request), request, { kind, ...(await start(request)) }),
  });
}

/** Starts an operation, and answers immediately or, for a client that prefers to wait, when it has ended. */
async function startAndReply<In>(
  operations: Operations,
  request: Pick<RouteRequest, 'header' | 'url'>,
  start: Omit<StartRequest<In>, 'retry'>,
): Promise<Reply> {
  const started = await operations.start({ ...start, ...readStartHeaders(request) });
  const waitS = preferredWait(request);
  if (waitS === undefined && started.isNew) return startedReply(request, started.pending);
  return startedReply(request, await operations.waitAfterStart(started, (waitS ?? 0) * 1_000), waitS);
}
