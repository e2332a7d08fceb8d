/** Copies the build of the host into the package: the compiler writes it to dist/ of the project. */
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const target = path.join(__dirname, 'dist');
const filter = (file) => !file.endsWith('.map');
fs.rmSync(target, { recursive: true, force: true });
for (const built of ['dist/host', 'dist/.types/host']) {
  fs.cpSync(path.join(root, built), target, { recursive: true, filter });
}
fs.copyFileSync(path.join(root, 'LICENSE'), path.join(__dirname, 'LICENSE'));
fs.chmodSync(path.join(target, 'cli.js'), 0o755);
