/** Builds the project: the compiler, the OpenAPI document with the types of the client, and what is copied. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { writeOpenApi } = require('./write-openapi.cjs');

const root = path.join(__dirname, '..');

/** Ends the process when the build fails. Its output goes to stderr: stdout is for the program that is started. */
module.exports.build = () => {
  compile();
  // Node.js tells ES modules by the nearest package.json.
  fs.writeFileSync(path.join(root, 'client/dist/esm/package.json'), '{ "type": "module" }\n');
  if (writeOpenApi()) compile();
  require('./copy-assets.cjs');
};

function compile() {
  const compiler = [require.resolve('typescript/bin/tsc'), '-b', path.join(root, 'test')];
  const { status } = spawnSync(process.execPath, compiler, { stdio: ['ignore', 2, 2], cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

if (require.main === module) module.exports.build();
