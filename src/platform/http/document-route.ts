import type * as Yaml from 'yaml';
import { z } from 'zod';
import { openApiDocument, type DocumentInfo } from './openapi.js';
import { defineRoute, type Route, type Tag } from './route.js';

/** Calls about the service itself. */
export const serviceTag: Tag = { name: 'Service', description: 'The service itself: its health and its description.' };

/** RFC 9512. */
const YAML_TYPE = 'application/yaml; charset=utf-8';

/** Serves the OpenAPI document of the given routes. They are read at each request, so later ones are included. */
export function createDocumentRoute(routes: readonly Route[], info: DocumentInfo): Route {
  return defineRoute({
    method: 'get',
    path: '/openapi.json',
    auth: 'anonymous',
    operationId: 'getOpenApiDocument',
    tag: serviceTag,
    summary: 'This API as an OpenAPI 3.1 document',
    replies: { 200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) } },
    handle: (request) => Promise.resolve({ status: 200, body: openApiDocument(routes, info, request.url.origin) }),
  });
}

/** The same document under `/swagger.json` and, as YAML, `/swagger.yaml`, which existing clients read. */
export function createDocumentCopies(routes: readonly Route[], info: DocumentInfo): Route[] {
  const original = createDocumentRoute(routes, info);
  const hidden = { ...original, hidden: true };
  return [
    defineRoute({ ...hidden, path: '/swagger.json', operationId: 'getSwaggerJson' }),
    defineRoute({
      ...hidden,
      path: '/swagger.yaml',
      operationId: 'getSwaggerYaml',
      async handle(request) {
        const { status, body } = await original.handle(request);
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- this call alone needs it
        const { stringify } = require('yaml') as typeof Yaml;
        const text = stringify(body, { aliasDuplicateObjects: false });
        return { status, headers: { 'Content-Type': YAML_TYPE }, body: text };
      },
    }),
  ];
}
