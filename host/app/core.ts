import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AppRegistry } from './app-registry.js';
import {
  type CoreLogCategory,
  type CoreLogLevel,
  type FunctionCallback,
  type FunctionMetadata,
  type HookCallback,
  type ProgrammingModel,
} from './core-types.js';
import { Disposable } from './disposable.js';
import { registerModuleHooks } from './module-hooks.js';

/**
 * `@azure/functions-core` for the app (host contract, 2.1 and 2.2).
 *
 * C1 One core object per process, under a global symbol: every copy of `@azure/functions` keeps the first core object
 *    that it finds.
 * C2 A process attaches at most one app: an app's modules run once per process and register once.
 * C3 The module resolves before any file of the app is loaded: a library that does not find it stays in its test mode.
 */
const CORE = Symbol.for('longhaul.azure-functions-core');
const SPECIFIER = '@azure/functions-core';
const JEST_REMEDY = `In jest, set moduleNameMapper to { '^${SPECIFIER}$': '@longhaul/host/functions-core' }.`;

/** Reported to libraries: the Node.js worker and the runtime whose behavior this host follows. */
const WORKER_VERSION = '3.9.1';
/** Reported to libraries and under `/admin/host/status`. */
export const HOST_VERSION = '4.1037.0.0';

/** The object behind `require('@azure/functions-core')`. */
class Core {
  readonly version = WORKER_VERSION;
  readonly hostVersion = HOST_VERSION;
  readonly Disposable = Disposable;
  readonly #app: AppRegistry;

  constructor(app: AppRegistry) {
    this.#app = app;
  }

  // Arrow functions: an ESM importer may call a member without the object.
  readonly registerFunction = (metadata: FunctionMetadata, callback: FunctionCallback): Disposable =>
    this.#app.registerFunction(metadata, callback);

  readonly setProgrammingModel = (model: ProgrammingModel): void => {
    this.#app.programmingModel = model;
  };

  readonly getProgrammingModel = (): ProgrammingModel | null => this.#app.programmingModel;

  readonly registerHook = (name: string, callback: HookCallback): Disposable =>
    this.#app.hooks.register(name, callback);

  readonly log = (level: CoreLogLevel, category: CoreLogCategory, message: string): void => {
    this.#app.log(level, category, message);
  };
}

/** Whether the module resolves without a hook: jest has no hooks, and its `moduleNameMapper` names the module. */
function isResolved(): boolean {
  try {
    return require.resolve(SPECIFIER) !== '';
  } catch {
    return false;
  }
}

/**
 * Makes `@azure/functions-core` resolve to a core object for this app.
 *
 * @throws Error when the process has already loaded an app (C2)
 */
export function attachApp(app: AppRegistry): void {
  const globals = globalThis as { [CORE]?: Core };
  if (globals[CORE] !== undefined) {
    throw new Error('This process has already loaded an app, and modules run only once: use one process per host.');
  }
  globals[CORE] = new Core(app);
  if (isResolved()) return;
  const url = pathToFileURL(path.join(__dirname, 'core-stub.js')).href;
  const hooks = registerModuleHooks({
    resolve: (specifier, context, next) =>
      specifier === SPECIFIER ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
  });
  if (hooks === undefined) throw new Error(`This test runner does not find ${SPECIFIER}. ${JEST_REMEDY}`);
}
