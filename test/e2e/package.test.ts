import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { ROOT } from '../../dev/plan.js';
import { startStack, type Stack } from '../../dev/stack.js';

const PACKAGE = path.join(ROOT, 'dist/package');
const MAX_ZIPPED_BYTES = 30_000_000;

/** Paths of the files of the package, which is the folder that `func azure functionapp publish` and `azd` send. */
function files(): string[] {
  const entries = fs.readdirSync(PACKAGE, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(PACKAGE, path.join(entry.parentPath, entry.name)))
    .sort();
}

let stack: Stack;
beforeAll(async () => {
  execFileSync(process.execPath, ['-e', 'require("./dev/package.cjs").makePackage()'], { cwd: ROOT, stdio: 'inherit' });
  stack = await startStack({ app: PACKAGE });
});
afterAll(() => stack.stop());

test('it has what the app needs, and nothing else', () => {
  // The files of the console have names by their content.
  expect(files().filter((file) => !file.startsWith('dist/console/'))).toEqual([
    '.funcignore',
    'LICENSE',
    'THIRD-PARTY-LICENSES.txt',
    'dist/assets/favicon-32x32.png',
    'dist/assets/redoc.standalone.js',
    'dist/assets/swagger-ui-bundle.js',
    'dist/assets/swagger-ui.css',
    'dist/functions/app.js',
    'dist/lib/apache-arrow.js',
    'dist/lib/app.js',
    'dist/lib/app.js.map',
    'dist/lib/azure-identity.js',
    'dist/lib/exceljs.js',
    'dist/lib/telemetry.js',
    'dist/lib/tus-server.js',
    'dist/lib/undici.js',
    'dist/lib/yaml.js',
    'host.json',
    'package.json',
  ]);
  // The Core Tools read a line as the beginning of a path from the root (test/unit/platform/funcignore.test.ts).
  expect(fs.readFileSync(path.join(PACKAGE, '.funcignore'), 'utf8')).toBe('/.funcignore\n');
});

test('it is at most 30 MB as a zip', () => {
  const sizes = files().map((file) => deflateRawSync(fs.readFileSync(path.join(PACKAGE, file)), { level: 1 }).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_ZIPPED_BYTES);
});

test('the app of the package reads plates, and serves its documents and pages', async () => {
  const plate = await fetch(`${stack.url}/plates/9965`);
  expect(plate.status).toBe(200);
  const openApi = (await (await fetch(`${stack.url}/openapi.json`)).json()) as { paths: object };
  const committed = JSON.parse(fs.readFileSync(path.join(ROOT, 'docs/openapi.json'), 'utf8')) as { paths: object };
  expect(Object.keys(openApi.paths)).toEqual(Object.keys(committed.paths));
  expect(await (await fetch(`${stack.url}/swagger.yaml`)).text()).toMatch(/^openapi: 3\.1\.1$/m);
});

test('a trace shows lines of the TypeScript', () => {
  const { stderr } = spawnSync(process.execPath, [path.join(PACKAGE, 'dist/functions/app.js')], {
    env: {}, // without its settings the app does not load
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/at readConfig .*src\/platform\/config\.ts:\d+/);
});

test('files that are loaded when they are needed can be loaded', () => {
  const script = `
    const lib = (name) => require(${JSON.stringify(path.join(PACKAGE, 'dist/lib'))} + '/' + name);
    console.log([
      typeof lib('exceljs.js').stream.xlsx.WorkbookReader,
      typeof lib('azure-identity.js').ManagedIdentityCredential,
      typeof lib('tus-server.js').Server,
      typeof lib('apache-arrow.js').tableFromIPC,
      typeof lib('undici.js').Agent,
      typeof lib('yaml.js').stringify,
      typeof lib('telemetry.js').createTelemetry,
    ].join());`;
  const output = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(output.trim()).toBe(Array(7).fill('function').join());
});
