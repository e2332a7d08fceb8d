import { globSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type HostLog } from '../log.js';
import { AppLoadError } from './errors.js';

export interface AppPackage {
  main?: string;
  type?: string;
}

/** `main` and `type` when they are strings; a missing or broken file is a warning (host contract, 2.3 step 2). */
export async function readPackage(appDir: string, log: HostLog): Promise<AppPackage> {
  const file = path.join(appDir, 'package.json');
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    const { main, type } = Object(content) as Record<string, unknown>;
    return { ...(typeof main === 'string' && { main }), ...(typeof type === 'string' && { type }) };
  } catch (cause) {
    log.log('warning', 'Host.Startup', `${file} cannot be read: ${messageOf(cause)}`);
    return {};
  }
}

/**
 * Loads the files that `main` names, one after another (host contract, 2.3 step 3).
 *
 * @throws AppLoadError naming the file that failed; what was registered before it is not served (step 4)
 */
export async function loadEntryFiles(appDir: string, { main, type }: AppPackage): Promise<string[]> {
  if (main === undefined) return [];
  const files = entryFiles(appDir, main);
  const requireFromApp = createRequire(path.join(appDir, 'package.json'));
  for (const file of files) {
    try {
      if (isModule(file, type)) await import(pathToFileURL(file).href);
      else requireFromApp(file);
    } catch (cause) {
      throw new AppLoadError(`The app's entry file ${path.relative(appDir, file)} failed: ${stackOf(cause)}`, {
        cause,
      });
    }
  }
  return files;
}

/** A pattern with forward slashes, brace lists allowed. The order is that of the names: the same on every machine. */
export function entryFiles(appDir: string, main: string): string[] {
  const files = globSync(main, { cwd: appDir, exclude: (name) => name === 'node_modules' })
    .map((match) => path.resolve(appDir, match))
    .filter((file) => statSync(file).isFile())
    .sort();
  if (files.length > 0) return files;
  const reason = /[*?{[]/.test(main) ? `no file matches "${main}"` : `the file "${main}" does not exist`;
  throw new AppLoadError(`"main" in ${path.join(appDir, 'package.json')}: ${reason}. Is the app built?`);
}

function isModule(file: string, type: string | undefined): boolean {
  const extension = path.extname(file);
  return extension === '.mjs' || (extension !== '.cjs' && type === 'module');
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
