import { type HostLog } from '../log.js';

/** What the app throws where nobody catches it is a failure of the app, logged, and not the end of the process. */
export function surviveApp(log: HostLog): void {
  const report = (what: string) => (error: unknown) => {
    log.log('error', 'Host.App', `${what}: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('uncaughtException', report('An exception that nothing caught'));
  process.on('unhandledRejection', report('A rejected promise that nothing handled'));
}
