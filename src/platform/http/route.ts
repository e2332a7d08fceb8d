import type { HttpRequest, InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import type { ErrorData } from '../errors.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type Shape = z.ZodObject;

/** A chapter of the OpenAPI document. */
export interface Tag {
  name: string;
  description: string;
}

/** A body that is taken as it is: media types and the most bytes. */
export interface BinaryBody {
  types: readonly string[];
  maxBytes: number;
  description: string;
}

/** A body that is handed to the handler as it comes. */
export interface StreamBody {
  types: readonly string[];
  /** Takes bodies of other types too; `types` are those that are documented. */
  anyType?: boolean;
  maxBytes: number;
  description: string;
}

/** How a route words its errors when its clients are older than the app's own form. */
export interface ErrorForm {
  schema: z.ZodType;
  body(error: Omit<ErrorData, 'retryable'>, traceId: string): unknown;
}

/** What one status of a route's answer carries. Header values are their descriptions. */
export interface ReplySpec {
  description: string;
  schema?: z.ZodType;
  /** @default application/json */
  mediaType?: string;
  headers?: Record<string, string>;
}

/** The parsed JSON body; undefined when the client may send a binary one instead, and did. */
export type JsonBody<J extends z.ZodType, B> = B extends BinaryBody ? z.output<J> | undefined : z.output<J>;

export interface RouteSpec<
  P extends Shape,
  Q extends Shape,
  J extends z.ZodType,
  B extends BinaryBody | undefined = undefined,
> {
  method: Method;
  /** OpenAPI path, such as `/status/{id}:cancel`. */
  path: string;
  /** `function`: a function key is needed. */
  auth: 'function' | 'anonymous';
  /** Whether the handler itself asks for a key, as `Authorization: Bearer`. */
  bearer?: boolean;
  operationId: string;
  tag: Tag;
  summary: string;
  description?: string;
  params?: P;
  query?: Q;
  /** Request headers that the route understands: name to description. */
  headers?: Record<string, string>;
  json?: J;
  binary?: B;
  stream?: StreamBody;
  replies: Record<number, ReplySpec>;
  /** Errors it can answer with, beside those that any route can. */
  errors?: readonly Pick<ErrorData, 'code' | 'status'>[];
  /** @default the app's own */
  errorForm?: ErrorForm;
  handle(request: RouteRequest<z.output<P>, z.output<Q>, JsonBody<J, B>>): Promise<Reply>;
}

/** A request that has passed its schemas. */
export interface RouteRequest<P = Record<string, unknown>, Q = Record<string, unknown>, J = unknown> {
  params: P;
  query: Q;
  /** The parsed JSON body; undefined when the client sent a binary one, or the route takes none. */
  json: J;
  binary: { mediaType: string; bytes: Buffer } | undefined;
  /** The body of a route that takes a stream; can be read once. */
  stream: AsyncIterable<Uint8Array> | undefined;
  header(name: string): string | undefined;
  /** The client's own id for the trace (`Trace-ID`), or the request's. */
  traceId: string;
  /** The URL as the client sees it. */
  url: URL;
  invocation: InvocationContext;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is text, bytes or a stream of bytes already. */
  body?: unknown;
}

/** A route with its types erased, as the registry, the dispatcher and the OpenAPI document see it. */
export type Route = Omit<RouteSpec<Shape, Shape, z.ZodType, BinaryBody | undefined>, 'handle'> & {
  handle(request: RouteRequest): Promise<Reply>;
  /** Matches the path and captures its parameters by name. */
  pattern: RegExp;
};

/**
 * Declares a route: the one place where its path, schemas and answers are written. The declaration parses requests,
 * types the handler and becomes the OpenAPI document.
 */
export function defineRoute<
  P extends Shape,
  Q extends Shape,
  J extends z.ZodType,
  B extends BinaryBody | undefined = undefined,
>(spec: RouteSpec<P, Q, J, B>): Route {
  return {
    ...spec,
    pattern: pathPattern(spec.path),
    handle: (request) => spec.handle(request as RouteRequest<z.output<P>, z.output<Q>, JsonBody<J, B>>),
  };
}

/** `/status/{id}:cancel` to a pattern; a parameter takes no slash and no colon, so that verbs stay apart. */
function pathPattern(path: string): RegExp {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  // The runtime matches literals in any case, so the app does.
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, '(?<$1>[^/:]+)')}/?$`, 'i');
}

/** Routes that the runtime sees as one function: the same segments and the same key. */
export interface RouteGroup {
  /** Function name; names decide the order in which the genuine host tries routes. */
  name: string;
  /** The runtime's route template, such as `status/{p1}`. */
  template: string;
  auth: Route['auth'];
  routes: Route[];
}

/** Groups routes by the template that the runtime can tell apart: `/status/{id}` and `/status/{id}:cancel` are one. */
export function groupRoutes(routes: readonly Route[]): RouteGroup[] {
  const groups = new Map<string, RouteGroup>();
  for (const route of routes) {
    const template = templateOf(route.path);
    const key = `${template} ${route.auth}`;
    const group = groups.get(key) ?? {
      name: `${nameOf(template)}_${route.auth}`,
      template,
      auth: route.auth,
      routes: [],
    };
    group.routes.push(route);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function templateOf(path: string): string {
  const segments = path.split('/').filter(Boolean);
  return segments.map((segment, index) => (segment.includes('{') ? `{p${index}}` : segment)).join('/');
}

function nameOf(template: string): string {
  return template.replace(/[{}]/g, '').replace(/[^A-Za-z0-9]+/g, '_') || 'root';
}

export type RawRequest = HttpRequest;
