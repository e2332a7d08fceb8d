import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An app folder for one test, removed at the end of the test file. */
export interface TempApp {
  /** Folder of package.json and host.json. */
  readonly dir: string;
  readonly stateDir: string;
}

export interface TempAppOptions {
  /** `main` of package.json: a pattern. A path to a compiled fixture may be absolute. */
  main?: string;
  type?: 'module' | 'commonjs';
  /** Content of host.json; a string is written unchanged. @default `{ "version": "2.0" }` */
  hostJson?: unknown;
  /** `Values` of local.settings.json. */
  settings?: Record<string, string>;
  /** Additional files by their path in the folder. */
  files?: Record<string, string>;
}

const MODULES = path.resolve(__dirname, '../../../node_modules');

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function createTempApp(options: TempAppOptions): Promise<TempApp> {
  const dir = await mkdtemp(path.join(tmpdir(), 'longhaul-app-'));
  folders.push(dir);
  await symlink(MODULES, path.join(dir, 'node_modules'));
  const { main, type, hostJson = { version: '2.0' }, settings, files = {} } = options;
  const content: Record<string, string> = {
    'package.json': JSON.stringify({ main, type }),
    'host.json': typeof hostJson === 'string' ? hostJson : JSON.stringify(hostJson),
    ...(settings && { 'local.settings.json': JSON.stringify({ IsEncrypted: false, Values: settings }) }),
    ...files,
  };
  for (const [name, text] of Object.entries(content)) {
    const file = path.join(dir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return { dir, stateDir: path.join(dir, 'state') };
}
