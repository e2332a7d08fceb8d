import { type Violation } from '../../../../src/files/lists/fields.js';
import { Violations } from '../../../../src/files/lists/violations.js';
import { faultyTable, type Fault } from '../../../support/faulty-table.js';
import { MemoryTable } from '../../../support/memory-table.js';

const ALL = { limit: 1_000, offset: 0 };
const DAY_MS = 24 * 3_600_000;

const violation = (violations: string, violations_comment = '16+: x'): Violation => ({
  violations,
  violations_comment,
});
const named = (...names: string[]) => names.map((name) => violation(name));

let table: MemoryTable;
let list: Violations;
beforeEach(() => {
  table = new MemoryTable();
  list = new Violations(table);
});

const shown = async (of = list) => (await of.list(ALL)).rows.map(({ id, values }) => `${id} ${values.violations}`);
/** The partitions of the table, without that of the versions. */
const partitions = () =>
  new Set(table.rows.map(({ partitionKey }) => partitionKey).filter((key) => key !== 'violations'));
const versions = () => table.rows.filter(({ rowKey }) => rowKey.startsWith('version-'));

/** Loads and deletes what was replaced. */
async function load(rows: readonly Violation[], of = list) {
  const report = await of.load(rows);
  await of.deleteOld();
  return report;
}

test('without a list there are no rows, and nothing is stored by reading', async () => {
  expect(await list.exists()).toBe(false);
  expect(await list.list(ALL)).toEqual({ rows: [], hasMore: false });
  expect([await list.ids(), await list.get(1), await list.change(1, violation('x')), await list.delete(1)]).toEqual([
    [],
    undefined,
    false,
    false,
  ]);
  expect(table.rows).toEqual([]);
});

test('the first violation begins the list', async () => {
  expect(await list.add(violation('a'))).toBe(1);
  expect(await list.add(violation('b'))).toBe(2);
  expect(await shown()).toEqual(['1 a', '2 b']);
});

test('violations are read, changed and deleted by their numbers, which are not used again', async () => {
  await load(named('a', 'b', 'c'));
  expect(await list.change(2, violation('B', ''))).toBe(true);
  expect(await list.get(2)).toEqual(violation('B', ''));
  expect(await list.delete(3)).toBe(true);
  expect([await list.delete(3), await list.change(3, violation('x')), await list.get(3)]).toEqual([
    false,
    false,
    undefined,
  ]);
  expect(await list.add(violation('d'))).toBe(4);
  expect(await list.ids()).toEqual([1, 2, 4]);
});

describe('a load', () => {
  test('replaces the list; rows that are in it keep their numbers', async () => {
    expect(await load(named('a', 'b', 'c'))).toEqual({ added: 3, kept: 0, removed: 0 });
    expect(await load(named('c', 'd', 'a'))).toEqual({ added: 1, kept: 2, removed: 1 });
    expect(await shown()).toEqual(['1 a', '3 c', '4 d']);
  });

  test('of the same rows again changes nothing, in whatever order', async () => {
    await load(named('a', 'b', 'a'));
    const before = table.rows;
    expect(await load(named('a', 'a', 'b'))).toEqual({ added: 0, kept: 3, removed: 0 });
    expect(table.rows).toEqual(before);
  });

  test('replaces edits', async () => {
    await load(named('a', 'b'));
    await list.change(1, violation('A'));
    await list.add(violation('mine'));
    expect(await load(named('a', 'b'))).toEqual({ added: 1, kept: 1, removed: 2 });
    expect(await shown()).toEqual(['2 b', '4 a']);
  });

  test('tells rows with the same parts apart', async () => {
    await load([violation('a', 'b,c'), violation('a,b', 'c')]);
    expect(await load([violation('a,b', 'c')])).toEqual({ added: 0, kept: 1, removed: 1 });
  });

  test('can be tried without a change', async () => {
    await load(named('a', 'b'));
    const before = table.rows;
    expect(await list.load(named('b', 'c', 'd'), { dryRun: true })).toEqual({ added: 2, kept: 1, removed: 1 });
    expect(table.rows).toEqual(before);
  });

  test('of many rows is read in pages, and leaves nothing of what it replaced', async () => {
    await load(Array.from({ length: 2_345 }, (_, index) => violation(`old ${index}`)));
    const rows = Array.from({ length: 2_345 }, (_, index) => violation(`new ${index}`));
    expect(await load(rows)).toEqual({ added: 2_345, kept: 0, removed: 2_345 });
    expect((await list.ids()).length).toBe(2_345);
    const page = await list.list({ limit: 2, offset: 1_233 });
    expect([page.rows.map(({ values }) => values.violations), page.hasMore]).toEqual([['new 1233', 'new 1234'], true]);
    expect([partitions().size, versions().length]).toEqual([1, 1]);
  });

  test('that may only be the first one does nothing when there is a list, also an empty one', async () => {
    await list.load([]);
    expect(await list.load(named('a'), { onlyFirst: true })).toEqual({ added: 0, kept: 0, removed: 0 });
    expect(await shown()).toEqual([]);
  });

  test('that is one of several first ones at the same time happens once', async () => {
    const reports = await Promise.all([1, 2, 3].map(() => new Violations(table).load(named('a'), { onlyFirst: true })));
    expect(reports.map(({ added }) => added).sort()).toEqual([0, 0, 1]);
    await list.deleteOld();
    expect([partitions().size, versions().length]).toEqual([1, 1]);
  });
});

