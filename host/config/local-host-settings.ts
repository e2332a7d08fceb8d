import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type CorsSettings } from '../http/cors.js';
import { ConfigError, problemsOf, readJson } from './config-file.js';

/** The section `Host` of local.settings.json, which only local hosts read. Its names ignore case. */
export interface LocalHostSettings {
  /** `LocalHttpPort`: the port without `--port` and `PORT`. */
  port?: number;
  /** `CORS` and `CORSCredentials`; absent without origins. */
  cors?: CorsSettings;
}

const section = z
  .looseObject({
    localhttpport: z
      .int('give a port number')
      .min(0, 'give a port number')
      .max(65_535, 'give a number up to 65535')
      .optional(),
    cors: z.string().nullish(),
    corscredentials: z.boolean().default(false),
  })
  .refine(
    ({ cors, corscredentials }) => cors?.trim() !== '*' || !corscredentials,
    'CORSCredentials needs origins: a web page may not send credentials where CORS is "*"',
  );

/**
 * Reads the section `Host` of the app's local.settings.json, as the Core Tools do. The file and the section may be missing.
 *
 * @throws ConfigError with every problem of the section
 */
export function loadLocalHostSettings(appDir: string): LocalHostSettings {
  const file = path.join(appDir, 'local.settings.json');
  const { Host: host } = Object(readJson(file, readFileSync)) as { Host?: unknown };
  const folded = Object.entries(Object(host) as Record<string, unknown>).map(([key, value]) => [
    key.toLowerCase(),
    value,
  ]);
  const parsed = section.safeParse(Object.fromEntries(folded));
  if (!parsed.success)
    throw new ConfigError(
      file,
      problemsOf(parsed.error).map((problem) => `Host: ${problem}`),
    );
  const { localhttpport: port, cors, corscredentials: allowsCredentials } = parsed.data;
  const origins = (cors ?? '').split(',').filter((origin) => origin !== '');
  return {
    ...(port !== undefined && port !== 0 && { port }),
    ...(origins.length > 0 && { cors: { origins: origins.map((origin) => origin.toLowerCase()), allowsCredentials } }),
  };
}
