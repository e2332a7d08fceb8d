import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiContentObject,
  type ZodOpenApiMediaTypeObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiRequestBodyObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { commonErrors, type ErrorFactory } from '../errors.js';
import { bytesTypes, formTypes, hasBody, jsonTypes } from './body.js';
import { type HeaderSpec, type ReplySpec, type Route } from './route.js';
import { bytes, ownErrorForm } from './schemas.js';

/** Errors of any route, besides its own: what they mean. */
const COMMON: readonly [ErrorFactory, meaning: string][] = [
  [commonErrors.InvalidRequest, 'The request is not valid; every problem is in `details`.'],
  [commonErrors.InternalError, 'Something failed on our side; the message has the trace id.'],
  [
    commonErrors.ServiceUnavailable,
    'Storage or the task hub cannot be reached; try again after `Retry-After` seconds.',
  ],
];
const TOO_LARGE: (typeof COMMON)[number] = [commonErrors.PayloadTooLarge, 'The body is too long.'];
const UNSUPPORTED: (typeof COMMON)[number] = [commonErrors.UnsupportedMediaType, 'The content type is not supported.'];
/** A trace id in examples. */
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

export interface DocumentInfo {
  title: string;
  version: string;
  description: string;
}

/** The OpenAPI 3.1 document of the routes (https://spec.openapis.org/oas/v3.1.1). */
export function openApiDocument(
  routes: readonly Route[],
  info: DocumentInfo,
  serverUrl: string,
): ReturnType<typeof createDocument> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  const shown = routes.filter(({ hidden }) => !hidden);
  for (const route of shown) (paths[route.path] ??= {})[route.method] = operationObject(route);
  return createDocument({
    openapi: '3.1.1',
    info: { ...info, contact: { name: 'The operators of this service' }, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: serverUrl }],
    tags: [...new Set(shown.map(({ tag }) => tag))],
    paths,
    components: {
      securitySchemes: {
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        functionCode: { type: 'apiKey', in: 'query', name: 'code' },
        endpointKey: { type: 'http', scheme: 'bearer' },
      },
    },
  });
}

function operationObject(route: Route): ZodOpenApiOperationObject {
  return {
    operationId: route.operationId,
    tags: [route.tag.name],
    summary: route.summary,
    description: [route.description, accessOf(route)].filter(Boolean).join(' '),
    security: securityOf(route),
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...(route.headers && { header: headerShape(route.headers) }),
    },
    ...(hasBody(route) && { requestBody: requestBody(route) }),
    responses: responses(route),
  };
}

function securityOf({ auth, bearer }: Route): Record<string, string[]>[] {
  if (bearer) return [{ endpointKey: [] }];
  return auth === 'function' ? [{ functionKey: [] }, { functionCode: [] }] : [{}];
}

function requestBody(route: Route): ZodOpenApiRequestBodyObject {
  const { description } = route.binary ?? route.stream ?? {};
  return {
    ...(description !== undefined && { description }),
    required: !(route.stream?.isOptional ?? route.isJsonOptional),
    content: bodyContent(route),
  };
}

/** Who may make the call. */
function accessOf({ auth, bearer }: Route): string {
  if (bearer) return 'Needs a key of the endpoint.';
  return auth === 'function' ? 'Needs a function key.' : 'Needs no function key.';
}

function headerShape(headers: Record<string, HeaderSpec>) {
  const shape = Object.entries(headers).map(([name, spec]) => {
    const {
      description,
      isRequired = false,
      schema = z.string(),
    } = typeof spec === 'string' ? { description: spec } : spec;
    return [name, (isRequired ? schema : schema.optional()).meta({ description })] as const;
  });
  return z.object(Object.fromEntries(shape));
}

function bodyContent(route: Route) {
  const content: ZodOpenApiContentObject = {};
  if (route.json) for (const type of [...jsonTypes(route), ...formTypes(route)]) content[type] = { schema: route.json };
  for (const type of bytesTypes(route)) content[type] = { schema: route.stream?.schemas?.[type] ?? bytes };
  return content;
}

function responses(route: Route): ZodOpenApiResponsesObject {
  const own = Object.entries(route.replies).map(([status, spec]) => [status, replyObject(spec)] as const);
  return Object.fromEntries([...errorResponses(route), ...own]);
}

type KnownError = NonNullable<Route['errors']>[number];

function errorResponses(route: Route): [status: string, ZodOpenApiResponseObject][] {
  const own = Map.groupBy(route.errors ?? [], ({ status }) => status);
  const common = new Map(commonErrorsOf(route).map(([error, meaning]) => [error.status, { error, meaning }]));
  const all = [...new Set([...common.keys(), ...own.keys()])];
  const statuses = all.map((status): [string, ZodOpenApiResponseObject] => {
    const known = own.get(status) ?? [];
    const { error, meaning } = common.get(status) ?? {};
    // Routes with a form of their own answer with codes of their own too.
    const errors = error && (known.length === 0 || !route.errorForm) ? [...known, error] : known;
    const codes = errors.map(({ code }) => `\`${code}\``).join(', ');
    return [String(status), errorObject(route, known.length === 0 ? (meaning ?? codes) : codes, errors)];
  });
  const keyless = { description: 'The function key is missing or not valid. The host answers without a body.' };
  return route.auth === 'function' ? [...statuses, ['401', keyless]] : statuses;
}

function commonErrorsOf(route: Route): typeof COMMON {
  if (!hasBody(route)) return COMMON;
  return [...COMMON, TOO_LARGE, ...(route.stream?.anyType ? [] : [UNSUPPORTED])];
}

function errorObject(route: Route, description: string, errors: readonly KnownError[]): ZodOpenApiResponseObject {
  const form = route.errorForm ?? ownErrorForm;
  const examples = errors.map(({ code, status, message }) => {
    const value = form.body({ code, status, message: message ?? `${inWords(code)}.` }, TRACE_ID);
    return [code, { summary: inWords(code), value }] as const;
  });
  const headers = { 'x-ms-error-code': 'The code of the error.' };
  // An answer to HEAD has no body.
  if (route.method === 'head') return replyObject({ description, headers });
  return replyObject({ description, schema: form.schema, headers }, Object.fromEntries(examples));
}

/** A code in words: `ImageNotFound` becomes "Image not found". */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function replyObject(
  { description, schema, mediaType = 'application/json', textTypes = [], headers }: ReplySpec,
  examples?: ZodOpenApiMediaTypeObject['examples'],
): ZodOpenApiResponseObject {
  const texts = textTypes.map((type) => [type, { schema: z.string() }] as const);
  const header = (text: string) => ({ schema: { type: 'string' as const }, description: text });
  const entries = Object.entries(headers ?? {}).map(([name, text]) => [name, header(text)] as const);
  return {
    description,
    ...(headers && { headers: Object.fromEntries(entries) }),
    ...(schema && {
      content: { [mediaType]: { schema, ...(examples && { examples }) }, ...Object.fromEntries(texts) },
    }),
  };
}
