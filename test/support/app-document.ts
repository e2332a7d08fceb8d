import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../dev/plan.js';
import { type Core } from '../../src/operations/core.js';
import { openApiDocument } from '../../src/platform/http/openapi.js';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}
export type Content = Record<string, { schema?: Schema; examples?: Record<string, { value: unknown }> }>;
export interface DocumentedOperation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
}
/** What tests read of an OpenAPI document. */
export interface AppDocument {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema> };
}

/** The app's OpenAPI document, of the routes that loading `functions/` registers. Nothing is called. */
export function appDocument(): AppDocument {
  const nowhere = 'http://127.0.0.1:9';
  Object.assign(process.env, {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    IMAGE_PROVIDER_URL: nowhere,
    PLATE_READER_URL: nowhere,
    BANK_MAP_ML_URL: nowhere,
  });
  // The package warns of each function that it does not register outside of a host.
  const warned = jest.spyOn(console, 'warn').mockReturnValue();
  const folder = path.join(ROOT, 'dist/functions');
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    jest.requireActual(path.join(folder, file));
  }
  warned.mockRestore();
  const { core } = jest.requireActual<{ core: Core }>(path.join(folder, 'composition.js'));
  return openApiDocument(core.routes, core.info, 'http://127.0.0.1:7071') as unknown as AppDocument;
}
