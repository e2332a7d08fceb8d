import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiContentObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { bytesTypes, formTypes, hasBody } from './body.js';
import { type ReplySpec, type Route } from './route.js';
import { errorBody } from './schemas.js';

/** Answers of any route, besides its own. */
const COMMON: Record<number, string> = {
  400: 'The request is not valid; every problem is in `details`.',
  500: 'Something failed on our side; the message carries the trace id.',
  503: 'Storage or the task hub cannot be reached; try again after `Retry-After` seconds.',
};

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
    info: { ...info, license: { name: 'MIT', identifier: 'MIT' } },
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
    ...(route.description && { description: route.description }),
    security: securityOf(route),
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...(route.headers && { header: headerShape(route.headers) }),
    },
    ...(hasBody(route) && { requestBody: { required: true, content: bodyContent(route) } }),
    responses: responses(route),
  };
}

function securityOf({ auth, bearer }: Route): Record<string, string[]>[] {
  if (bearer) return [{ endpointKey: [] }];
  return auth === 'function' ? [{ functionKey: [] }, { functionCode: [] }] : [{}];
}

function headerShape(headers: Record<string, string>) {
  return z.object(
    Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, z.string().optional().describe(text)])),
  );
}

function bodyContent(route: Route) {
  const content: ZodOpenApiContentObject = {};
  if (route.json) for (const type of ['application/json', ...formTypes(route)]) content[type] = { schema: route.json };
  const description = (route.binary ?? route.stream)?.description;
  const schema = route.stream?.schema ?? z.string();
  for (const type of bytesTypes(route)) content[type] = { schema: schema.meta({ description }) };
  return content;
}

function responses(route: Route): ZodOpenApiResponsesObject {
  const own = Object.entries(route.replies).map(([status, spec]) => [status, replyObject(spec)] as const);
  return Object.fromEntries([...errorResponses(route), ...own]);
}

function errorResponses(route: Route) {
  const statuses = new Map(Object.entries(COMMON));
  if (route.auth === 'function') statuses.set('401', 'The function key is missing or not valid.');
  if (hasBody(route)) {
    statuses.set('413', 'The body is too long.');
    statuses.set('415', 'The content type is not supported.');
  }
  for (const { code, status } of route.errors ?? []) {
    const before = route.errors?.filter((error) => error.status === status).map((error) => `\`${error.code}\``);
    statuses.set(String(status), before?.join(', ') ?? code);
  }
  return [...statuses].map(([status, description]) => [status, errorObject(route, status, description)] as const);
}

function errorObject(route: Route, status: string, description: string): ZodOpenApiResponseObject {
  if (status === '401' && route.auth === 'function') return { description };
  if (route.errorForm) return replyObject({ description, schema: route.errorForm.schema });
  return replyObject({ description, schema: errorBody, headers: { 'x-ms-error-code': 'The error’s code.' } });
}

function replyObject({
  description,
  schema,
  mediaType = 'application/json',
  textTypes = [],
  headers,
}: ReplySpec): ZodOpenApiResponseObject {
  const texts = textTypes.map((type) => [type, { schema: z.string() }] as const);
  const header = (text: string) => ({ schema: { type: 'string' as const }, description: text });
  const entries = Object.entries(headers ?? {}).map(([name, text]) => [name, header(text)] as const);
  return {
    description,
    ...(headers && { headers: Object.fromEntries(entries) }),
    ...(schema && { content: { [mediaType]: { schema }, ...Object.fromEntries(texts) } }),
  };
}
