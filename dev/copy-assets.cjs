/**
 * Copies what pages of the documents need into the build, so that the packages are not deployed: that of Redoc pulls 85 MB
 * of others. The copies load nothing from other hosts (docs/files-lists.md).
 */
const fs = require('node:fs');
const path = require('node:path');

const source = path.join(path.dirname(require.resolve('redoc/package.json')), 'bundles/redoc.standalone.js');
const target = path.join(__dirname, '../dist/assets/redoc.standalone.js');
/** The only address that it loads by itself; without the image it shows a text. */
const LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

const timeOf = (file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
if ((timeOf(target) ?? 0) < Math.max(timeOf(source), timeOf(__filename))) {
  const parts = fs.readFileSync(source, 'utf8').split(LOGO);
  if (parts.length !== 2) throw new Error(`${source} does not name ${LOGO} once: check what this version loads.`);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, parts.join('data:,'));
}

const swagger = path.dirname(require.resolve('swagger-ui-dist/package.json'));
for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']) {
  const [from, to] = [path.join(swagger, name), path.join(__dirname, '../dist/assets', name)];
  if ((timeOf(to) ?? 0) < timeOf(from)) fs.copyFileSync(from, to);
}
