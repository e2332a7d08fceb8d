import { registerHooks } from 'node:module';

/** Hooks of Node.js's loader; undefined where a test runner such as jest has a loader of its own. */
export function registerModuleHooks(hooks: Parameters<typeof registerHooks>[0]): { deregister(): void } | undefined {
  try {
    return registerHooks(hooks);
  } catch {
    return undefined; // jest refuses every call
  }
}
