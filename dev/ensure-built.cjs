/** Builds the project when dist/ is missing or older than a source file, so that `npm start` needs no second command. */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const SOURCES = ['functions', 'src', 'host', 'services', 'dev', 'bench', 'test', 'tsconfig.json', 'package-lock.json'];

function newest(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...fs.readdirSync(file).map((name) => newest(path.join(file, name))));
}

const built = fs.statSync(path.join(root, 'dist/.tsbuildinfo'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (SOURCES.some((source) => newest(path.join(root, source)) > built)) {
  console.error('building…'); // stdout is for the program's own answer
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', root], {
    stdio: ['ignore', 2, 2],
    cwd: root,
  });
}
