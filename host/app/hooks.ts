import { Disposable } from './disposable.js';
import { CoreRangeError } from './errors.js';
import { type HookCallback, type HookData, type HookName } from './core-types.js';

const NAMES: readonly HookName[] = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'];

/** The app's hooks, in the order of registration (host contract, 2.2, 2.5, 2.10). */
export class Hooks {
  /** Shared by all hooks of the app. */
  readonly appHookData: HookData = {};
  /** `hookData` of app hooks and of log entries outside an invocation. */
  readonly appLevelData: HookData = {};
  readonly #callbacks = new Map<HookName, readonly HookCallback[]>(NAMES.map((name) => [name, []]));
  #dispatchingLog = false;

  /** @throws CoreRangeError for an unknown name; the library detects missing log hooks by this error */
  register(name: string, callback: HookCallback): Disposable {
    const known = NAMES.find((candidate) => candidate === name);
    if (known === undefined) throw new CoreRangeError(`Unrecognized hook "${name}"`);
    this.#callbacks.set(known, [...this.#callbacksOf(known), callback]);
    return new Disposable(() => {
      this.#callbacks.set(
        known,
        this.#callbacksOf(known).filter((other) => other !== callback),
      );
    });
  }

  has(name: HookName): boolean {
    return this.#callbacksOf(name).length > 0;
  }

  /** Awaits the callbacks one after another; rejects with the first error and skips the rest. */
  async run(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const callback of this.#callbacksOf(name)) await callback(context);
  }

  /** Runs the log hooks synchronously; an entry that a hook writes runs no hooks (host contract, 2.10). */
  runLog(context: Record<string, unknown>): void {
    if (this.#dispatchingLog) return;
    this.#dispatchingLog = true;
    try {
      for (const callback of this.#callbacksOf('log')) callback(context);
    } finally {
      this.#dispatchingLog = false;
    }
  }

  #callbacksOf(name: HookName): readonly HookCallback[] {
    return this.#callbacks.get(name) ?? [];
  }
}
