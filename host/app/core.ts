import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type App } from './app-registry.js';
import {
  type CoreLogCategory,
  type CoreLogLevel,
  type FunctionCallback,
  type FunctionMetadata,
  type HookCallback,
  type ProgrammingModel,
} from './core-types.js';
import { Disposable } from './disposable.js';

/**
 * `@azure/functions-core` for the app (host contract, 2.1 and 2.2).
 *
 * C1 One core object per process, under a process-wide symbol: every copy of `@azure/functions` keeps the first core
 *    that it sees, for good.
 * C2 At most one app is attached to it, ever: an app's modules run once per process and register once.
 * C3 The resolver knows the module before any file of the app is loaded; a library that misses it once goes into its
 *    test mode and stays there.
 */
const CORE = Symbol.for('longhaul.azure-functions-core');
const SPECIFIER = '@azure/functions-core';

/** Versions that libraries and users see; the host one is the runtime whose behaviour is followed. */
const WORKER_VERSION = '3.9.1';
export const HOST_VERSION = '4.1037.0';

/** The object behind `require('@azure/functions-core')`. */
class Core {
  readonly version = WORKER_VERSION;
  readonly hostVersion = HOST_VERSION;
  readonly Disposable = Disposable;
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  // Arrow functions: an ESM importer may take a member off the object.
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

/** @throws Error when the process already runs, or ran, an app (C2) */
export function attachApp(app: App): void {
  const holder = globalThis as { [CORE]?: Core };
  if (holder[CORE] !== undefined) {
    throw new Error('This process has already loaded an app, whose modules run only once: start a process per host.');
  }
  holder[CORE] = new Core(app);
  const url = pathToFileURL(path.join(__dirname, 'core-stub.js')).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === SPECIFIER ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
  });
}
