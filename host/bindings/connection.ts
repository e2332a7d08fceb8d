import { type Environment } from '../config/app-settings.js';

const PREFIX = 'AzureWebJobs';
const DEFAULT = 'Storage';

/** Suffixes of identity-based connections, which this host does not support. */
const IDENTITY = ['accountName', 'serviceUri', 'blobServiceUri', 'queueServiceUri', 'tableServiceUri'];

/** Whether a connection is the host's own storage; undefined for one without settings. Their case does not matter. */
export function isOwnStorage(connection: string, env: Environment): boolean | undefined {
  const name = connection.toLowerCase();
  if (name === DEFAULT.toLowerCase() || name === `${PREFIX}${DEFAULT}`.toLowerCase()) return true;
  const setting = Object.keys(env).find((key) => [name, `${PREFIX.toLowerCase()}${name}`].includes(key.toLowerCase()));
  return setting === undefined ? undefined : env[setting] === env[`${PREFIX}${DEFAULT}`];
}

/**
 * The connection string for a binding's `connection`: the setting `AzureWebJobs<name>`, else `<name>`. Without a name it
 * is the host's own storage, `AzureWebJobsStorage`.
 *
 * @throws Error naming the missing settings
 */
export function connectionString(connection: unknown, env: Environment): string {
  const name = typeof connection === 'string' && connection !== '' ? connection : DEFAULT;
  const candidates = name.startsWith(PREFIX) ? [name, PREFIX + name] : [PREFIX + name, name];
  const found = candidates.map((candidate) => env[candidate]).find((value) => value !== undefined && value !== '');
  if (found !== undefined) return found;
  if (candidates.some((candidate) => IDENTITY.some((part) => env[`${candidate}__${part}`] !== undefined))) {
    throw new Error(`the connection "${name}" uses an identity; this host needs a connection string in ${name}`);
  }
  throw new Error(`the setting ${candidates.join(' or ')} with its storage connection string is not set`);
}
