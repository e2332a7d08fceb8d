import { readFile } from '../../support/documents.js';

interface Manifest {
  version: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const manifest = (folder: string) => JSON.parse(readFile(`${folder}/package.json`)) as Manifest;
const root = manifest('.');
const workspaces = root.workspaces ?? [];

test('a dependency has the same version in all packages of the project', () => {
  const versions = new Map(Object.entries({ ...root.dependencies, ...root.devDependencies }));
  for (const folder of workspaces) {
    for (const [name, version] of Object.entries(manifest(folder).dependencies ?? {})) {
      const known = name.startsWith('@longhaul/') ? root.version : (versions.get(name) ?? version);
      expect([folder, name, version]).toEqual([folder, name, known]);
      versions.set(name, version);
    }
  }
});
