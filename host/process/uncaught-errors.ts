import { type HostLog } from '../log.js';

/** Logs uncaught exceptions and unhandled rejections of the app instead of ending the process (docs/host.md). */
export function logUncaughtErrors(log: HostLog): void {
  const report = (what: string) => (error: unknown) => {
    log.log('error', 'Host.App', `${what}: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('uncaughtException', report('Uncaught exception'));
  process.on('unhandledRejection', report('Unhandled promise rejection'));
}
