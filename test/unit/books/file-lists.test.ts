import fc from 'fast-check';
import { byPath, FileLists } from '../../../src/books/file-lists.js';

/** Blobs in memory. */
function memoryLists(): FileLists {
  const blobs = new Map<string, Buffer>();
  return new FileLists({
    put: (name, bytes) => Promise.resolve(void blobs.set(name, bytes)),
    get: (name) => Promise.resolve(blobs.get(name)),
    deletePrefix: (prefix) => {
      for (const name of blobs.keys()) if (name.startsWith(prefix)) blobs.delete(name);
      return Promise.resolve();
    },
  });
}

async function all(lists: FileLists, from?: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const page of lists.pages('list/', from)) paths.push(...page.map(({ path }) => path));
  return paths;
}

test('a range, a page and an entry of a list are found, whatever the paths are', async () => {
  const paths = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 260 });
  await fc.assert(
    fc.asyncProperty(paths, fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }), async (given, a, b) => {
      const [first = '', last = ''] = [a, b].sort();
      const entries = given.map((path) => ({ path })).sort(byPath);
      const lists = memoryLists();
      const { pages } = await lists.write('list/', entries);
      expect(pages.reduce((sum, page) => sum + page.entries, 0)).toBe(entries.length);
      const sorted = entries.map(({ path }) => path);
      expect([...(await lists.range('list/', first, last)).keys()].sort()).toEqual(
        sorted.filter((path) => path >= first && path <= last),
      );
      expect(await all(lists, first)).toEqual(sorted.filter((path) => path > first));
      expect(await all(lists)).toEqual(sorted);
      expect(await lists.find('list/', sorted.at(-1) ?? '')).toEqual(entries.at(-1));
    }),
    { numRuns: 50 },
  );
});

test('a list that does not exist is empty', async () => {
  const lists = memoryLists();
  expect(await all(lists)).toEqual([]);
  expect(await lists.find('list/', 'a')).toBeUndefined();
  await lists.write('list/', [{ path: 'a' }]);
  await lists.delete('list/');
  expect(await all(lists)).toEqual([]);
});
