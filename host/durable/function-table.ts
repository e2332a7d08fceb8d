import { type HostFunction } from '../contracts.js';

/** What an orchestrator can call. */
export type CalledFunctions = Pick<
  FunctionTable,
  'orchestrator' | 'activity' | 'entity' | 'orchestrators' | 'entities'
>;

/** Functions by trigger and name. Names are case-insensitive (host contract, 11.8). */
export class FunctionTable {
  readonly #byTrigger = new Map<string, Map<string, HostFunction>>();

  constructor(functions: readonly HostFunction[]) {
    for (const fn of functions) {
      const type = fn.trigger.type.toLowerCase();
      const table = this.#byTrigger.get(type) ?? new Map<string, HostFunction>();
      this.#byTrigger.set(type, table.set(fn.name.toLowerCase(), fn));
    }
  }

  orchestrator(name: string): HostFunction | undefined {
    return this.#find('orchestrationtrigger', name);
  }

  activity(name: string): HostFunction | undefined {
    return this.#find('activitytrigger', name);
  }

  entity(name: string): HostFunction | undefined {
    return this.#find('entitytrigger', name);
  }

  orchestrators(): HostFunction[] {
    return [...(this.#byTrigger.get('orchestrationtrigger')?.values() ?? [])];
  }

  entities(): HostFunction[] {
    return [...(this.#byTrigger.get('entitytrigger')?.values() ?? [])];
  }

  #find(type: string, name: string): HostFunction | undefined {
    return this.#byTrigger.get(type)?.get(name.toLowerCase());
  }
}
