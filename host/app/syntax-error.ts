import { spawnSync } from 'node:child_process';

/**
 * Where the syntax error of an ES module is: its file, line and text, which the error that `import` throws lacks.
 *
 * @returns undefined when the file compiles after all
 */
export function locateSyntaxError(file: string): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  return status === 1 ? stderr.split(/\n\s+at /)[0]?.trim() : undefined;
}
