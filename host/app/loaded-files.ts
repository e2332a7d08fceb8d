import { fileURLToPath } from 'node:url';
import { registerModuleHooks } from './module-hooks.js';

/**
 * Calls `listener` with the path of each file that is loaded as code, before it is compiled.
 *
 * @returns a function that removes the listener
 */
export function onFileLoaded(listener: (file: string) => void): () => void {
  const hooks = registerModuleHooks({
    load: (url, context, next) => {
      if (url.startsWith('file:')) listener(fileURLToPath(url));
      return next(url, context);
    },
  });
  return () => hooks?.deregister();
}
