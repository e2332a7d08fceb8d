import { DownloadSlots } from '../../../../src/files/analysis/download-slots.js';
import { usedSlots, withEntry, type SlotEntry } from '../../../../src/files/analysis/slots.js';
import { MemoryTable } from '../../../support/memory-table.js';

const FILE = 7;
const MINUTE = 60_000;

const entries = (...given: [key: string, range: boolean][]): SlotEntry[] =>
  given.map(([key, range], index) => ({ id: String(index), key, range, until: 0 }));
const wholes = (count: number, key = 'a') => Array.from({ length: count }, (): [string, boolean] => [key, false]);
const next = (key: string, range: boolean): SlotEntry => ({ id: 'next', key, range, until: 0 });

test.each<[string, [string, boolean][], number]>([
  ['none', [], 0],
  ['whole downloads', wholes(3), 3],
  [
    'ranges of one key',
    [
      ['a', true],
      ['a', true],
    ],
    1,
  ],
  [
    'ranges beside a whole download of their key',
    [
      ['a', false],
      ['a', true],
      ['a', true],
    ],
    1,
  ],
  [
    'ranges of two keys',
    [
      ['a', true],
      ['b', true],
      ['b', true],
    ],
    2,
  ],
  [
    'all of these',
    [
      ['a', false],
      ['a', false],
      ['a', true],
      ['b', true],
      ['c', false],
    ],
    4,
  ],
])('used slots: %s', (_name, given, used) => {
  expect(usedSlots(entries(...given))).toBe(used);
});

test('the eleventh download is refused, a range of a key that downloads is not', () => {
  const full = entries(...wholes(9), ['b', true]);
  expect(withEntry(full, next('a', false))).toBeUndefined();
  expect(withEntry(full, next('c', true))).toBeUndefined();
  expect(withEntry(full, next('a', true))).toHaveLength(11);
  expect(withEntry(full, next('b', false))).toHaveLength(11); // the ranges of `b` had the slot
});

test('entries are at most 100', () => {
  const ranges = Array.from({ length: 100 }, (): [string, boolean] => ['a', true]);
  expect(withEntry(entries(...ranges), next('a', true))).toBeUndefined();
});

describe('slots over processes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const stored = (table: MemoryTable) =>
    (JSON.parse(String(table.rows[0]?.entries ?? '[]')) as SlotEntry[]).filter(({ until }) => until > Date.now());
  const enterAll = (slots: DownloadSlots, count: number) =>
    Promise.all(Array.from({ length: count }, () => slots.enter(FILE, 'a', false)));

  test('are ten in all, and a slot that is left is free for another process', async () => {
    const table = new MemoryTable();
    const [first, second] = [new DownloadSlots(table), new DownloadSlots(table)];
    const entered = [...(await enterAll(first, 6)), ...(await enterAll(second, 6))];
    const leaves = entered.filter((leave) => leave !== undefined);
    expect(leaves).toHaveLength(10);
    expect(await second.enter(FILE, 'b', true)).toBeUndefined();
    expect(await second.enter(FILE + 1, 'b', true)).toBeDefined();
    leaves[0]?.();
    leaves[0]?.(); // a second time changes nothing
    await jest.advanceTimersByTimeAsync(0);
    expect(await second.enter(FILE, 'b', true)).toBeDefined();
    expect(await first.enter(FILE, 'c', true)).toBeUndefined();
  });

  test('are renewed while the download goes on, and free 45 s after the end of the process', async () => {
    const table = new MemoryTable();
    const living = new DownloadSlots(table);
    await enterAll(living, 4);
    // A process that has ended renews nothing: its entries are left as they were.
    const gone = { id: 'gone', key: 'b', range: false, until: Date.now() + 45_000 };
    const [row] = table.rows;
    await table.put({ partitionKey: 'slots', rowKey: String(FILE), entries: JSON.stringify([...stored(table), gone]) });
    expect(row).toMatchObject({ partitionKey: 'slots', rowKey: String(FILE) });
    expect(stored(table)).toHaveLength(5);
    await jest.advanceTimersByTimeAsync(44_000);
    expect(stored(table)).toHaveLength(5);
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect(stored(table).map(({ key }) => key)).toEqual(['a', 'a', 'a', 'a']);
  });

  test('changes of one process share writes', async () => {
    const table = new MemoryTable();
    const transact = jest.spyOn(table, 'transact');
    await enterAll(new DownloadSlots(table), 10);
    expect(transact).toHaveBeenCalledTimes(2);
  });
});