describe('a load that is killed', () => {
  /** A table of a process that is killed after so many writes. */
  const killedAfter = (writes: number, last: Fault = 'refused') => {
    let left = writes;
    return faultyTable(table, () => {
      left--;
      if (left >= 0) return 'none';
      return left === -1 ? last : 'refused';
    });
  };
  const old = Array.from({ length: 120 }, (_, index) => violation(`old ${index}`));
  const rows = Array.from({ length: 250 }, (_, index) => violation(`new ${index}`));

  test.each<Fault>(['refused', 'answer lost'])(
    'at any write (%s) has replaced all rows or none, and the next load deletes what it left',
    async (last) => {
      const ends = new Set<number>();
      for (let writes = 0; ; writes++) {
        table = new MemoryTable();
        await load(old, new Violations(table));
        const killed = new Violations(killedAfter(writes, last));
        const isWhole = await load(rows, killed).then(
          () => true,
          () => false,
        );
        const next = new Violations(table);
        const { length } = await next.ids();
        expect([old.length, rows.length]).toContain(length);
        ends.add(length);
        await load(rows, next);
        expect((await next.ids()).length).toBe(rows.length);
        expect([partitions().size, versions().length]).toEqual([1, 1]);
        if (isWhole) break;
      }
      expect(ends).toEqual(new Set([old.length, rows.length]));
    },
  );

  test('and is not repeated leaves nothing after a day', async () => {
    await load(old);
    await expect(load(rows, new Violations(killedAfter(3)))).rejects.toThrow('refused');
    await list.deleteOld();
    expect(versions().length).toBe(2); // it might still run
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + DAY_MS + 1_000);
    await list.deleteOld();
    clock.mockRestore();
    expect([partitions().size, versions().length]).toEqual([1, 1]);
    expect((await list.ids()).length).toBe(old.length);
  });
});

describe('at the same time', () => {
  /** A table whose calls end in a random order. */
  function shuffled(seed: number) {
    let state = seed;
    const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    return faultyTable(table, (): Fault => (random() < 0.5 ? 'late' : 'none'));
  }

  test('loads and edits leave one whole list', async () => {
    for (let seed = 0; seed < 40; seed++) await loadAndEdit(seed);
  });

  async function loadAndEdit(seed: number) {
    table = new MemoryTable();
    list = new Violations(table);
    const loads = ['a', 'b', 'c'].map((name) => named(...Array.from({ length: 110 }, (_, index) => `${name}${index}`)));
    await load(named('old'));
    const shared = shuffled(seed);
    await Promise.all([
      ...loads.map((rows) => load(rows, new Violations(shared))),
      ...['x', 'y'].map((name) => new Violations(shared).add(violation(name))),
      new Violations(shared).change(1, violation('changed')),
    ]);
    await list.deleteOld();
    const names = (await list.list(ALL)).rows.map(({ values }) => values.violations);
    const loaded = names.filter((name) => /^[abc]\d+$/.test(name));
    expect(new Set(loaded.map((name) => name.charAt(0))).size).toBe(1);
    expect(loaded.length).toBe(110);
    expect(new Set(names).size).toBe(names.length);
    expect([partitions().size, versions().length]).toEqual([1, 1]);
  }

  test('a page is never a part of a list that is being deleted', async () => {
    const lists = ['a', 'b'].map((name) => named(...Array.from({ length: 300 }, (_, index) => `${name}${index}`)));
    await load(lists[0] ?? []);
    const shared = shuffled(7);
    const state = { isRunning: true };
    const loading = (async () => {
      for (let turn = 1; turn <= 6; turn++) await load(lists[turn % 2] ?? [], new Violations(shared));
      state.isRunning = false;
    })();
    while (state.isRunning) expect((await new Violations(shared).list(ALL)).rows.length).toBe(300);
    await loading;
  });
});
