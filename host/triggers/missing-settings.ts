import { STORAGE_BINDINGS } from '../bindings/storage-bindings.js';
import { type Environment, missingSettings } from '../config/app-settings.js';
import { type Binding, type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';

/** Supported bindings: the code that uses them reports their missing settings. */
const REPORTED_ELSEWHERE = new Set([...STORAGE_BINDINGS, 'queuetrigger', 'blobtrigger']);

/** Options that hold no `%SETTING%`, or whose missing settings are reported elsewhere. */
const IGNORED_OPTIONS = new Set(['route', 'schedule', 'name', 'type']);

/** Warns at the start about settings that bindings name and that are not set, before they fail each invocation. */
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
  if (REPORTED_ELSEWHERE.has(type.toLowerCase())) return [];
  const texts = Object.entries(binding).flatMap(([option, value]) =>
    typeof value === 'string' && !IGNORED_OPTIONS.has(option) ? missingSettings(value, env) : [],
  );
  const isMissing = typeof connection === 'string' && !connection.includes('%') && !hasConnection(connection, env);
  return isMissing ? [...texts, connection] : texts;
}

/** A connection is one setting or several that start with its name (`NAME__accountName`), with or without prefix. */
function hasConnection(name: string, env: Environment): boolean {
  const names = [name, `AzureWebJobs${name}`];
  return names.some((setting) => setting in env || Object.keys(env).some((key) => key.startsWith(`${setting}__`)));
}
