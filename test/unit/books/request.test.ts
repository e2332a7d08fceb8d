import { isDenied, MAX_FILES, readUploadRequest } from '../../../src/books/request.js';

const hash = 'a'.repeat(64);

async function* chunks(body: unknown): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(JSON.stringify(body));
  for (let at = 0; at < bytes.length; at += 60_000) {
    await Promise.resolve();
    yield bytes.subarray(at, at + 60_000);
  }
}

const read = (body: object, denied: string[] = []) =>
  readUploadRequest(chunks({ clientName: 'c', clientVersion: '1', ...body }), denied);

test('files are in the order of their paths, and the fingerprint does not depend on the order in the request', async () => {
  const paths = Array.from({ length: 12_345 }, (_, n) => `${(n * 7919) % 12_345}.txt`);
  const files = paths.map((path) => ({ path, hash }));
  const [one, other] = [await read({ files }), await read({ files: files.toReversed() })];
  expect(one.files.map(({ path }) => path)).toEqual(paths.toSorted());
  expect(other.fingerprint).toBe(one.fingerprint);
  for (const change of [{ hash: 'b'.repeat(64) }, { size: 1 }, { path: 'other' }])
    expect((await read({ files: [...files.slice(1), { ...files[0], ...change }] })).fingerprint).not.toBe(
      one.fingerprint,
    );
});

test('as many files as the contract allows are taken, and not one more', async () => {
  const files = Array.from({ length: MAX_FILES }, (_, n) => ({ path: `${n}`, hash }));
  expect((await read({ files })).files.length).toBe(MAX_FILES);
  await expect(read({ files: [...files, { path: 'x', hash }] })).rejects.toThrow(
    'files: expected 1 to 100000 files, got 100001.',
  );
});

test('unknown members, and a size that is null, are ignored', async () => {
  const { files } = await read({ files: [{ path: 'a', hash, size: null, modified: 1 }], more: [1] });
  expect(files).toEqual([{ path: 'a', hash }]);
});

test.each([
  [['1.0'], true],
  [['1.*'], true],
  [['app/1.0'], true],
  [['app/*'], true],
  [['1'], false],
  [['other/1.0', '2.*'], false],
  [[], false],
])('with the deny list %j, version 1.0 of app is denied: %s', (denied, expected) => {
  expect(isDenied({ clientName: 'app', clientVersion: '1.0' }, denied)).toBe(expected);
});
