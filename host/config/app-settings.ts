import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ConfigError, problemsOf, readJson } from './config-file.js';

/** Environment variables. */
export type Environment = Record<string, string | undefined>;

const localSettings = z.looseObject({
  IsEncrypted: z
    .literal(false, { error: 'run `func settings decrypt`: encrypted settings cannot be read' })
    .default(false),
  Values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
});

/**
 * Copies `Values` of local.settings.json into the environment without replacing existing variables (host contract, 12).
 * The file may be missing. `AZURE_FUNCTIONS_ENVIRONMENT` is `Development` by default, as under the Core Tools.
 *
 * @throws ConfigError with every problem of the file
 */
export function loadLocalSettings(appDir: string, env: Environment): void {
  const file = path.join(appDir, 'local.settings.json');
  const parsed = localSettings.safeParse(readJson(file, readFileSync) ?? {});
  if (!parsed.success) throw new ConfigError(file, problemsOf(parsed.error));
  for (const [name, value] of Object.entries(parsed.data.Values)) env[name] ??= value;
  env[ENVIRONMENT] ??= 'Development';
}

/** The setting that names the environment, as the Core Tools set it. */
const ENVIRONMENT = 'AZURE_FUNCTIONS_ENVIRONMENT';

/** Whether the app runs for development, which is the default here, or as in Azure (`AZURE_FUNCTIONS_ENVIRONMENT`). */
export function isDevelopment(env: Environment): boolean {
  return env[ENVIRONMENT]?.toLowerCase() === 'development';
}

const REFERENCE = /%([^%]+)%/g;

/** The settings that `text` refers to as `%NAME%` and that are not set. */
export function missingSettings(text: string, env: Environment): string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, name = '']) => (env[name] === undefined ? [name] : []));
}

/**
 * Replaces each `%NAME%` by the setting with that name (host contract, 10.1, 12).
 *
 * @throws Error naming the missing settings
 */
export function resolveSettings(text: string, env: Environment): string {
  const missing = missingSettings(text, env).join(', ');
  if (missing === '') return text.replace(REFERENCE, (whole, name: string) => env[name] ?? whole);
  throw new Error(
    `the setting ${missing} is not set (it is used in "${text}"); set it in local.settings.json ("Values") or the environment`,
  );
}
