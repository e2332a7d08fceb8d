import { Disposable } from './disposable.js';
import { CoreRangeError } from './errors.js';
import { type HookCallback, type HookData, type HookName } from './core-types.js';

const NAMES: readonly HookName[] = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'];

/** The app's hooks, each list in the order of registration (host contract, 2.2, 2.5, 2.10). */
export class Hooks {
  /** Shared by all hooks of the app. */
  readonly appHookData: HookData = {};
  /** `hookData` of app hooks, and of log lines outside an invocation. */
  readonly appLevelData: HookData = {};
  readonly #callbacks = new Map<HookName, readonly HookCallback[]>(NAMES.map((name) => [name, []]));
  #dispatchingLog = false;

  /** @throws CoreRangeError for an unknown name: the library explains missing log hooks by that shape. */
  register(name: string, callback: HookCallback): Disposable {
    const known = NAMES.find((candidate) => candidate === name);
    if (known === undefined) throw new CoreRangeError(`Unrecognized hook "${name}"`);
    this.#callbacks.set(known, [...this.#list(known), callback]);
    return new Disposable(() => {
      this.#callbacks.set(
        known,
        this.#list(known).filter((other) => other !== callback),
      );
    });
  }

  has(name: HookName): boolean {
    return this.#list(name).length > 0;
  }

  /** Awaits the callbacks one after another; a throw stops the row and goes to the caller. */
  async run(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const callback of this.#list(name)) await callback(context);
  }

  /** Log hooks are synchronous, and a line written by one of them runs none (host contract, 2.10). */
  runLog(context: Record<string, unknown>): void {
    if (this.#dispatchingLog) return;
    this.#dispatchingLog = true;
    try {
      for (const callback of this.#list('log')) callback(context);
    } finally {
      this.#dispatchingLog = false;
    }
  }

  #list(name: HookName): readonly HookCallback[] {
    return this.#callbacks.get(name) ?? [];
  }
}
