/**
 * `npm run package`: makes dist/package, the folder that is published to Azure (docs/deploy.md). The app and its packages are
 * one file with a source map, so that it loads from few files. Packages that one function alone needs are files of their own,
 * and so is telemetry, which is off by default. It is made from the TypeScript and the ES modules of the packages: what is not
 * used is left out.
 */
const esbuild = require('esbuild');
const { Buffer } = require('node:buffer');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const target = path.join(root, 'dist/package');
/** Loaded when they are first used. */
const LAZY = ['./sdk.js', '@azure/identity', '@tus/server', 'apache-arrow', 'exceljs', 'undici', 'yaml'];
/** `@azure/functions-core` is given by the Functions worker. */
const EXTERNAL = ['@azure/functions-core'];

/** Of telemetry: it is the only lazy file of the app itself. */
const SDK = './src/platform/telemetry/sdk.ts';

const fileOf = (name) => (name === './sdk.js' ? 'telemetry.js' : `${name.replace(/^@/, '').replace('/', '-')}.js`);

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
  external: EXTERNAL,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none', // the licenses are in one file
  metafile: true,
  logLevel: 'warning',
};

const lazyFiles = {
  name: 'lazy files',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${LAZY.join('|')})$`) }, ({ path: name }) => ({
      path: `./${fileOf(name)}`,
      external: true,
    }));
  },
};

/** The TypeScript of the app. */
const ownCode = {
  name: 'own code',
  setup(build) {
    build.onLoad({ filter: /[/\\](src|functions)[/\\].*\.ts$/ }, ({ path: file }) => {
      const contents = fs.readFileSync(file, 'utf8');
      return { loader: 'ts', contents: withOwnFolder(file, withUsedZod(contents)) };
    });
  },
};

/** A file finds others relative to its own folder in dist/, which it leaves in the bundle. */
function withOwnFolder(file, contents) {
  const compiled = path.join('/dist', path.relative(root, path.dirname(file))).replaceAll('\\', '/');
  const folder = path.posix.relative('/dist/lib', compiled);
  return contents.replace(/\b__dirname\b/g, `require("node:path").join(__dirname, "${folder}")`);
}

/** Of a namespace esbuild takes what is used; of the object `z` it takes everything, with messages in 50 languages. */
function withUsedZod(contents) {
  return contents.replace("import { z } from 'zod';", "import * as z from 'zod';");
}

/** Traces show lines of the app's TypeScript. Those of packages are left out: they are four fifths of the map. */
const ownSourceMap = {
  name: 'own source map',
  setup(build) {
    // A map without any mapping would be ignored.
    const first = Buffer.from('{"version":3,"sources":["package"],"mappings":"AAAA"}').toString('base64');
    build.onLoad({ filter: /[/\\]node_modules[/\\].*\.[cm]?js$/ }, ({ path: file }) => ({
      contents: `${fs.readFileSync(file, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${first}`,
    }));
  },
};

async function bundles() {
  const functions = fs.globSync('functions/*.ts', { cwd: root }).sort();
  const app = await esbuild.build({
    ...common,
    stdin: {
      contents: functions.map((file) => `import './${file.replaceAll('\\', '/')}';`).join('\n'),
      resolveDir: root,
      sourcefile: 'app.ts',
      loader: 'ts',
    },
    alias: {
      axios: require.resolve('axios'), // else it is there twice: durable-functions requires it
      'form-data': require.resolve('./native-form-data.cjs'), // and with it a table of all media types
    },
    outfile: path.join(target, 'dist/lib/app.js'),
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [lazyFiles, ownCode, ownSourceMap],
  });
  const lazy = await Promise.all(
    LAZY.map((name) =>
      esbuild.build({
        ...common,
        stdin: {
          contents: `export * from ${JSON.stringify(name === './sdk.js' ? SDK : name)};`,
          resolveDir: path.join(root, resolverOf(name)),
        },
        outfile: path.join(target, 'dist/lib', fileOf(name)),
        keepNames: true, // some compare names of classes
      }),
    ),
  );
  return [app, ...lazy].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

/** apache-arrow is a package of the storage library; it may be below that in node_modules. */
const resolverOf = (name) => (name === 'apache-arrow' ? 'node_modules/@azure/storage-blob' : '.');

/** The licenses of all packages that are in the bundles. */
function licenses(inputs) {
  const folders = new Set(inputs.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    const file = fs.readdirSync(path.join(root, folder)).find((one) => /^(licen[cs]e|copying)/i.test(one));
    const text = file === undefined ? '' : fs.readFileSync(path.join(root, folder, file), 'utf8');
    return `${name} ${version} (${license ?? 'see the text'})\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function main() {
  fs.rmSync(target, { recursive: true, force: true });
  const inputs = await bundles();
  const write = (name, text) => fs.writeFileSync(path.join(target, name), text);
  fs.mkdirSync(path.join(target, 'dist/functions'));
  // Source maps hold for files that are loaded afterwards.
  write('dist/functions/app.js', "process.setSourceMapsEnabled(true);\nrequire('../lib/app.js');\n");
  for (const folder of ['assets', 'console']) {
    const source = path.join(root, 'dist', folder);
    if (fs.existsSync(source)) fs.cpSync(source, path.join(target, 'dist', folder), { recursive: true });
  }
  const { name, version, license, main: entry, engines } = JSON.parse(fs.readFileSync(path.join(root, 'package.json')));
  write(
    'package.json',
    `${JSON.stringify({ name, version, private: true, license, main: entry, engines }, undefined, 2)}\n`,
  );
  fs.copyFileSync(path.join(root, 'host.json'), path.join(target, 'host.json'));
  fs.copyFileSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
  write('THIRD-PARTY-LICENSES.txt', licenses(inputs));
  write('.funcignore', '/.funcignore\n');
}

module.exports.makePackage = main;
if (require.main === module) {
  require('./ensure-built.cjs');
  void main();
}
