import { STORAGE_BINDINGS } from '../bindings/storage-bindings.js';
import { type Environment, missingSettings } from '../config/app-settings.js';
import { type Binding, type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';

/** Bindings that are served: what reads them says itself what is missing. */
const SERVED = new Set([...STORAGE_BINDINGS, 'queuetrigger']);

/** Options in which nothing is resolved, or whose reader says itself what is missing. */
const NOT_HERE = new Set(['route', 'schedule', 'name', 'type']);

/** Says at the start which settings the bindings name and nobody has set, so that they do not fail one run at a time. */
export function reportMissingSettings(functions: readonly HostFunction[], env: Environment, log: HostLog): void {
  for (const fn of functions) {
    const missing = Object.values(fn.bindings).flatMap((binding) => missingOf(binding, env));
    if (missing.length === 0) continue;
    const settings = [...new Set(missing)].join(', ');
    log.log(
      'warning',
      'Host.Startup',
      `${fn.name}: the setting ${settings} is not set. Set it in local.settings.json ("Values") or the environment.`,
    );
  }
}

function missingOf(binding: Binding, env: Environment): string[] {
  const { connection, type } = binding;
  if (SERVED.has(type.toLowerCase())) return [];
  const texts = Object.entries(binding).flatMap(([option, value]) =>
    typeof value === 'string' && !NOT_HERE.has(option) ? missingSettings(value, env) : [],
  );
  const isMissing = typeof connection === 'string' && !connection.includes('%') && !hasConnection(connection, env);
  return isMissing ? [...texts, connection] : texts;
}

/** A connection is one setting, or several that begin with its name (`NAME__accountName`), with or without a prefix. */
function hasConnection(name: string, env: Environment): boolean {
  const names = [name, `AzureWebJobs${name}`];
  return names.some((one) => one in env || Object.keys(env).some((key) => key.startsWith(`${one}__`)));
}
