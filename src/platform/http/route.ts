import { type HttpRequest, type InvocationContext } from '@azure/functions';
import { type z } from 'zod';
import { type ErrorData } from '../errors.js';

type Method = 'get' | 'head' | 'options' | 'post' | 'put' | 'patch' | 'delete';
export type Shape = z.ZodObject;

/** A chapter of the OpenAPI document. */
export interface Tag {
  name: string;
  description: string;
}

/** A whole number, 32 hexadecimal digits, or the rest of the path with its slashes, in the last segment only. */
type ParameterForm = 'int' | 'guid' | 'rest';

/** The forms as patterns; the runtime has route constraints of the first two names, which take more texts than these. */
const FORMS: Record<ParameterForm, string> = { int: '\\d{1,10}', guid: '[0-9a-fA-F]{32}', rest: '.+' };

/** A body of bytes: its media types and the most bytes. */
export interface BinaryBody {
  types: readonly string[];
  maxBytes: number;
  description: string;
}

/** A body that the handler reads as a stream. */
export interface StreamBody {
  types: readonly string[];
  /** Accepts other types too; `types` are the documented ones. */
  anyType?: boolean;
  maxBytes: number;
  description: string;
  /** Schemas in the OpenAPI document by media type. @default bytes */
  schemas?: Record<string, z.ZodType>;
  /** Whether a request may have no body. */
  isOptional?: boolean;
}

/** A request header: its description, or that and more. */
export type HeaderSpec =
  | string
  | {
      description: string;
      /** Whether a request without it is refused. */
      isRequired?: boolean;
      /** @default a string */
      schema?: z.ZodType;
    };

/** The form of a route's errors, for clients of an older API. */
export interface ErrorForm {
  /** Paths that have the form also where no route serves them: the first segments, such as `/v1`. */
  prefix?: string;
  schema: z.ZodType;
  body(error: Omit<ErrorData, 'retryable'>, traceId: string): unknown;
}

/** The answer of a route for one status. Header values are their descriptions. */
export interface ReplySpec {
  description: string;
  schema?: z.ZodType;
  /** @default application/json */
  mediaType?: string;
  /** Media types of texts that a client may ask for instead. */
  textTypes?: readonly string[];
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
  /** Whether it starts an operation, so that `STARTS_PER_MINUTE` limits it. */
  starts?: boolean;
  /** Whether its calls are spans. @default those of a route that starts an operation are */
  isTraced?: boolean;
  /** Whether the handler requires a key, as `Authorization: Bearer`. */
  bearer?: boolean;
  operationId: string;
  tag: Tag;
  summary: string;
  description?: string;
  params?: P;
  /** Forms of path parameters by which the runtime chooses between functions with the same path. @default any text */
  forms?: Record<string, ParameterForm>;
  query?: Q;
  /** Whether the OpenAPI document leaves it out. */
  hidden?: boolean;
  /** Request headers of the route by name. */
  headers?: Record<string, HeaderSpec>;
  /** Refuses a request before its body is read. @throws OperationError */
  check?(request: Pick<RouteRequest, 'header'>): void;
  json?: J;
  /** Media types of the JSON body. @default application/json */
  jsonTypes?: readonly string[];
  /** Whether a request without a body counts as one with `{}`. */
  isJsonOptional?: boolean;
  /** Whether the fields of the JSON body may be sent as a form without files instead; all values are texts then. */
  formBody?: boolean;
  binary?: B;
  stream?: StreamBody;
  replies: Record<number, ReplySpec>;
  /** Errors besides those of any route; `message` is an example. */
  errors?: readonly (Pick<ErrorData, 'code' | 'status'> & { message?: string })[];
  /** @default the app's own */
  errorForm?: ErrorForm;
  handle(request: RouteRequest<z.output<P>, z.output<Q>, JsonBody<J, B>>): Promise<Reply>;
}

/** A request after validation by the route's schemas. */
export interface RouteRequest<P = Record<string, unknown>, Q = Record<string, unknown>, J = unknown> {
  params: P;
  query: Q;
  /** The parsed JSON body; undefined when the client sent a binary one, or the route takes none. */
  json: J;
  binary: { mediaType: string; bytes: Buffer } | undefined;
  /** The body of a route with a stream; can be read once. */
  stream: AsyncIterable<Uint8Array> | undefined;
  header(name: string): string | undefined;
  /** The client's trace id (`Trace-ID`), or the request's. */
  traceId: string;
  /** The URL as the client sees it. */
  url: URL;
  invocation: InvocationContext;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is text, bytes or a stream of bytes. */
  body?: unknown;
}

/** A route with its types erased, for the registry, the dispatcher and the OpenAPI document. */
export type Route = Omit<RouteSpec<Shape, Shape, z.ZodType, BinaryBody | undefined>, 'handle'> & {
  handle(request: RouteRequest): Promise<Reply>;
  /** Matches the path and captures its parameters by name. */
  pattern: RegExp;
};

/**
 * Declares a route: its path, schemas and answers. The declaration parses requests, types the handler and becomes the
 * OpenAPI document.
 */
export function defineRoute<
  P extends Shape,
  Q extends Shape,
  J extends z.ZodType,
  B extends BinaryBody | undefined = undefined,
>(spec: RouteSpec<P, Q, J, B>): Route {
  return {
    ...spec,
    pattern: pathPattern(spec),
    handle: (request) => spec.handle(request as RouteRequest<z.output<P>, z.output<Q>, JsonBody<J, B>>),
  };
}

/** The pattern of a path such as `/status/{id}:cancel`; a parameter has no slash and no colon. */
function pathPattern({ path, forms = {} }: Pick<Route, 'path' | 'forms'>): RegExp {
  const escaped = path.replace(/\/$/, '').replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  // The runtime ignores the case of literals, so the app does.
  const capture = (_: string, name: string) => `(?<${name}>${forms[name] ? FORMS[forms[name]] : '[^/:]+'})`;
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, capture)}/?$`, 'i');
}

/** Routes that are one function of the runtime: the same segments and the same key. */
export interface RouteGroup {
  /** Function name; names decide the order in which the genuine host tries routes. */
  name: string;
  /** The runtime's route template, such as `status/{p1}`. */
  template: string;
  auth: Route['auth'];
  routes: Route[];
}

/** Groups routes by template: the runtime cannot tell `/status/{id}` from `/status/{id}:cancel`. */
export function groupRoutes(routes: readonly Route[]): RouteGroup[] {
  const groups = new Map<string, RouteGroup>();
  for (const route of routes) {
    const template = templateOf(route);
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

function templateOf({ path, forms = {} }: Pick<Route, 'path' | 'forms'>): string {
  const segments = path.split('/').filter(Boolean);
  return segments
    .map((segment, index) => {
      const form = forms[/^\{(\w+)\}$/.exec(segment)?.[1] ?? ''];
      if (form === 'rest') return `{*p${index}}`;
      return segment.includes('{') ? `{p${index}${form ? `:${form}` : ''}}` : segment;
    })
    .join('/');
}

function nameOf(template: string): string {
  return template.replace(/[{}*]/g, '').replace(/[^A-Za-z0-9]+/g, '_') || 'root';
}

export type RawRequest = HttpRequest;
