import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Spectral, type RulesetDefinition } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import ts from 'typescript';
import { ROOT } from '../../../dev/plan.js';
import { appDocument, type DocumentedOperation } from '../../support/app-document.js';
import { clientCalls } from '../../support/client-calls.js';

// The app says at its start that streams are on.
jest.spyOn(console, 'debug').mockReturnValue();
const document = appDocument();
const operations = Object.entries(document.paths).flatMap(([at, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${at}`, operation })),
);
const run = promisify(execFile);

/** Inside the repository, so that packages are found. */
let folder: string;
let file: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(ROOT, 'dist/openapi-'));
  file = path.join(folder, 'openapi.json');
  fs.writeFileSync(file, JSON.stringify(document));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

test('every operation has an id of its own, a summary, a description and a tag', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const isIncomplete = ({ summary, description, tags }: DocumentedOperation) =>
    summary === '' || description === '' || tags.length !== 1;
  expect(operations.filter(({ operation }) => isIncomplete(operation))).toEqual([]);
});

test('every error that has a body has an example for each of its codes', () => {
  const without = operations.flatMap(({ name, operation }) =>
    Object.entries(operation.responses)
      .filter(([status, { content }]) => status >= '400' && content)
      .filter(([, { content = {} }]) => Object.values(content).some(({ examples }) => !examples))
      .map(([status]) => `${name}: ${status}`),
  );
  // These say more than an error: their schemas are their own.
  expect(without).toEqual(['GET /health: 503', 'POST /v1/{serverlessId}/sync: 413']);
});

test.each([
  ['submitStatements', ['RecognitionForId']],
  ['createTusUpload', ['Tus-Resumable', 'Upload-Metadata']],
  ['appendToTusUpload', ['Tus-Resumable', 'Upload-Offset']],
  ['overrideTusMethod', ['Tus-Resumable', 'X-HTTP-Method-Override']],
  ['postResult', ['X-Refer-Key']],
])('%s requires its headers', (id, headers) => {
  const found = operations.find(({ operation }) => operation.operationId === id)?.operation.parameters ?? [];
  expect(found.filter((of) => of.in === 'header' && of.required).map(({ name }) => name)).toEqual(headers);
});

test('every schema has one place in the document', () => {
  const places = new Map<string, string[]>();
  const collect = (node: unknown, at: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { description: _, ...schema } = node as { description?: string; properties?: object; enum?: unknown[] };
    if (Object.keys(schema.properties ?? {}).length > 0 || (schema.enum?.length ?? 0) > 1) {
      const key = JSON.stringify(schema);
      places.set(key, [...(places.get(key) ?? []), at]);
    }
    for (const [name, child] of Object.entries(node)) if (name !== 'examples') collect(child, `${at}/${name}`);
  };
  collect(document, '#');
  expect([...places.values()].filter(({ length }) => length > 1)).toEqual([]);
});

test('the document passes the linter of Redocly', async () => {
  const cli = path.join(path.dirname(require.resolve('@redocly/cli/package.json')), 'bin/cli.js');
  const lint = run(process.execPath, [cli, 'lint', file, '--max-problems', '1000'], {
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  await expect(lint).resolves.toMatchObject({ stderr: expect.not.stringContaining('warning') as string });
});

test('the document passes the recommended rules of Spectral', async () => {
  const spectral = new Spectral();
  // The paths of existing clients end with a slash (docs/contracts/files.md).
  const rules = { 'path-keys-no-trailing-slash': 'off' } as const;
  spectral.setRuleset({ extends: [[oas as unknown as RulesetDefinition, 'recommended']], rules });
  const problems = await spectral.run(JSON.stringify(document));
  expect(problems.map(({ code, path: at, message }) => `${code} ${at.join('/')}: ${message}`)).toEqual([]);
});

test('clients are generated from the document, and a call of each operation compiles', async () => {
  await run(process.execPath, [path.join(ROOT, 'test/support/generate-clients.mjs'), file, folder]);
  const calls = path.join(folder, 'calls.ts');
  fs.writeFileSync(calls, clientCalls(document));
  const program = ts.createProgram([calls], {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  });
  const problems = ts.getPreEmitDiagnostics(program).map((problem) => {
    const line = problem.file?.text.slice(0, problem.start).split('\n').length;
    const text = ts.flattenDiagnosticMessageText(problem.messageText, '\n');
    return `${path.basename(problem.file?.fileName ?? '')}:${line} ${text}`;
  });
  expect(problems).toEqual([]);
  expect(program.getSourceFile(calls)?.statements.length).toBeGreaterThan(2 * operations.length);
}, 300_000);
