import { type AppDocument, type Content, type DocumentedOperation, type Schema } from './app-document.js';

/**
 * A TypeScript module that calls each operation of a document with both clients of generate-clients.mjs, with
 * openapi-fetch once for each media type of its body, and requires that a JSON answer has a type.
 */
export function clientCalls(document: AppDocument): string {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => callsOf(document, path, method, operation)),
  );
  return [
    "import createClient from 'openapi-fetch';",
    "import { type paths } from './paths';",
    "import * as sdk from './sdk';",
    "const client = createClient<paths>({ baseUrl: 'http://127.0.0.1:7071' });",
    'declare function isTyped<T>(value: unknown extends T ? never : T): void;',
    ...calls,
  ].join('\n');
}

/** A member of an object literal: name and expression. */
type Field = [name: string, value: string];

function callsOf(document: AppDocument, path: string, method: string, operation: DocumentedOperation): string[] {
  const source = (schema: Schema) => sourceOf(document, schema);
  const group = (place: string) => {
    const fields = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === place)
      .map(({ name, schema }) => `${JSON.stringify(name)}: ${source(schema)}`);
    return fields.length > 0 ? [[place, `{ ${fields.join(', ')} }`]] : [];
  };
  const params = [...group('path'), ...group('query'), ...group('header')] as Field[];
  const fieldsOf = (entries: Field[]) => entries.map(([name, value]) => `${name}: ${value}`).join(', ');
  const sdkParams = params.map(([place, value]): Field => [place === 'header' ? 'headers' : place, value]);

  const bodies = Object.values(operation.requestBody?.content ?? { none: {} });
  return bodies.flatMap(({ schema }, index) => {
    const body: Field[] = schema ? [['body', source(schema)]] : [];
    const given = fieldsOf([...(params.length > 0 ? [['params', `{ ${fieldsOf(params)} }`] as Field] : []), ...body]);
    const fetched = `await client.${method.toUpperCase()}(${JSON.stringify(path)}, { ${given} })`;
    const called = `await sdk.${operation.operationId}({ ${fieldsOf([...sdkParams, ...body])} })`;
    const calls = index === 0 ? [fetched, called] : [fetched]; // the sdk has one media type, the first one
    return calls.map((call) => (hasJson(operation) ? `isTyped((${call}).data!);` : `${call};`));
  });
}

function hasJson({ responses }: DocumentedOperation): boolean {
  const isJson = (content: Content | undefined) => content?.['application/json']?.schema !== undefined;
  return Object.entries(responses).some(([status, { content }]) => status.startsWith('2') && isJson(content));
}

/** An expression of the schema's type. */
function sourceOf(document: AppDocument, schema: Schema): string {
  const { $ref, type, format, const: only, enum: values, anyOf, properties = {}, items } = schema;
  if ($ref !== undefined) return sourceOf(document, document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  if (only !== undefined) return JSON.stringify(only);
  if (values) return JSON.stringify(values[0]);
  if (anyOf) return sourceOf(document, anyOf[0] ?? {});
  switch (Array.isArray(type) ? type[0] : type) {
    case 'integer':
    case 'number':
      return '1';
    case 'boolean':
      return 'true';
    case 'array':
      return `[${sourceOf(document, items ?? {})}]`;
    case 'string':
      return format === 'binary' ? "new Blob(['bytes'])" : "'text'";
    default: {
      const fields = Object.entries(properties).map(
        ([name, of]) => `${JSON.stringify(name)}: ${sourceOf(document, of)}`,
      );
      return `{ ${fields.join(', ')} }`;
    }
  }
}
