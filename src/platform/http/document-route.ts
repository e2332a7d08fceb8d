import { z } from 'zod';
import { openApiDocument, type DocumentInfo } from './openapi.js';
import { defineRoute, type Route, type Tag } from './route.js';

/** Calls about the service itself. */
export const serviceTag: Tag = { name: 'Service', description: 'The service itself: its health and its description.' };

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
