/** Builds the project: the compiler, the OpenAPI document with the types of the client, what is copied, the console. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { writeOpenApi } = require('./write-openapi.cjs');

const root = path.join(__dirname, '..');

/** Written when a build has succeeded, with the time when it began. */
const stamp = path.join(root, 'dist/.built');
module.exports.stamp = stamp;

/** Ends the process when the build fails. Its output goes to stderr: stdout is for the program that is started. */
module.exports.build = () => {
  const began = new Date();
  fs.rmSync(stamp, { force: true });
  compile();
  // Node.js tells ES modules by the nearest package.json.
  fs.writeFileSync(path.join(root, 'client/dist/esm/package.json'), '{ "type": "module" }\n');
  if (writeOpenApi()) compile();
  require('./copy-assets.cjs');
  buildConsole();
  fs.writeFileSync(stamp, '');
  fs.utimesSync(stamp, began, began);
};

/** The tests refer to all the rest. Images are built without them. */
function compile() {
  const tests = path.join(root, 'test');
  run(require.resolve('typescript/bin/tsc'), '-b', fs.existsSync(tests) ? tests : root);
}

function run(...script) {
  const { status } = spawnSync(process.execPath, script, { stdio: ['ignore', 2, 2], cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

/** Builds the pages of the console, when something that they are made of is newer than they are. */
function buildConsole() {
  const built = fs.statSync(path.join(root, 'dist/console/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['console/**/*.*', 'client/dist/esm/*.js', 'docs/errors.md', 'package-lock.json'];
  const times = fs.globSync(sources, { cwd: root }).map((file) => fs.statSync(path.join(root, file)).mtimeMs);
  if (Math.max(...times) < built) return;
  run(require.resolve('typescript/bin/tsc'), '-p', 'console');
  run(path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'console/vite.config.mjs');
}

if (require.main === module) module.exports.build();
