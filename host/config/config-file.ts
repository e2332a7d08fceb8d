import stripJsonComments from 'strip-json-comments';
import { type z } from 'zod';

/** An invalid configuration file. The message lists every problem with its path. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(file: string, problems: readonly string[]) {
    super(
      `${file} has ${problems.length === 1 ? 'a problem' : 'problems'}:\n${problems.map((p) => `- ${p}`).join('\n')}`,
    );
  }
}

/** The problems of a file, one line each: `extensions.http.routePrefix: expected string, received number`. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.map(String).join('.') || '(the file)'}: ${message}`);
}

/**
 * Reads JSON with comments, which the genuine host accepts in its files.
 *
 * @returns undefined when the file does not exist
 * @throws ConfigError when it cannot be read or is not JSON
 */
export function readJson(file: string, read: (file: string, encoding: 'utf8') => string): unknown {
  let text: string;
  try {
    text = read(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(file, [`it cannot be read: ${(cause as Error).message}`]);
  }
  try {
    return JSON.parse(stripJsonComments(text.replace(/^\uFEFF/, '')));
  } catch (cause) {
    throw new ConfigError(file, [`it is not valid JSON: ${(cause as Error).message}`]);
  }
}
