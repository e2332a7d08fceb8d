/**
 * `npm run infra`: checks infra/ with the Bicep compiler and writes infra/snapshots/, the resources that the template makes
 * for some parameters. With `--check` it compares the snapshots instead. Tests read them, so that they need no compiler.
 *
 * The compiler is the program that BICEP names, else `bicep` on the PATH, else the NuGet package of infra/compiler, which
 * `dotnet` gets.
 */
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const infra = path.join(root, 'infra');
const snapshots = path.join(infra, 'snapshots');
const SOURCES = path.join(snapshots, 'sources.sha256');
/** Where the snapshots are "deployed": the names of resources depend on it. */
const PLACE = [
  '--subscription-id',
  '00000000-0000-0000-0000-000000000001',
  '--location',
  'westeurope',
  '--deployment-name',
  'test',
];

/** The hash of everything that the snapshots are made of. */
module.exports.sourcesHash = () => {
  const hash = createHash('sha256');
  const files = fs.readdirSync(infra, { recursive: true }).filter((name) => /\.bicep(param)?$/.test(name));
  for (const file of files.sort()) hash.update(`${file}\n${fs.readFileSync(path.join(infra, file), 'utf8')}\n`);
  return hash.digest('hex');
};

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (error || status !== 0) {
    console.error(`${command} ${args.join(' ')}:\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
    process.exit(1);
  }
  return stdout + stderr;
}

const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

function compiler() {
  if (process.env.BICEP) return process.env.BICEP;
  if (has('bicep')) return 'bicep';
  if (!has('dotnet')) return undefined;
  const cache = path.join(root, 'node_modules/.cache/bicep');
  const project = path.join(infra, 'compiler/compiler.csproj');
  run('dotnet', ['restore', project, '--packages', cache, `-p:BaseIntermediateOutputPath=${cache}/obj/`]);
  const packages = path.join(cache, 'azure.bicep.commandline.linux-x64');
  const program = path.join(packages, fs.readdirSync(packages)[0], 'tools/bicep');
  fs.chmodSync(program, 0o755);
  return program;
}

function main() {
  const bicep = compiler();
  const check = process.argv.includes('--check');
  if (!bicep) {
    console.error('infra/ is not checked: neither BICEP, bicep nor dotnet is there.');
    process.exit(check ? 0 : 1);
  }
  const problems = run(bicep, ['lint', path.join(infra, 'main.bicep')]).trim();
  if (problems) {
    console.error(problems);
    process.exit(1);
  }
  for (const name of fs.readdirSync(snapshots).filter((file) => file.endsWith('.bicepparam'))) {
    const mode = check ? 'validate' : 'overwrite';
    run(bicep, ['snapshot', path.join(snapshots, name), '--mode', mode, ...PLACE]);
    if (check) continue;
    const file = path.join(snapshots, name.replace(/\.bicepparam$/, '.snapshot.json'));
    fs.writeFileSync(file, `${JSON.stringify(JSON.parse(fs.readFileSync(file, 'utf8')), undefined, 2)}\n`);
  }
  if (!check) fs.writeFileSync(SOURCES, `${module.exports.sourcesHash()}\n`);
  console.error('infra/ has no problem.');
}

if (require.main === module) main();
