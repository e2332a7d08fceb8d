import { ReadableStream } from 'node:stream/web';
import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { commonErrors, OperationError, type ErrorData } from '../errors.js';
import { logFailure } from '../logging.js';
import { parseWith, readBody } from './body.js';
import { externalUrl } from './external-url.js';
import type { RawRequest, Reply, Route } from './route.js';

/** What passes by itself mostly does within seconds. */
const RETRY_AFTER_S = 5;
/** Most characters of a path that an error repeats. */
const MAX_SHOWN = 200;

export interface DispatchOptions {
  trustProxy: boolean;
}

/**
 * Answers a request with the route of `own` that its method and path match; what a handler throws becomes its error.
 * `own` are the routes of the one function that the runtime chose and checked the key for: whatever the URL looks like
 * here, no other route runs. `all` serves to tell 404 from 405.
 */
export function createDispatcher(own: readonly Route[], all: readonly Route[], { trustProxy }: DispatchOptions) {
  return async (request: RawRequest, invocation: InvocationContext): Promise<HttpResponseInit> => {
    try {
      const url = externalUrl(request, trustProxy);
      const path = decodedPath(url);
      const route = own.find(({ method, pattern }) => method === request.method.toLowerCase() && pattern.test(path));
      if (!route) throw notServed(all, request.method, path);
      return toResponse(await runRoute(route, route.pattern.exec(path)?.groups ?? {}, request, url, invocation));
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
    query: route.query ? parseWith(route.query, joinedQuery(request.query)) : {},
    ...(await readBody(route, request)),
    header: (name) => request.headers.get(name) ?? undefined,
    url,
    invocation,
  });
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
  return new MethodNotAllowed(allow, `${method} is not served at ${shown}; it takes ${allow}.`);
}

/** The path as the runtime matched it: percent-decoded once, encoded slashes left alone. */
function decodedPath({ pathname }: URL): string {
  return pathname.split('/').map(decodeSegment).join('/');
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text).replaceAll('/', '%2F');
  } catch {
    // A stray percent sign is no reason to fail here: the parameter's schema refuses the text by name.
    return text;
  }
}

class MethodNotAllowed extends OperationError {
  constructor(
    readonly allow: string,
    message: string,
  ) {
    super(commonErrors.MethodNotAllowed(message).data);
  }
}

/** The contract's error body, with what the code's class asks for in headers. */
export function errorReply({ code, message, status, target, details }: Omit<ErrorData, 'retryable'>): Reply {
  const error = { code, message, ...(target !== undefined && { target }), ...(details && { details }) };
  const headers: Record<string, string> = { 'x-ms-error-code': code };
  if (status === 429 || status === 503) headers['Retry-After'] = String(RETRY_AFTER_S);
  return { status, headers, body: { error } };
}

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
  if (typeof body === 'string' || body instanceof ReadableStream) return { status, headers, body };
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}
