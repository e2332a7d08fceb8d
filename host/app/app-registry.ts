import { type Binding, type HostFunction } from '../contracts.js';
import {
  type CoreLogCategory,
  type CoreLogLevel,
  type FunctionCallback,
  type FunctionMetadata,
  type HookData,
  type ProgrammingModel,
} from './core-types.js';
import { Disposable } from './disposable.js';
import { CoreSystemError } from './errors.js';
import { Hooks } from './hooks.js';
import { type HostLog } from '../log.js';

/** A function with what the app registered for it. */
export interface RegisteredFunction extends HostFunction {
  readonly callback: FunctionCallback;
  readonly metadata: FunctionMetadata;
}

/** What the app registered for one function. */
interface Registration {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
  entryFile: string | undefined;
}

/**
 * The functions and hooks that one app registered.
 *
 * A1 After `lock()` nothing can be registered: the indexed functions are the served ones (host contract, 2.3 step 7).
 * A2 A function id is registered once. Names and bindings are checked by `index()` only, so that one invalid function
 *    does not make its entry file fail (host contract, 3.1).
 */
export class AppRegistry {
  readonly hooks = new Hooks();
  programmingModel: ProgrammingModel | null = null;
  /** The entry file that is being loaded. */
  entryFile: string | undefined;
  readonly #functions = new Map<string, Registration>();
  readonly #log: HostLog;
  #locked = false;

  constructor(log: HostLog) {
    this.#log = log;
  }

  /** @throws CoreSystemError for a duplicate id and after start-up (A1, A2) */
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.#locked) {
      throw new CoreSystemError('A function can only be registered during app startup.');
    }
    const id = metadata.functionId ?? metadata.name;
    if (this.#functions.has(id)) {
      throw new CoreSystemError(
        `A function with id "${id}" has already been registered. Rename one of the two functions.`,
      );
    }
    this.#functions.set(id, { metadata, callback, entryFile: this.entryFile });
    return new Disposable(() => {
      if (this.#locked) throw new CoreSystemError('A function can only be disposed during app startup.');
      this.#functions.delete(id);
    });
  }

  /** Ends the registration (A1). */
  lock(): void {
    this.#locked = true;
  }

  /** The valid functions, sorted by name; invalid ones are reported and left out (host contract, 2.3, 3.1). */
  index(): RegisteredFunction[] {
    const valid = new Map<string, RegisteredFunction>();
    for (const [id, { metadata, callback, entryFile }] of this.#functions) {
      const key = metadata.name.toLowerCase();
      const problem = valid.has(key)
        ? 'another function has the same name (names ignore case); rename one of them'
        : problemOf(metadata);
      const [trigger] = triggersOf(metadata);
      if (problem !== undefined || trigger === undefined) {
        this.#log.log(
          'error',
          'Host.Startup',
          `The function "${metadata.name}" cannot be served: ${problem ?? 'it has no trigger'}.`,
        );
        continue;
      }
      valid.set(key, {
        name: metadata.name,
        id,
        trigger,
        bindings: metadata.bindings,
        callback,
        metadata,
        ...(metadata.retryOptions && { retryOptions: metadata.retryOptions }),
        ...(entryFile !== undefined && { entryFile }),
      });
    }
    return [...valid.values()].sort((a, b) => compareNames(a.name, b.name));
  }

  /**
   * Logs an entry of the app or its libraries, after the app's log hooks (host contract, 2.10).
   *
   * @param invocation absent for entries outside an invocation
   */
  log(
    level: CoreLogLevel,
    category: CoreLogCategory,
    message: string,
    invocation?: { functionName: string; context: unknown; hookData: HookData },
  ): void {
    let entry = { level, message };
    if (this.hooks.has('log')) {
      const hook = {
        level,
        message,
        category,
        invocationContext: invocation?.context,
        hookData: invocation?.hookData ?? this.hooks.appLevelData,
        appHookData: this.hooks.appHookData,
      };
      this.hooks.runLog(hook);
      if (category === 'user') entry = hook;
    }
    if (entry.level === 'none') return;
    this.#log.log(entry.level, logCategory(category, invocation?.functionName), entry.message);
  }
}

/** Ordinal, ignoring case: the order in which the genuine host tries routes (host contract, 3.1). */
function compareNames(a: string, b: string): number {
  const [x, y] = [a.toUpperCase(), b.toUpperCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

function logCategory(category: CoreLogCategory, functionName: string | undefined): string {
  if (functionName === undefined) return category === 'user' ? 'Host.App' : 'Host.Worker';
  return category === 'user' ? `Function.${functionName}.User` : `Function.${functionName}`;
}

const NAME = /^[a-z][a-z0-9_-]{0,127}$/i;

/** Rules for names and triggers: host contract, 2.3 and 2.4. */
function problemOf(metadata: FunctionMetadata): string | undefined {
  if (!NAME.test(metadata.name)) {
    return 'its name must be a letter followed by at most 127 letters, digits, "_" or "-"';
  }
  if (metadata.name.toLowerCase() === 'host') return '"host" is reserved; give it another name';
  const triggers = triggersOf(metadata).length;
  return triggers === 1 ? undefined : `it has ${triggers} triggers and must have exactly one`;
}

function triggersOf(metadata: FunctionMetadata): Binding[] {
  return Object.values(metadata.bindings).filter(({ type }) => /trigger$/i.test(type));
}
