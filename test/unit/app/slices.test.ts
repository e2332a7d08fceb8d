import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../../dev/plan.js';
import { kinds, slices } from '../../../src/slices.js';

/** Layers that slices are built on (docs/architecture.md); every other folder of src/ is a slice. */
const SHARED = ['operations', 'platform', 'webhooks'];

const folders = fs
  .readdirSync(path.join(ROOT, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !SHARED.includes(entry.name))
  .map(({ name }) => name);

test('every folder of src/ that is no shared layer is a registered slice', () => {
  expect(slices.map(({ name }) => name).sort()).toEqual(folders.sort());
});

test('every slice has a file in functions/', () => {
  const files = fs.readdirSync(path.join(ROOT, 'functions'));
  expect(files).toEqual(expect.arrayContaining(folders.map((name) => `${name}.ts`)));
});

test('kinds and error codes are unique', () => {
  const names = kinds.map(({ kind }) => kind);
  const codes = slices.flatMap(({ errors }) => Object.keys(errors));
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(codes).size).toBe(codes.length);
});
