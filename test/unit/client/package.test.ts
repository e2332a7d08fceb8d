import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { ROOT } from '../../../dev/plan.js';

const CLIENT = path.join(ROOT, 'client');
const MODULES = ['client', 'errors', 'event-stream', 'http', 'index', 'operation', 'time', 'types', 'upload'];

test('has at most 8 KB, minified and compressed, and no dependencies', () => {
  const entry = path.join(CLIENT, 'dist/esm/index.js');
  const options = { bundle: true, minify: true, write: false, format: 'esm', platform: 'browser' } as const;
  const { outputFiles } = buildSync({ entryPoints: [entry], ...options });
  const [file] = outputFiles;
  expect(gzipSync(file?.contents ?? '', { level: 9 }).length).toBeLessThanOrEqual(8_000);
  expect(file?.text).not.toMatch(/\brequire\(|\bimport\b/);
  const manifest = JSON.parse(fs.readFileSync(path.join(CLIENT, 'package.json'), 'utf8')) as object;
  expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining([expect.stringMatching(/ependencies$/)]));
});

test('is packed with both formats, their types and nothing else', () => {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: CLIENT,
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(text) as { files: { path: string }[] }[];
  const outputs = ['cjs', 'esm'].flatMap((format) =>
    [...MODULES, 'api'].flatMap((name) => [`dist/${format}/${name}.js`, `dist/${format}/${name}.d.ts`]),
  );
  const expected = ['LICENSE', 'README.md', 'package.json', 'dist/esm/package.json', ...outputs];
  expect(packed?.files.map((file) => file.path).sort()).toEqual(expected.sort());
});

test('the OpenAPI document and the types of the client are those of the code', () => {
  const script = path.join(ROOT, 'dev/write-openapi.cjs');
  const options = { encoding: 'utf8', maxBuffer: 64_000_000 } as const;
  const files = JSON.parse(execFileSync(process.execPath, [script, '--print'], options)) as Record<string, string>;
  const committed = (file: string) => execFileSync('git', ['show', `:${file}`], { cwd: ROOT, ...options });
  const outOfDate = Object.keys(files).filter((file) => files[file] !== committed(file));
  // Remedy: npm run build, then git add docs/openapi.json client/src/api.ts
  expect(outOfDate).toEqual([]);
});
