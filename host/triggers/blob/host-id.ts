import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { type Environment } from '../../config/app-settings.js';

/** Limit of the genuine host. */
const MAX_LENGTH = 32;

/**
 * The id under which the host's receipts and its internal queue are stored: the setting `AzureFunctionsWebHost__hostid`,
 * the name of the site, or machine and folder (ScriptHostIdProvider.cs).
 */
export function hostId(env: Environment, appDir: string): string {
  const { AzureFunctionsWebHost__hostid: own, WEBSITE_SITE_NAME: site } = env;
  if (own !== undefined && own !== '') return own.toLowerCase();
  const folder = createHash('sha256').update(appDir).digest('hex').slice(0, 10);
  const machine = sanitized(hostname()).slice(0, MAX_LENGTH - folder.length - 1);
  return sanitized(site ?? '').slice(0, MAX_LENGTH) || `${machine || 'host'}-${folder}`;
}

function sanitized(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
