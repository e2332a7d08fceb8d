import fs from 'node:fs';
import path from 'node:path';
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
}

export type ResolvedOptions = Required<Omit<HostOptions, 'logLevel'>> & Pick<HostOptions, 'logLevel'>;

export const DEFAULT_PORT = 7071;
export const DEFAULT_HOST = '127.0.0.1';
export const STATE_FOLDER = '.longhaul';

/** @throws RangeError for a port that is none, and for an app whose folder is not there */
export function resolveOptions(options: HostOptions): ResolvedOptions {
  const { port = DEFAULT_PORT } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`${port} is no port: give a number from 0 (a free one) to 65535.`);
  }
  const appDir = path.resolve(options.appDir);
  if (!fs.existsSync(appDir)) throw new RangeError(`There is no folder ${appDir}: give the app's with --app.`);
  return {
    appDir,
    stateDir: path.resolve(options.stateDir ?? path.join(appDir, STATE_FOLDER)),
    host: options.host ?? DEFAULT_HOST,
    port,
    auth: options.auth ?? false,
    logLevel: options.logLevel,
    logFormat: options.logFormat ?? 'text',
  };
}
