import { get } from '../../api/queries.js';

/** What the reader shows of an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0). */
export interface Document {
  info: { title: string; version: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; description?: string; content: Record<string, Media> };
  responses: Record<string, Response>;
}

export interface Parameter {
  in: 'path' | 'query' | 'header' | 'cookie';
  name: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Media {
  schema?: Schema;
  example?: unknown;
}

interface Response {
  description: string;
  content?: Record<string, Media>;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

export interface Call extends Operation {
  method: string;
  path: string;
}

export const openApi = { ...get<Document>('/openapi.json'), staleTime: Infinity };

/** The calls by tag, in the order of the document. */
export function callsByTag({ paths, tags = [] }: Document): { tag: string; description?: string; calls: Call[] }[] {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Call => ({ ...operation, method, path })),
  );
  return tags
    .map(({ name, description }) => ({
      tag: name,
      description,
      calls: calls.filter((call) => (call.tags ?? []).includes(name)),
    }))
    .filter((group) => group.calls.length > 0);
}

/** What a reference names. */
export function resolved(document: Document, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...beside } = schema;
  return { ...resolved(document, document.components.schemas[nameOf($ref)] ?? {}), ...beside };
}

const nameOf = (reference: string) => reference.replace('#/components/schemas/', '');

/** A type in one line, such as `integer, 1 to 100` or `array of EndpointRequest`. */
export function typeOf(document: Document, schema: Schema): string {
  if (schema.$ref !== undefined) {
    const { type, enum: values } = resolved(document, schema);
    return type === 'string' && values ? typeOf(document, { enum: values }) : nameOf(schema.$ref);
  }
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map((one) => typeOf(document, one)).join(' or ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === 'array') return `array of ${typeOf(document, schema.items ?? {})}`;
  const type = [schema.type ?? 'any'].flat().join(' or ');
  return [schema.format === undefined ? type : `${type} (${schema.format})`, rangeOf(schema)]
    .filter(Boolean)
    .join(', ');
}

function rangeOf({ minimum, maximum, maxLength }: Schema): string {
  // zod gives the safe integers as the range of each integer.
  const isGiven = (value: number | undefined) => value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  if (isGiven(minimum) && isGiven(maximum)) return `${minimum} to ${maximum}`;
  if (isGiven(minimum)) return `from ${minimum}`;
  if (isGiven(maximum)) return `up to ${maximum}`;
  return maxLength === undefined ? '' : `at most ${maxLength} characters`;
}

const DEPTH = 6;

/** A value as the schema has it: its example, else a made one. */
export function exampleOf(document: Document, of: Schema, depth = 0): unknown {
  const schema = resolved(document, of);
  const given = schema.examples?.[0] ?? schema.default ?? schema.const ?? schema.enum?.[0];
  if (given !== undefined || depth > DEPTH) return given ?? null;
  const part = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (part) return exampleOf(document, part, depth + 1);
  const type = [schema.type ?? 'object'].flat()[0];
  if (type === 'array') return [exampleOf(document, schema.items ?? {}, depth + 1)];
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return false;
  if (type === 'string') return TEXTS[schema.format ?? ''] ?? 'text';
  const required = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
  return Object.fromEntries(required.map(([name, value]) => [name, exampleOf(document, value, depth + 1)]));
}

const TEXTS: Record<string, string> = { 'date-time': '2026-01-01T00:00:00Z', uri: 'https://example.com/' };

/** The words that a search finds a call by. */
export const textOf = ({ method, path, operationId, summary }: Call) =>
  `${method} ${path} ${operationId} ${summary}`.toLowerCase();
