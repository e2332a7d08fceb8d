import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { commonErrors, OperationError } from '../errors.js';
import { logFailure } from '../logging.js';
import { parseWith, readBody } from './body.js';
import { externalUrl } from './external-url.js';
import type { RawRequest, Reply, Route } from './route.js';

export interface DispatchOptions {
  trustProxy: boolean;
}

/** Answers a request with the first route that its method and path match; what a handler throws becomes its error. */
export function createDispatcher(routes: readonly Route[], { trustProxy }: DispatchOptions) {
  return async (request: RawRequest, invocation: InvocationContext): Promise<HttpResponseInit> => {
    try {
      const url = externalUrl(request, trustProxy);
      const { route, params } = findRoute(routes, request.method, url.pathname);
      return toResponse(await runRoute(route, params, request, url, invocation));
    } catch (thrown) {
      return toResponse(failureReply(thrown, invocation));
    }
  };
}

async function runRoute(
  route: Route,
  params: Record<string, string>,
  request: RawRequest,
  url: URL,
  invocation: InvocationContext,
): Promise<Reply> {
  return route.handle({
    params: route.params ? parseWith(route.params, params) : params,
    query: route.query ? parseWith(route.query, Object.fromEntries(request.query)) : {},
    ...(await readBody(route, request)),
    header: (name) => request.headers.get(name) ?? undefined,
    url,
    invocation,
  });
}

function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } {
  const wanted = method.toLowerCase();
  const matching = routes.filter((route) => route.pattern.test(path));
  const route = matching.find((candidate) => candidate.method === wanted);
  if (route) return { route, params: decodeParams(route.pattern.exec(path)?.groups ?? {}) };
  if (matching.length === 0) throw commonErrors.NotFound(`Nothing is served at ${path.slice(0, 200)}.`);
  const allow = matching.map((candidate) => candidate.method.toUpperCase()).join(', ');
  throw new MethodNotAllowed(allow, `${method} is not served at ${path.slice(0, 200)}; it takes ${allow}.`);
}

class MethodNotAllowed extends OperationError {
  constructor(
    readonly allow: string,
    message: string,
  ) {
    super(commonErrors.MethodNotAllowed(message).data);
  }
}

function decodeParams(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, text]) => [name, decodeSegment(text)]));
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign is no reason to fail here: the parameter's schema refuses the text by name.
    return text;
  }
}

/** The contract's error body, with what the code's class asks for in headers. */
export function errorReply({ code, message, status, target, details, retryAfterS }: ReplyError): Reply {
  const error = { code, message, ...(target !== undefined && { target }), ...(details && { details }) };
  const headers: Record<string, string> = { 'x-ms-error-code': code };
  if (status === 429 || status === 503) headers['Retry-After'] = String(retryAfterS ?? DEFAULT_RETRY_AFTER_S);
  return { status, headers, body: { error } };
}

type ReplyError = OperationError['data'] & { retryAfterS?: number };
const DEFAULT_RETRY_AFTER_S = 5;

function failureReply(thrown: unknown, invocation: InvocationContext): Reply {
  const error = OperationError.from(thrown);
  if (error.data.code !== 'InternalError') {
    if (error.data.status >= 500) logFailure(invocation, error);
    const reply = errorReply(error.data);
    if (thrown instanceof MethodNotAllowed) reply.headers = { ...reply.headers, Allow: thrown.allow };
    return reply;
  }
  logFailure(invocation, error);
  const traceId = invocation.traceContext?.traceParent?.split('-')[1] ?? invocation.invocationId;
  return errorReply({ ...error.data, message: `Something failed on our side; trace id ${traceId}.` });
}

function toResponse({ status, headers = {}, body }: Reply): HttpResponseInit {
  if (body === undefined) return { status, headers };
  if (typeof body === 'string') return { status, headers, body };
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}
