import fs from 'node:fs';
import path from 'node:path';
import { type LocalHostSettings, loadLocalHostSettings } from './config/local-host-settings.js';
import { type Listen, listen } from './http/listener.js';
import { type InspectAddress } from './process/inspector.js';
import { type LogThreshold } from './log.js';
import { isSeed, SEEDS } from './weather/seed.js';

/** Options of `startHost`; the defaults are in docs/host.md. */
export interface HostOptions {
  /** Folder of the app's package.json and host.json. */
  appDir: string;
  /** Folder of the host's own files; created when it is missing. @default `.longhaul` in the app's folder */
  stateDir?: string;
  /** Address to listen on. @default 127.0.0.1 */
  host?: string;
  /** 0 chooses a free port. @default `Host.LocalHttpPort` of local.settings.json, else 7071 */
  port?: number;
  /** Require function keys, as Azure does. @default false */
  auth?: boolean;
  /** Overrides host.json's `logging.logLevel.default`. */
  logLevel?: LogThreshold;
  /** @default text */
  logFormat?: 'text' | 'json';
  /** Number of processes of the app, which share nothing but storage; 0 runs it in the host's process. @default 0 */
  processes?: number;
  /** Seed of `--weather`: the host behaves as badly as Azure may. @default off */
  weather?: number;
  /** Debugger address of the host's process; those of the app use the ports above it. @default no debugger */
  inspect?: InspectAddress;
  /** Opens the port for requests. @default in this process */
  listen?: Listen;
  /** Called with each file that a process of the app (`processes`) loads as code. */
  onFileLoaded?: (file: string) => void;
}

type WithoutDefault = 'logLevel' | 'weather' | 'inspect' | 'onFileLoaded';

/** HostOptions with all defaults filled in. */
export type ResolvedOptions = Required<Omit<HostOptions, WithoutDefault>> &
  Pick<HostOptions, WithoutDefault> &
  Pick<LocalHostSettings, 'cors'>;

/** The port of Azure Functions Core Tools. */
const DEFAULT_PORT = 7071;
/** Not reachable from other machines. */
export const DEFAULT_HOST = '127.0.0.1';
/** The state folder in the app's folder. */
export const STATE_FOLDER = '.longhaul';
/** Each one has the whole app in memory. */
export const MAX_PROCESSES = 64;

/** An option has an invalid value. The message says what to give. */
class OptionError extends RangeError {
  override readonly name = 'OptionError';
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws OptionError for an invalid port, number of processes or seed and for a missing app folder; ConfigError for an
 *   invalid section `Host` of local.settings.json
 */
export function resolveOptions(options: HostOptions): ResolvedOptions {
  const { processes = 0 } = options;
  if (!Number.isInteger(processes) || processes < 0 || processes > MAX_PROCESSES) {
    throw new OptionError(
      `${processes} is not a valid number of processes: give a number from 0 (the host's own) to ${MAX_PROCESSES}.`,
    );
  }
  if (options.weather !== undefined && !isSeed(options.weather)) {
    throw new OptionError(`${options.weather} is not a valid seed: give ${SEEDS}.`);
  }
  const appDir = path.resolve(options.appDir);
  if (!fs.existsSync(appDir))
    throw new OptionError(`The folder ${appDir} does not exist: give the app's folder with --app.`);
  const local = loadLocalHostSettings(appDir);
  const { port = local.port ?? DEFAULT_PORT } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new OptionError(`${port} is not a valid port: give a number from 0 (any free port) to 65535.`);
  }
  return {
    appDir,
    stateDir: path.resolve(options.stateDir ?? path.join(appDir, STATE_FOLDER)),
    host: options.host ?? DEFAULT_HOST,
    port,
    auth: options.auth ?? false,
    logLevel: options.logLevel,
    logFormat: options.logFormat ?? 'text',
    processes,
    weather: options.weather,
    inspect: options.inspect,
    listen: options.listen ?? listen,
    onFileLoaded: options.onFileLoaded,
    cors: local.cors,
  };
}

/** A host name or address as it is written in a URL: IPv6 in brackets. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
