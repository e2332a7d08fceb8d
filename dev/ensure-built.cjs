/** Builds the project when dist/ is missing or older than a source file, so that `npm start` needs no second command. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const stamp = path.join(root, 'dist/.tests.tsbuildinfo'); // the tests are built last
const FOLDERS = ['functions', 'src', 'host', 'services', 'cli', 'dev', 'admin', 'bench', 'test'];
const SOURCES = [...FOLDERS, 'tsconfig.json', 'package-lock.json'];

function newest(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...fs.readdirSync(file).map((name) => newest(path.join(file, name))));
}

require('./copy-assets.cjs');

const built = fs.statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (SOURCES.some((source) => newest(path.join(root, source)) > built)) {
  console.error('building…'); // stdout is for the program's own output
  const now = new Date();
  const compiler = [require.resolve('typescript/bin/tsc'), '-b', path.join(root, 'test')];
  const { status } = spawnSync(process.execPath, compiler, { stdio: ['ignore', 2, 2], cwd: root });
  if (status !== 0) process.exit(status ?? 1);
  fs.utimesSync(stamp, now, now); // tsc does not write it when only times have changed
}
