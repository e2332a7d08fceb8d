import fs from 'node:fs';
import path from 'node:path';
import { type Listen, listen } from './http/listener.js';
import { type Inspect } from './process/inspector.js';
import { type LogThreshold } from './log.js';

/** How to start a host. */
export interface HostOptions {
  /** Folder of the app's package.json and host.json. */
  appDir: string;
  /** Folder of the host's own files; made when it is missing. @default `.longhaul` in the app's folder */
  stateDir?: string;
  /** Address to listen on. @default 127.0.0.1 */
  host?: string;
  /** 0 takes a free one. @default 7071 */
  port?: number;
  /** Ask for function keys, as the product does in the cloud. @default false */
  auth?: boolean;
  /** Overrides host.json's `logging.logLevel.default`. */
  logLevel?: LogThreshold;
  /** @default text */
  logFormat?: 'text' | 'json';
  /** Processes that run the app's activities; 0 runs them in the host's own. @default 0 */
  workers?: number;
  /** Where the debugger listens; the workers' take the ports above. @default no debugger */
  inspect?: Inspect;
  /** Opens the port for requests. @default in this process */
  listen?: Listen;
}

type Absent = 'logLevel' | 'inspect';
export type ResolvedOptions = Required<Omit<HostOptions, Absent>> & Pick<HostOptions, Absent>;

export const DEFAULT_PORT = 7071;
export const DEFAULT_HOST = '127.0.0.1';
export const STATE_FOLDER = '.longhaul';
/** Each is a Node.js with the whole app in memory. */
export const MAX_WORKERS = 64;

/** An option that cannot be used. The message says what to give. */
export class OptionError extends RangeError {
  override readonly name = 'OptionError';
}

/** @throws OptionError for a port or a number of workers that is none, and for an app whose folder is not there */
export function resolveOptions(options: HostOptions): ResolvedOptions {
  const { port = DEFAULT_PORT, workers = 0 } = options;
  if (!Number.isInteger(workers) || workers < 0 || workers > MAX_WORKERS) {
    throw new OptionError(
      `${workers} is no number of workers: give one from 0 (no processes of their own) to ${MAX_WORKERS}.`,
    );
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new OptionError(`${port} is no port: give a number from 0 (a free one) to 65535.`);
  }
  const appDir = path.resolve(options.appDir);
  if (!fs.existsSync(appDir)) throw new OptionError(`There is no folder ${appDir}: give the app's with --app.`);
  return {
    appDir,
    stateDir: path.resolve(options.stateDir ?? path.join(appDir, STATE_FOLDER)),
    host: options.host ?? DEFAULT_HOST,
    port,
    auth: options.auth ?? false,
    logLevel: options.logLevel,
    logFormat: options.logFormat ?? 'text',
    workers,
    inspect: options.inspect,
    listen: options.listen ?? listen,
  };
}

/** An address as it stands in a URL. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
