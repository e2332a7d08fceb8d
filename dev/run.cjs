/**
 * `exec node dev/run.cjs SCRIPT ARGUMENTS`: builds the project if necessary and runs a script of dist/ in this process.
 * npm passes SIGINT on to its shell only; `exec` replaces that shell by this process, which then gets the signal.
 */
const path = require('node:path');

require('./ensure-built.cjs');

const [script] = process.argv.splice(2, 1);
process.argv[1] = path.join(__dirname, '../dist', script);
require(process.argv[1]);
