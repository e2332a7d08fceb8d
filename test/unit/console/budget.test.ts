import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

/** bytes (docs/contracts/console.md) */
const BUDGET = 200_000;
const BUILT = path.join(__dirname, '../../../console');

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

/** The files of a chunk and of all chunks that it imports. */
function filesOf(manifest: Record<string, Chunk>, name: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`The build has no ${name}.`);
  const { file, css = [], imports = [] } = chunk;
  if (found.has(file)) return found;
  for (const each of [file, ...css]) found.add(each);
  for (const each of imports) filesOf(manifest, each, found);
  return found;
}

test('the first page loads at most 200 KB, compressed', () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(BUILT, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >;
  const files = filesOf(manifest, 'index.html');
  const sizeOf = (file: string) => zlib.gzipSync(fs.readFileSync(path.join(BUILT, file))).length;
  const sizes = Object.fromEntries(['index.html', ...files].map((file) => [file, sizeOf(file)]));
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  expect({ sizes, isWithin: total <= BUDGET }).toEqual({ sizes, isWithin: true });
});
