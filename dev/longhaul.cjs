#!/usr/bin/env node
/**
 * `npx longhaul …`: runs the command line (docs/cli.md), after a build if necessary. npx may run it with another Node.js than
 * that of the project; it then runs itself again with the right one.
 */
const { spawn } = require('node:child_process');
const path = require('node:path');

const NODE = path.join(__dirname, '../node_modules/.bin/node');
const [major] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  require('./ensure-built.cjs');
  require('../dist/cli/longhaul.js');
} else {
  const child = spawn(NODE, [__filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT')); // a terminal sends it to both
  child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code)));
}
