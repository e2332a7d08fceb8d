import { spawnSync } from 'node:child_process';

/**
 * Describes the syntax error of an ES module with file, line and text, which the error of `import` does not contain.
 *
 * @returns undefined when the file compiles
 */
export function locateSyntaxError(file: string): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  return status === 1 ? stderr.split(/\n\s+at /)[0]?.trim() : undefined;
}
