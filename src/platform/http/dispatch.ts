import { ReadableStream } from 'node:stream/web';
import { type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { commonErrors, OperationError, type ErrorData } from '../errors.js';
import { logFailure } from '../logging.js';
import { retryAfterHeader, TEMPORARY_FAILURE_S } from '../retry-after.js';
import { telemetry } from '../telemetry/index.js';
import { callerOf } from '../telemetry/trace-parent.js';
import { parseWith, readBody } from './body.js';
import { externalUrl } from './external-url.js';
import { type ErrorForm, type RawRequest, type Reply, type Route, type RouteRequest } from './route.js';
import { ownErrorForm } from './schemas.js';

/** Most characters of a path that an error repeats. */
const MAX_SHOWN = 200;

export interface DispatchOptions {
  trustProxy: boolean;
  /**
   * Limits the requests of routes that start operations; returns headers of the answer.
   * @throws OperationError 429 `TooManyRequests`
   */
  limitStarts?: (request: RawRequest) => Record<string, string>;
}

/** An error whose answer has headers of its own. */
export class ErrorWithHeaders extends OperationError {
  constructor(
    readonly headers: Record<string, string>,
    { data }: OperationError,
  ) {
    super(data);
  }
}

/**
 * Answers a request with the route of `own` that its method and path match; an error of the handler becomes the answer.
 * `own` has the routes of the function that the runtime chose and whose key it checked: no other route runs, whatever
 * the URL is. `all` serves to tell 404 from 405.
 */
export function createDispatcher(
  own: readonly Route[],
  all: readonly Route[],
  { trustProxy, limitStarts }: DispatchOptions,
) {
  return async (request: RawRequest, invocation: InvocationContext): Promise<HttpResponseInit> => {
    const traceId = traceIdOf(request, invocation);
    let form: ErrorForm | undefined;
    let headers: Record<string, string> | undefined;
    try {
      const url = externalUrl(request, trustProxy);
      const path = decodedPath(url);
      const route = own.find(({ method, pattern }) => method === request.method.toLowerCase() && pattern.test(path));
      form = route ? route.errorForm : formAt(all, path);
      if (!route) throw notServed(all, request.method, path);
      const params = route.pattern.exec(path)?.groups ?? {};
      if (route.starts) headers = limitStarts?.(request);
      const reply = await traced(route, request, invocation, () =>
        runRoute(route, params, request, { url, traceId, invocation }),
      );
      return toResponse(reply, headers);
    } catch (thrown) {
      return toResponse(failureReply(thrown, { traceId, invocation }, form), headers);
    }
  };
}

/** A call that starts something is a span, which continues that of the caller; a poll is none. */
async function traced(
  { starts = false, isTraced = starts, path }: Route,
  { method, headers }: RawRequest,
  { traceContext }: InvocationContext,
  answer: () => Promise<Reply>,
): Promise<Reply> {
  if (!isTraced) return answer();
  const span = telemetry().startSpan({
    name: `${method} ${path}`,
    kind: 'server',
    parent: callerOf(headers.get('traceparent'), traceContext?.traceParent),
    attributes: { 'http.request.method': method, 'http.route': path },
  });
  const end = (status: number) =>
    span.end({ 'http.response.status_code': status, 'error.type': status >= 500 ? String(status) : undefined });
  try {
    const reply = await telemetry().within(span.traceParent, answer);
    end(reply.status);
    return reply;
  } catch (thrown) {
    end(OperationError.from(thrown).data.status);
    throw thrown;
  }
}

async function runRoute(
  route: Route,
  params: Record<string, string>,
  request: RawRequest,
  context: Pick<RouteRequest, 'url' | 'traceId' | 'invocation'>,
): Promise<Reply> {
  const header = (name: string) => request.headers.get(name) ?? undefined;
  route.check?.({ header });
  return route.handle({
    params: route.params ? parseWith(route.params, params) : params,
    query: route.query ? parseWith(route.query, joinedQuery(request.query)) : {},
    ...(await readBody(route, request)),
    header,
    ...context,
  });
}

/** Answers repeat a client's trace id, so its length and characters are limited. */
const TRACE_ID = /^[\w.:-]{1,128}$/;

function traceIdOf(request: RawRequest, { traceContext, invocationId }: InvocationContext): string {
  const own = request.headers.get('trace-id') ?? '';
  return TRACE_ID.test(own) ? own : (traceContext?.traceParent?.split('-')[1] ?? invocationId);
}

/**
 * One value a name: names ignore case and repeats are joined with a comma. The runtime does so itself unless HTTP streams
 * are on.
 */
function joinedQuery(query: RawRequest['query']): Record<string, string> {
  const values = new Map<string, [name: string, value: string]>();
  for (const [name, value] of query) {
    const known = values.get(name.toLowerCase());
    if (known) known[1] += `,${value}`;
    else values.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(values.values());
}

function notServed(all: readonly Route[], method: string, path: string): OperationError {
  const matching = all.filter(({ pattern }) => pattern.test(path));
  const shown = path.slice(0, MAX_SHOWN);
  if (matching.length === 0) return commonErrors.NotFound(`Nothing is served at ${shown}.`);
  const allow = matching.map((route) => route.method.toUpperCase()).join(', ');
  const error = commonErrors.MethodNotAllowed(`${method} is not served at ${shown}; it takes ${allow}.`);
  return new ErrorWithHeaders({ Allow: allow }, error);
}

/** The form of errors at a path, or for a method, that no route serves. The runtime ignores the case of paths. */
function formAt(all: readonly Route[], path: string): ErrorForm | undefined {
  const served = all.find(({ pattern }) => pattern.test(path));
  if (served) return served.errorForm;
  const folded = `${path.toLowerCase()}/`;
  const isAbove = (prefix: string | undefined) => prefix !== undefined && folded.startsWith(`${prefix}/`);
  return all.find(({ errorForm }) => isAbove(errorForm?.prefix))?.errorForm;
}

/** The path as the runtime matched it: percent-decoded once, encoded slashes left alone. */
function decodedPath({ pathname }: URL): string {
  return pathname.split('/').map(decodeSegment).join('/');
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text).replaceAll('/', '%2F');
  } catch {
    // The parameter's schema refuses a text with a stray percent sign by name.
    return text;
  }
}

