/** Builds the project when dist/ is missing or older than a source file, so that `npm start` needs no second command. */
const fs = require('node:fs');
const path = require('node:path');
const { build, stamp } = require('./build.cjs');

const root = path.join(__dirname, '..');
const FOLDERS = [
  'client/src',
  'console',
  'functions',
  'src',
  'host',
  'services',
  'cli',
  'dev',
  'admin',
  'bench',
  'test',
];
const SOURCES = [...FOLDERS, 'docs/openapi.json', 'tsconfig.json', 'package-lock.json'];

function newest(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...fs.readdirSync(file).map((name) => newest(path.join(file, name))));
}

const built = fs.statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (SOURCES.some((source) => newest(path.join(root, source)) > built)) {
  console.error('building…'); // stdout is for the program's own output
  build();
}
