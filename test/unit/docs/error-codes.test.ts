import path from 'node:path';
import * as errors from '../../../src/platform/errors.js';
import { readFile, repositoryFiles } from '../../support/documents.js';

/** Every table in src/, also those that are not exported: loading a module calls `defineErrors`. */
function definedErrors(): errors.ErrorData[] {
  const define = jest.spyOn(errors, 'defineErrors');
  const modules = repositoryFiles().filter(
    (file) => /^src\/.*\.ts$/.test(file) && readFile(file).includes('defineErrors('),
  );
  for (const file of modules) jest.requireActual(path.join('../../..', file.replace(/\.ts$/, '.js')));
  const tables = define.mock.results.map(({ value }) => value as ReturnType<typeof errors.defineErrors>);
  expect(tables.length).toBeGreaterThanOrEqual(modules.length - 1); // the platform's own table was made when the test was loaded
  return [errors.commonErrors, ...tables].flatMap((table) => Object.values(table).map((make) => make('').data));
}

test('docs/errors.md lists every code with its status and whether trying again can help, and no other', () => {
  const documented = [...readFile('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \| (yes|no) \|/gm)];
  const defined = definedErrors();
  expect(defined.length).toBeGreaterThan(50);
  expect(documented.map(([, code, status, again]) => [code, status, again]).sort()).toEqual(
    defined.map(({ code, status, retryable }) => [code, String(status), retryable ? 'yes' : 'no']).sort(),
  );
});
