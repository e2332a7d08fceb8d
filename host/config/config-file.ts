import stripJsonComments from 'strip-json-comments';
import { type z } from 'zod';

/** A configuration file that the host cannot start with: the message lists every problem by its path. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(file: string, problems: readonly string[]) {
    super(
      `${file} has ${problems.length === 1 ? 'a problem' : 'problems'}:\n${problems.map((p) => `- ${p}`).join('\n')}`,
    );
  }
}

/** One line per problem: `extensions.http.routePrefix: expected string, received number`. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.map(String).join('.') || '(the file)'}: ${message}`);
}

/**
 * JSON with comments, which the product accepts in its files.
 *
 * @returns undefined when there is no such file
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
    throw new ConfigError(file, [`it is not JSON: ${(cause as Error).message}`]);
  }
}
