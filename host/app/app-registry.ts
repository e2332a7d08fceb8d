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

export interface RegisteredFunction extends HostFunction {
  readonly callback: FunctionCallback;
  readonly metadata: FunctionMetadata;
}

/**
 * What one app registered with the host.
 *
 * A1 After `lock()` nothing can be registered: what was indexed is what is served (host contract, 2.3 step 7).
 * A2 A function id is registered once; `index()` alone judges names and bindings, so that one bad function does not
 *    take the entry file down with it (host contract, 3.1).
 */
export class App {
  readonly hooks = new Hooks();
  programmingModel: ProgrammingModel | null = null;
  readonly #functions = new Map<string, { metadata: FunctionMetadata; callback: FunctionCallback }>();
  readonly #log: HostLog;
  #locked = false;

  constructor(log: HostLog) {
    this.#log = log;
  }

  /** @throws CoreSystemError for a duplicate id and after start-up (A1, A2). */
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.#locked) {
      throw new CoreSystemError('A function can only be registered during app startup.');
    }
    const id = metadata.functionId ?? metadata.name;
    if (this.#functions.has(id)) {
      throw new CoreSystemError(
        `A function with id "${id}" has already been registered. Give one of the two another name.`,
      );
    }
    this.#functions.set(id, { metadata, callback });
    return new Disposable(() => {
      if (this.#locked) throw new CoreSystemError('A function can only be disposed during app startup.');
      this.#functions.delete(id);
    });
  }

  lock(): void {
    this.#locked = true;
  }

  /** The functions that can be served, by name; the others are reported and left out (host contract, 2.3, 3.1). */
  index(): RegisteredFunction[] {
    const served = new Map<string, RegisteredFunction>();
    for (const [id, { metadata, callback }] of this.#functions) {
      const key = metadata.name.toLowerCase();
      const problem = served.has(key)
        ? 'another function has the same name, in which case does not count; rename one of them'
        : problemOf(metadata);
      const [trigger] = triggersOf(metadata);
      if (problem !== undefined || trigger === undefined) {
        this.#log.log(
          'error',
          'Host.Startup',
          `The function "${metadata.name}" is not served: ${problem ?? 'it has no trigger'}.`,
        );
        continue;
      }
      served.set(key, {
        name: metadata.name,
        id,
        trigger,
        bindings: metadata.bindings,
        callback,
        metadata,
        ...(metadata.retryOptions && { retryOptions: metadata.retryOptions }),
      });
    }
    return [...served.values()].sort((a, b) => compareNames(a.name, b.name));
  }

  /**
   * One line of the app or of its libraries, through the app's log hooks (host contract, 2.10).
   *
   * @param invocation absent for lines outside an invocation
   */
  log(
    level: CoreLogLevel,
    category: CoreLogCategory,
    message: string,
    invocation?: { functionName: string; context: unknown; hookData: HookData },
  ): void {
    let line = { level, message };
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
      if (category === 'user') line = hook;
    }
    if (line.level === 'none') return;
    this.#log.log(line.level, logCategory(category, invocation?.functionName), line.message);
  }
}

/** Ordinal, ignoring case: the order in which the product tries routes (host contract, 3.1). */
export function compareNames(a: string, b: string): number {
  const [x, y] = [a.toUpperCase(), b.toUpperCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

function logCategory(category: CoreLogCategory, functionName: string | undefined): string {
  if (functionName === undefined) return category === 'user' ? 'Host.App' : 'Host.Worker';
  return category === 'user' ? `Function.${functionName}.User` : `Function.${functionName}`;
}

const NAME = /^[a-z][a-z0-9_-]{0,127}$/i;

/** Names and triggers: host contract, 2.3 and 2.4. */
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
