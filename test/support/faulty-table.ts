import { commonErrors } from '../../src/platform/errors.js';
import { type TableStore } from '../../src/platform/storage.js';

export type Fault = 'none' | 'refused' | 'answer lost' | 'late';

/** A table whose transactions fail as the test chooses; `late` ones are stored after others that began later. */
export function faultyTable(table: TableStore, faultOf: () => Fault): TableStore {
  return new Proxy(table, {
    get(target, property) {
      if (property !== 'transact') return (Reflect.get(target, property) as () => unknown).bind(target);
      return async (writes: Parameters<TableStore['transact']>[0]) => {
        const fault = faultOf();
        if (fault === 'refused') throw commonErrors.ServiceUnavailable('refused');
        if (fault === 'late') for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        const etag = await target.transact(writes);
        if (fault === 'answer lost') throw commonErrors.ServiceUnavailable('the answer is lost');
        return etag;
      };
    },
  });
}
