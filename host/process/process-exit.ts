import inspector from 'node:inspector';
import { type HostLog } from '../log.js';

/** Thrown by `process.exit` in an app that shares its process with the host. */
class AppExitError extends Error {
  override readonly name = 'AppExitError';
}

const exit = process.exit.bind(process);

/** Ends this process, also after `refuseExit`. The inspector is closed because a debugger would keep the process alive. */
export function endProcess(code: number): never {
  inspector.close();
  return exit(code);
}

/**
 * Makes `process.exit` throw instead of ending the host. In the genuine host it ends the language worker, all running
 * invocations fail, and a new worker starts; here only the invocation that called it fails (docs/host.md).
 *
 * @returns a function that restores `process.exit`
 */
export function refuseExit(log: HostLog): () => void {
  process.exit = (code) => {
    const call = `process.exit(${code ?? ''})`;
    log.log('error', 'Host.App', `The app called ${call}, which would end the host. The call threw an error instead.`);
    throw new AppExitError(`The app called ${call}. Throw an error instead: the host runs other functions too.`);
  };
  return () => {
    process.exit = exit;
  };
}
