import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Tells of every file that is loaded as code, by its path, before it is compiled.
 *
 * @returns how to end it
 */
export function onFileLoaded(tell: (file: string) => void): () => void {
  const hooks = registerHooks({
    load: (url, context, next) => {
      if (url.startsWith('file:')) tell(fileURLToPath(url));
      return next(url, context);
    },
  });
  return () => hooks.deregister();
}
