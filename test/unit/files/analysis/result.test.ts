import { ResultRows } from '../../../../src/files/analysis/result-rows.js';
import { MAX_SCENES, readResult, type Result } from '../../../../src/files/analysis/result.js';
import { type BlobStore } from '../../../../src/platform/storage.js';
import { MemoryTable } from '../../../support/memory-table.js';

const NEVER = new AbortController().signal;

async function resultOf(value: unknown): Promise<Result> {
  const posted = await readResult(Buffer.from(JSON.stringify(value)));
  if (posted.failure) throw new Error('The result is a failure.');
  return posted.result;
}

test.each<[string, object, Partial<Record<keyof Result, unknown>>]>([
  ['its own count', { violations_quantity: 4, scenes: [{ findings: [1] }] }, { violationsQuantity: 4 }],
  ['its findings', { findings: [1, 2], scenes: [{ findings: [1] }] }, { violationsQuantity: 2 }],
  [
    'the findings of its scenes',
    { scenes: [{ findings: [1] }, 7, { findings: [1, 2] }, {}] },
    { violationsQuantity: 3 },
  ],
  ['a count that is none', { violations_quantity: -1 }, { violationsQuantity: 0 }],
  ['a rating', { rating: 'severe' }, { rating: 'severe' }],
  ['another rating', { rating: 'awful' }, { rating: '----' }],
  ['a comment', { comment: 'Mild.' }, { comment: 'Mild.' }],
  ['a long comment', { comment: 'x'.repeat(20_000) }, { comment: 'x'.repeat(10_000) }],
  ['no array of scenes', { scenes: 'none' }, { scenes: undefined, rest: Buffer.from('{"scenes":"none"}') }],
  ['an empty array of scenes', { scenes: [] }, { scenes: [], rest: Buffer.from('{}') }],
  ['an error that is no failure', { error: 'a text' }, { violationsQuantity: 0 }],
])('a result has %s', async (_name, value, expected) => {
  expect(await resultOf(value)).toMatchObject(expected);
});

test.each([
  [
    { code: 'X', message: 'Why.' },
    { code: 'X', message: 'Why.' },
  ],
  [{ message: ' a\u0000b\n\u2028c ' }, { code: 'AnalyzerFailed', message: 'a b c' }],
  [
    { code: 'not a code', message: '' },
    { code: 'AnalyzerFailed', message: 'It gave no reason.' },
  ],
])('the failure %j', async (error, failure) => {
  expect(await readResult(Buffer.from(JSON.stringify({ error })))).toEqual({ failure });
});

test.each<[string, string, number]>([
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), 400],
  ['two values', '{} {}', 400],
  ['many members', `{${Array.from({ length: 1_001 }, (_, n) => `"${n}":0`).join(',')}}`, 413],
  ['many scenes', `{"scenes":[${'0,'.repeat(MAX_SCENES)}0]}`, 413],
])('a result with %s is refused', async (_name, text, status) => {
  await expect(readResult(Buffer.from(text, 'latin1'))).rejects.toMatchObject({ data: { status } });
});

describe('rows of a result', () => {
  function world() {
    const table = new MemoryTable();
    const stored = new Map<string, Buffer>();
    const blobs: Pick<BlobStore, 'put' | 'get' | 'deletePrefix'> = {
      put: (name, bytes) => Promise.resolve(void stored.set(name, bytes)),
      get: (name) => Promise.resolve(stored.get(name)),
      deletePrefix: (prefix) => {
        for (const name of stored.keys()) if (name.startsWith(prefix)) stored.delete(name);
        return Promise.resolve();
      },
    };
    return { table, stored, rows: new ResultRows(table, blobs) };
  }
  const run = { id: 3, run: 1 };

  test('are the scenes in their order, in pages', async () => {
    const { rows } = world();
    const scenes = Array.from({ length: 450 }, (_, n) => ({ n, text: '😀'.repeat(n * 70) }));
    await rows.store(run, await resultOf({ a: 1, scenes }), NEVER);
    const page = async (limit: number, offset: number) =>
      JSON.parse((await rows.read(run, scenes.length, { limit, offset }))?.toString() ?? '') as unknown;
    expect(await page(1_000, 0)).toEqual({ a: 1, scenes });
    expect(await page(3, 448)).toEqual({ a: 1, scenes: scenes.slice(448) });
    expect(await page(3, 450)).toEqual({ a: 1, scenes: [] });
    expect(await page(3, 999_999)).toEqual({ a: 1, scenes: [] });
  });

  test('of a transaction are at most 100, and 3 MB', async () => {
    const { table, rows } = world();
    const transact = jest.spyOn(table, 'transact');
    const scenes = [...Array.from({ length: 150 }, () => 0), ...Array.from({ length: 12 }, () => 'я'.repeat(240_000))];
    await rows.store(run, await resultOf({ scenes }), NEVER);
    expect(transact.mock.calls.map(([writes]) => writes.length)).toEqual([100, 56, 6]);
    const columns = table.rows.flatMap((row) => Object.values(row).map((value) => String(value).length));
    expect(Math.max(...columns)).toBeLessThanOrEqual(30_000);
  });

  test('are stored again after an interruption, and deleted', async () => {
    const { table, stored, rows } = world();
    const result = await resultOf({ scenes: Array.from({ length: 1_250 }, (_, n) => n) });
    const transact = table.transact.bind(table);
    let left = 3;
    jest.spyOn(table, 'transact').mockImplementation((writes) => {
      if (left-- > 0) return transact(writes);
      return Promise.reject(new Error('The process ends.'));
    });
    await expect(rows.store(run, result, NEVER)).rejects.toThrow('The process ends.');
    jest.restoreAllMocks();
    await rows.store(run, result, NEVER);
    expect(table.rows).toHaveLength(1_250);
    await rows.delete({ id: 3, run: 2 });
    expect(table.rows).toHaveLength(1_250);
    await rows.delete(run);
    expect([table.rows, [...stored.keys()]]).toEqual([[], []]);
  });
});
