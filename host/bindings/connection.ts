import { type Environment } from '../config/app-settings.js';

const PREFIX = 'AzureWebJobs';
const DEFAULT = 'Storage';

/** Suffixes of identity-based connections, which this host does not support. */
const IDENTITY = ['accountName', 'serviceUri', 'blobServiceUri', 'queueServiceUri', 'tableServiceUri'];

/**
 * Whether two connections are the same storage; undefined when the first has no settings. The case of names does not
 * matter.
 */
export function isSameStorage(connection: string, other: string, env: Environment): boolean | undefined {
  const [name, otherName] = [connection.toLowerCase(), other.toLowerCase()];
  if (plainName(name) === plainName(otherName)) return true;
  const value = settingOf(name, env);
  return value === undefined ? undefined : value === settingOf(otherName, env);
}

function plainName(name: string): string {
  return name.replace(/^azurewebjobs/, '');
}

function settingOf(name: string, env: Environment): string | undefined {
  const key = Object.keys(env).find((candidate) => plainName(candidate.toLowerCase()) === plainName(name));
  return key === undefined ? undefined : env[key];
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
