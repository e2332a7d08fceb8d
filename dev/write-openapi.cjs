/**
 * Writes docs/openapi.json, the OpenAPI document of the app with default settings, and client/src/api.ts, its types for the
 * client. `--print` prints the texts of both files as JSON instead.
 */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const DOCUMENT = 'docs/openapi.json';
const TYPES = 'client/src/api.ts';

/** All settings of the app that have no default. Nothing is called. */
const SETTINGS = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  IMAGE_PROVIDER_URL: 'http://127.0.0.1:7101',
  PLATE_READER_URL: 'http://127.0.0.1:7102',
  BANK_MAP_ML_URL: 'http://127.0.0.1:7103',
};

/** Writes the files when the build is newer. Returns whether the types have changed, so that they must be compiled. */
module.exports.writeOpenApi = () => {
  const stamp = path.join(root, 'dist/.openapi');
  const timeOf = (file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  const newest = Math.max(...[DOCUMENT, TYPES, 'dist/.tsbuildinfo', 'dev/write-openapi.cjs'].map(timeOf));
  if (fs.existsSync(stamp) && fs.statSync(stamp).mtimeMs >= newest) return false;
  const { status, stdout } = spawnSync(process.execPath, [__filename, '--print'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) process.exit(status ?? 1);
  const changed = Object.entries(JSON.parse(stdout)).filter(([file, text]) => {
    const name = path.join(root, file);
    if (fs.existsSync(name) && fs.readFileSync(name, 'utf8') === text) return false;
    fs.writeFileSync(name, text);
    console.error(`wrote ${file}: commit it`);
    return true;
  });
  fs.writeFileSync(stamp, '');
  return changed.some(([file]) => file === TYPES);
};

async function print() {
  process.env = SETTINGS; // those of the shell would change the document
  console.debug = console.warn = () => undefined; // the packages say that this is no Functions runtime
  for (const file of fs
    .readdirSync(path.join(root, 'dist/functions'))
    .filter((name) => name.endsWith('.js'))
    .sort())
    require(path.join(root, 'dist/functions', file));
  const { core } = require(path.join(root, 'dist/functions/composition.js'));
  const { openApiDocument } = require(path.join(root, 'dist/src/platform/http/openapi.js'));
  const document = openApiDocument(core.routes, core.info, 'http://127.0.0.1:7071');
  const { default: typesOf, astToString } = await import('openapi-typescript');
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  const types = astToString(await typesOf(JSON.parse(text), { alphabetize: true, defaultNonNullable: false }));
  const files = {
    [DOCUMENT]: text,
    [TYPES]: `// Written by dev/write-openapi.cjs from docs/openapi.json.\n\n${types}`,
  };
  process.stdout.write(JSON.stringify(files), () => process.exit());
}

if (require.main === module) void print();
