import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { ContentCheck, type ZipLimits } from '../../../src/bank-map/zip/content-check.js';
import { checkStored, directoryAgrees } from '../../../src/bank-map/zip/stored.js';
import { type StoredBytes } from '../../../src/platform/stored-zip.js';
import { storeZip } from '../../../src/bank-map/zip/store.js';
import { StreamedZip } from '../../../src/bank-map/zip/streamed.js';
import { markedEncrypted, smallLedger, streamedZipOf, withEmptyEntries, without, zipOf } from '../../support/zips.js';
import { type Files } from '../../support/bank-map-zip.js';

const LIMITS: ZipLimits = { packedBytes: 1e8, unpackedBytes: 1.2e7, ratio: 200, entries: 20 };

function stored(zip: Buffer): StoredBytes {
  return { size: zip.length, read: (start, end) => Promise.resolve(Readable.from([zip.subarray(start, end)])) };
}

async function stream(zip: Buffer, size = 65_536): Promise<StreamedZip> {
  const streamed = new StreamedZip((packed) => new ContentCheck(LIMITS, packed));
  for (let at = 0; at < zip.length; at += size) await streamed.push(zip.subarray(at, at + size));
  await streamed.end();
  return streamed;
}

const readStored = (zip: Buffer) => checkStored(stored(zip), new ContentCheck(LIMITS, () => zip.length));

describe('a zip of 0.94 MB with 20,000 entries in its directory', () => {
  const bomb = withEmptyEntries(zipOf(smallLedger()), 20_000);
  /** Its bytes, and how often they are read. */
  const counted = () => {
    const whole = stored(bomb);
    const read = jest.fn(whole.read.bind(whole));
    return { size: whole.size, read };
  };

  test('is refused before any entry is read', async () => {
    expect(bomb.length).toBeGreaterThan(940_000);
    const bytes = counted();
    const { sizes } = await stream(bomb);
    expect(await directoryAgrees(bytes, sizes)).toBe(false);
    await expect(checkStored(bytes, new ContentCheck(LIMITS, () => bomb.length))).rejects.toMatchObject({
      data: { code: 'ZipTooLarge', status: 413, message: 'The zip holds more than 20 files; send less, or in parts.' },
    });
    expect(bytes.read.mock.calls.length).toBeLessThan(5);
  });

  test('is refused by the one that stores it', async () => {
    const zips = new Map<string, Buffer>();
    const bytes = counted();
    const blobs = {
      putStream: async (name: string, source: AsyncIterable<Uint8Array>) => {
        zips.set(name, await buffer(source));
        return bomb.length;
      },
      stream: (_name: string, start = 0, end = bomb.length) => bytes.read(start, end),
      deletePrefix: (name: string) => Promise.resolve(void zips.delete(name)),
    };
    await expect(storeZip(blobs, 'work/x.zip', Readable.from([bomb]), LIMITS)).rejects.toMatchObject({
      data: { code: 'ZipTooLarge' },
    });
    expect(bytes.read.mock.calls.length).toBeLessThan(5);
    expect(zips.size).toBe(0);
  });
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('a file named %s is ignored', async (name) => {
  const files = Object.fromEntries([...Object.entries(smallLedger()), [name, 'no rows']]);
  const zip = streamedZipOf(files);
  expect([...(await stream(zip)).sizes.keys()]).toContain(name);
  await readStored(zip);
});

describe.each([
  ['with sizes in front', zipOf],
  ['with sizes behind', streamedZipOf],
  ['without compression', (files: Files) => zipOf(files, 0)],
])('a zip %s', (_name, make) => {
  const whole = make(smallLedger());

  test('is read in pieces of any size, and its directory agrees', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3_000 }), async (size) => {
        expect(await directoryAgrees(stored(whole), (await stream(whole, size)).sizes)).toBe(true);
      }),
      { numRuns: 30 },
    );
    await readStored(whole);
  });

  test.each([
    [
      'no JSON',
      smallLedger({ 'vendors.jsonl': '{"number":"V1","name":"x"}\n\nV2' }),
      /^vendors.jsonl, line 3: the line is not JSON\.$/,
    ],
    ['a row that is none', smallLedger({ 'vendors.jsonl': '[]' }), /line 1: the line is not a JSON object/],
    [
      'a missing file',
      without(smallLedger(), 'vendors.jsonl', 'glAccounts.jsonl'),
      /lacks vendors.jsonl, glAccounts.jsonl/,
    ],
    [
      'files in a folder',
      Object.fromEntries(Object.entries(smallLedger()).map(([name, content]) => [`june/${name}`, content])),
      /Files must be at the top of the zip, not in a folder like june\/bankStatementLines.jsonl/,
    ],
    ['a name that leaves', smallLedger({ '../evil': 'x' }), /named "..\/evil"/],
    ['an absolute name', smallLedger({ '/etc/passwd': 'x' }), /named "\/etc\/passwd"/],
    ['a name with a drive', smallLedger({ 'C:\\x': 'x' }), /named "C:/],
  ])('with %s is refused', async (_what, files, message) => {
    const zip = make(files);
    await expect(stream(zip)).rejects.toThrow(message);
    await expect(readStored(zip)).rejects.toThrow(message);
  });

  test('that is cut off anywhere is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 1 }), async (length) => {
        await expect(readStored(whole.subarray(0, length))).rejects.toMatchObject({ data: { status: 400 } });
      }),
      { numRuns: 30 },
    );
  });
});

test('a directory that differs from the files is detected', async () => {
  const zip = zipOf(smallLedger());
  const { sizes } = await stream(zip);
  expect(await directoryAgrees(stored(zip), new Map([...sizes, ['more.jsonl', 1]]))).toBe(false);
  expect(await directoryAgrees(stored(zip), new Map([...sizes, ['vendors.jsonl', 1]]))).toBe(false);
});

test('an encrypted file is named', async () => {
  await expect(readStored(markedEncrypted(zipOf(smallLedger())))).rejects.toThrow(
    /bankStatementLines.jsonl in the zip is encrypted/,
  );
});

test.each([
  ['too dense', zipOf({ ...smallLedger(), 'note.txt': new Uint8Array(1.1e7) }), /more than 200 times its size/],
  ['too large', zipOf({ ...smallLedger(), 'note.txt': new Uint8Array(1.3e7) }, 0), /more than 12000000 bytes/],
  ['too many', zipOf({ ...smallLedger(), ...numbered(8) }), /more than 20 files/],
])('a zip that is %s is refused while it is read', async (_name, zip, message) => {
  await expect(stream(zip)).rejects.toThrow(message);
  await expect(readStored(zip)).rejects.toThrow(message);
});

function numbered(count: number): Files {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.txt`, 'x']));
}

test('a good zip with one byte changed is taken or refused, and breaks nothing', async () => {
  const zip = zipOf(smallLedger());
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: zip.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const changed = Buffer.from(zip);
      changed[at] = (changed[at] ?? 0) ^ by;
      // Either it is still a zip with the same files, or it is refused with a client's error.
      await readStored(changed).catch((error: unknown) =>
        expect(error).toMatchObject({ data: { status: expect.any(Number) as number } }),
      );
      await stream(changed).catch((error: unknown) => expect(error).toHaveProperty('message'));
    }),
    { numRuns: 100 },
  );
});
