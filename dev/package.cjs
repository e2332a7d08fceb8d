/**
 * `npm run package`: makes dist/package, the folder that is published to Azure (docs/deploy.md). The app and its packages are
 * one file with a source map, so that it loads from few files; packages that one function alone needs are files of their own.
 */
const esbuild = require('esbuild');
const { Buffer } = require('node:buffer');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const target = path.join(root, 'dist/package');
/** Loaded when they are first used. */
const LAZY = ['@azure/identity', '@tus/server', 'apache-arrow', 'exceljs'];
/** `@azure/functions-core` is given by the Functions worker. */
const EXTERNAL = ['@azure/functions-core'];

const fileOf = (name) => `${name.replace(/^@/, '').replace('/', '-')}.js`;

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  external: EXTERNAL,
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true, // errors are told by the names of their classes
  legalComments: 'none', // the licenses are in one file
  metafile: true,
  logLevel: 'warning',
};

const lazyPackages = {
  name: 'lazy packages',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${LAZY.join('|')})$`) }, ({ path: name }) => ({
      path: `./${fileOf(name)}`,
      external: true,
    }));
  },
};

/** A file of the app finds others relative to its own folder in dist/, which it leaves in the bundle. */
const ownFolders = {
  name: 'own folders',
  setup(build) {
    build.onLoad({ filter: /[/\\]dist[/\\](src|functions)[/\\].*\.js$/ }, ({ path: file }) => {
      const folder = path.posix.relative(
        '/dist/lib',
        `/${path.relative(root, path.dirname(file)).replaceAll('\\', '/')}`,
      );
      const contents = fs.readFileSync(file, 'utf8');
      return { contents: contents.replace(/\b__dirname\b/g, `require("node:path").join(__dirname, "${folder}")`) };
    });
  },
};

/** Traces show lines of the app's TypeScript. Those of packages are left out: they are nine tenths of the map. */
const ownSourceMap = {
  name: 'own source map',
  setup(build) {
    const empty = Buffer.from('{"version":3,"sources":["package"],"mappings":"A"}').toString('base64');
    build.onLoad({ filter: /[/\\]node_modules[/\\].*\.[cm]?js$/ }, ({ path: file }) => ({
      contents: `${fs.readFileSync(file, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${empty}`,
    }));
  },
};

async function bundles() {
  const functions = fs.readdirSync(path.join(root, 'dist/functions')).filter((name) => name.endsWith('.js'));
  const app = await esbuild.build({
    ...common,
    stdin: {
      contents: functions.map((name) => `require("./dist/functions/${name}");`).join('\n'),
      resolveDir: root,
      sourcefile: 'dist/app.js',
    },
    outfile: path.join(target, 'dist/lib/app.js'),
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [lazyPackages, ownFolders, ownSourceMap],
  });
  const lazy = await Promise.all(
    LAZY.map((name) =>
      esbuild.build({
        ...common,
        stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: path.join(root, resolverOf(name)) },
        outfile: path.join(target, 'dist/lib', fileOf(name)),
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
