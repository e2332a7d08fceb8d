import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../../../dev/plan.js';
import { repositoryFiles } from '../../support/documents.js';

const text = fs.readFileSync(path.join(ROOT, '.funcignore'), 'utf8');

const deployed = [
  'host.json',
  'package.json',
  'package-lock.json',
  'dist/assets/redoc.standalone.js',
  'dist/console/index.html',
  'dist/console/assets/index-a1b2.js.br',
  'dist/functions/operations.js',
  'dist/functions/plates.js',
  'dist/src/operations/operation.orchestrator.js',
  'dist/src/plates/image-provider.js',
  'dist/src/platform/http/route.js',
  'node_modules/.package-lock.json',
  'node_modules/.bin/node',
  'node_modules/axios/package.json',
  'node_modules/axios/README.md',
  'node_modules/axios/index.d.ts',
  'node_modules/axios/dist/node/axios.cjs.map',
  'node_modules/durable-functions/lib/src/index.js',
  'node_modules/durable-functions/src/index.ts',
  'node_modules/some/dist/test/index.js',
  'node_modules/some/host/docs/test/tsconfig.json',
  'node_modules/some/.eslintrc',
];

const leftOut = [
  '.funcignore',
  '.editorconfig',
  '.gitattributes',
  '.gitignore',
  '.nvmrc',
  '.prettierrc.json',
  '.git/HEAD',
  '.github/workflows/ci.yml',
  '.longhaul/host/state.sqlite',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'npm-debug.log',
  'admin/serverless.ts',
  'bench/main.ts',
  'cli/bank-map.ts',
  'dev/start.ts',
  'docs/deploy.md',
  'docs/contracts/operations.md',
  'examples/thumbnails/package.json',
  'functions/plates.ts',
  'host/cli.ts',
  'host/durable/index.ts',
  'infra/main.bicep',
  'june.zip',
  'june.zip.truth.jsonl',
  'samples/june.zip',
  'services/faults.ts',
  'services/image-provider/samples/9965.jpg',
  'src/platform/config.ts',
  'test/unit/platform/funcignore.test.ts',
  'console/src/main.tsx',
  'coverage/lcov.info',
  'dist/.tsbuildinfo',
  'dist/admin/serverless.js',
  'dist/bench/main.js',
  'dist/cli/bank-map.js',
  'dist/dev/start.js',
  'dist/examples/thumbnails/functions/app.js',
  'dist/host/cli.js',
  'dist/services/faults.js',
  'dist/test/unit/platform/funcignore.test.js',

  'dist/functions/app.js.map',
  'dist/src/platform/config.js.map',
  'dist/src/platform/http/route.js.map',
  'Dockerfile',
  'Dockerfile.azure',
  'azure.yaml',
  'compose.yaml',
  'dist/package/host.json',
  'eslint.config.mjs',
  'jest.config.cjs',
  'local.settings.json',
  'local.settings.example.json',
  'redocly.yaml',
  'tsconfig.json',
  'tsconfig.test.json',
];

/** What git would leave out with these lines as its .gitignore; the paths need not exist. */
function leftOutByGit(paths: readonly string[]): string[] {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'funcignore-'));
  try {
    execFileSync('git', ['init', '--quiet', '--template=', dir]);
    fs.writeFileSync(path.join(dir, '.gitignore'), text);
    // With --non-matching git ends well whether or not anything matches; a match has its source in front.
    const ask = ['-c', 'core.excludesFile=', 'check-ignore', '--no-index', '--verbose', '--non-matching', '--stdin'];
    const answer = execFileSync('git', ask, { cwd: dir, input: paths.join('\n'), encoding: 'utf8' });
    return answer
      .trim()
      .split('\n')
      .filter((line) => !/^(::|[^\t]*:!)/.test(line))
      .map((line) => line.split('\t')[1] ?? '');
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
}

/**
 * What `func azure functionapp publish` leaves out: Azure/azure-functions-core-tools,
 * src/Azure.Functions.Cli/Common/GitIgnoreParser.cs. Every line is the beginning of a path from the root, `*` is one
 * character or more, and a line with `!` wins wherever it stands.
 */
function leftOutByCoreTools(paths: readonly string[]): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const anyOf = (some: readonly string[]) =>
    some.length > 0 ? new RegExp(`^((${some.map(toPattern).join(')|(')}))`) : /$^/;
  const denied = anyOf(lines.filter((line) => !line.startsWith('!')));
  const accepted = anyOf(lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)));
  return paths.filter((one) => denied.test(one) && !accepted.test(one));
}

function toPattern(line: string): string {
  return line
    .replace(/^\//, '')
    .replace(/[-[\]/{}()+?.\\^$|]/g, '\\$&')
    .replaceAll('**', '(.+)')
    .replaceAll('*', '([^\\/]+)');
}

describe.each([
  ['gitignore', leftOutByGit],
  ['the Core Tools', leftOutByCoreTools],
])('.funcignore by the rules of %s', (_name, leftOutOf) => {
  test('includes only what the app needs', () => {
    expect(leftOutOf([...deployed, ...leftOut])).toEqual(leftOut);
  });

  test('covers every file and folder of the repository that is not deployed', () => {
    const known = [
      'host.json',
      'package.json',
      'package-lock.json',
      'node_modules',
      'dist/assets',
      'dist/console',
      'dist/functions',
      'dist/src',
    ];
    // One path for each top-level file and folder, and for each folder of the build.
    const own = repositoryFiles().map((file) => file.replace(/^([^/]+)\/.*/, '$1/file'));
    const built = fs
      .readdirSync(path.join(ROOT, 'dist'), { withFileTypes: true })
      .map((entry) => path.posix.join('dist', entry.name, entry.isDirectory() ? 'file' : ''));
    const others = [...new Set([...own, ...built])].filter((name) => !known.includes(name.replace(/\/file$/, '')));
    expect(leftOutOf(others)).toEqual(others);
  });
});
