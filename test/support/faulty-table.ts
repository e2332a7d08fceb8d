import { commonErrors } from '../../src/platform/errors.js';
import { type TableStore } from '../../src/platform/storage.js';

export type Fault = 'none' | 'refused' | 'answer lost' | 'late';

const WRITES: readonly (string | symbol)[] = ['insert', 'put', 'update', 'delete', 'transact'];

/** A table whose writes fail as the test chooses; `late` ones are stored after others that began later. */
export function faultyTable(table: TableStore, faultOf: () => Fault): TableStore {
  return new Proxy(table, {
    get(target, property) {
      const member = Reflect.get(target, property) as (...args: unknown[]) => Promise<unknown>;
      if (!WRITES.includes(property)) return member.bind(target);
      return async (...args: unknown[]) => {
        const fault = faultOf();
        if (fault === 'refused') throw commonErrors.ServiceUnavailable('refused');
        if (fault === 'late') for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        const result = await member.apply(target, args);
        if (fault === 'answer lost') throw commonErrors.ServiceUnavailable('the answer is lost');
        return result;
      };
    },
  });
}
