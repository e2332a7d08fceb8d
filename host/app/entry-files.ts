import { globSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type HostLog } from '../log.js';
import { AppLoadError } from './errors.js';
import { onFileLoaded } from './loaded-files.js';
import { locateSyntaxError } from './syntax-error.js';

/** What the host reads of package.json. */
interface AppPackage {
  main?: string;
  type?: string;
}

const SET_MAIN = 'Name the compiled files that register functions, such as "main": "dist/functions/*.js".';

/** Reads `main` and `type`; a missing or invalid file is a warning (host contract, 2.3 step 2). */
export async function readPackage(appDir: string, log: HostLog): Promise<AppPackage> {
  const file = path.join(appDir, 'package.json');
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    const { main, type } = Object(content) as Record<string, unknown>;
    if (typeof main !== 'string') warn(log, `${file} has no "main", so no function is loaded. ${SET_MAIN}`);
    return { ...(typeof main === 'string' && { main }), ...(typeof type === 'string' && { type }) };
  } catch (cause) {
    warn(log, `${file} cannot be read, so no function is loaded: ${messageOf(cause)}`);
    return {};
  }
}

/**
 * Loads the files that `main` names, one after another (host contract, 2.3 step 3).
 *
 * @param onLoading called before each file with its path, and after it with undefined
 * @throws AppLoadError naming the file that failed; functions registered before it are not served (step 4)
 */
export async function loadEntryFiles(
  appDir: string,
  { main, type }: AppPackage,
  onLoading: (file: string | undefined) => void,
): Promise<string[]> {
  if (main === undefined) return [];
  const files = entryFiles(appDir, main);
  const requireFromApp = createRequire(path.join(appDir, 'package.json'));
  for (const file of files) {
    let last = file;
    const stopListening = onFileLoaded((loaded) => (last = loaded));
    onLoading(file);
    try {
      if (isModule(file, type)) await import(pathToFileURL(file).href);
      else requireFromApp(file);
    } catch (cause) {
      const name = path.relative(appDir, file);
      throw new AppLoadError(`The app's entry file ${name} failed: ${reasonOf(cause, last)}`, { cause });
    } finally {
      stopListening();
      onLoading(undefined);
    }
  }
  return files;
}

/** The files that match `main`, sorted by name: the order is the same on every machine. Braces are allowed. */
function entryFiles(appDir: string, main: string): string[] {
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

/** @param last the file that was loaded last: after a SyntaxError, the one that does not compile */
function reasonOf(thrown: unknown, last: string): string {
  const located = thrown instanceof SyntaxError && !thrown.stack?.includes(last) ? locateSyntaxError(last) : undefined;
  return located ?? stackOf(thrown);
}

function warn(log: HostLog, message: string): void {
  log.log('warning', 'Host.Startup', message);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
