/**
 * Generates two clients from an OpenAPI document, each as its users do: types for `openapi-fetch` in `paths.ts`, and
 * functions in `sdk/`. Arguments: the document's file, the folder.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const [document, folder] = process.argv.slice(2);

// As its documentation advises for bytes.
const blob = ts.factory.createTypeReferenceNode('Blob');
const transform = ({ format }) => (format === 'binary' ? blob : undefined);
fs.writeFileSync(path.join(folder, 'paths.ts'), astToString(await openapiTS(pathToFileURL(document), { transform })));

await createClient({
  input: document,
  output: path.join(folder, 'sdk'),
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  logs: { level: 'error', file: false },
});
