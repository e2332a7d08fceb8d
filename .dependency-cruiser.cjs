/** What may import what (docs/architecture.md), type imports included. Run by `npm run lint`. */

/** The code's folders, each with the others that it may import. A folder that is not named here may import any. */
const FOLDERS = {
  src: [],
  functions: ['src'],
  examples: ['src'],
  host: [],
  services: [],
  client: [],
  console: [],
  cli: ['client', 'dev', 'admin', 'host', 'src/platform'],
  dev: ['client', 'src/platform'],
  admin: ['src', 'dev', 'client'],
};

/** The shared layers of src/, lowest first: each may import those before it. Every other folder of src/ is a slice. */
const LAYERS = ['platform', 'webhooks', 'operations'];

/** `from` may import nothing of `within` but what `allowed` matches. */
const only = (name, from, within, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^${from}` },
  to: { path: `^${within}`, pathNot: `^${allowed}` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-dependencies-in-the-app',
      severity: 'error',
      from: { path: '^(functions|src)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    ...Object.entries(FOLDERS).map(([folder, others]) =>
      only(
        `imports-of-${folder}`,
        `${folder}/`,
        '(?!.*node_modules/)[^/]+/.*[.]ts$',
        `(${[folder, ...others].join('|')})/`,
      ),
    ),
    ...LAYERS.map((layer, index) =>
      only(`imports-of-${layer}`, `src/${layer}/`, 'src/', `src/(${LAYERS.slice(0, index + 1).join('|')})/`),
    ),
    only('imports-of-slices', `src/(?!(?:${LAYERS.join('|')})/)([^/]+)/`, 'src/', `src/($1|${LAYERS.join('|')})/`),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'test/tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^(client|examples/[^/]+)/dist/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
