import inspector from 'node:inspector';
import { type HostLog } from '../log.js';

/** What `process.exit` throws in an app that shares its process with the host. */
export class AppExitError extends Error {
  override readonly name = 'AppExitError';
}

const exit = process.exit.bind(process);

/** Ends this process, whatever `process.exit` is at the moment. An attached debugger would hold it until it leaves. */
export function endProcess(code: number): never {
  inspector.close();
  return exit(code);
}

/**
 * From now on `process.exit` throws instead of ending the host. In the product it ends the worker, whose invocations
 * fail, and another worker comes up; here the invocation that called it fails, and nothing else is touched.
 *
 * @returns how to make it end the process again
 */
export function refuseExit(log: HostLog): () => void {
  process.exit = (code) => {
    const call = `process.exit(${code ?? ''})`;
    log.log('error', 'Host.App', `The app called ${call}, which would end the host. It was refused with an error.`);
    throw new AppExitError(`The app called ${call}. Throw an error instead: the host serves other functions as well.`);
  };
  return () => {
    process.exit = exit;
  };
}