/**
 * An error as an answer, with `x-ms-error-code`, `x-ms-request-id` (the trace id) and, for 429 and 503, `Retry-After`;
 * also for a handler whose answer says more than the form of its errors.
 */
export function errorReply(
  error: Omit<ErrorData, 'retryable'>,
  traceId = '',
  form: Pick<ErrorForm, 'body'> = ownErrorForm,
): Reply {
  const { code, status } = error;
  const headers: Record<string, string> = {
    'x-ms-error-code': code,
    ...(traceId !== '' && { 'x-ms-request-id': traceId }),
  };
  if (status === 429 || status === 503) Object.assign(headers, retryAfterHeader(TEMPORARY_FAILURE_S));
  return { status, headers, body: form.body(error, traceId) };
}

function failureReply(
  thrown: unknown,
  { traceId, invocation }: Pick<RouteRequest, 'traceId' | 'invocation'>,
  form?: ErrorForm,
): Reply {
  const error = OperationError.from(thrown);
  if (error.data.code !== 'InternalError') {
    if (error.data.status >= 500) logFailure(invocation, error);
    const reply = errorReply(error.data, traceId, form);
    if (thrown instanceof ErrorWithHeaders) reply.headers = { ...reply.headers, ...thrown.headers };
    return reply;
  }
  logFailure(invocation, error);
  return errorReply({ ...error.data, message: `Something failed on our side; trace id ${traceId}.` }, traceId, form);
}

function toResponse({ status, headers: own, body }: Reply, more?: Record<string, string>): HttpResponseInit {
  const headers = { ...own, ...more };
  if (body === undefined) return { status, headers };
  if (typeof body === 'string' || body instanceof ReadableStream || body instanceof Uint8Array) {
    return { status, headers, body };
  }
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}
