import { Readable } from 'node:stream';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import {
  checkDocument,
  checked,
  checkHead,
  checkStored,
  typeOfName,
  type FileType,
} from '../../../../src/files/uploads/file-type.js';
import { docx } from '../../../support/forms.js';

const ALLOWED = 'allowed are pdf, docx, txt and json.';
const refused = (message: RegExp | string) => ({
  data: { code: 'FileTypeNotAllowed', status: 415, message: expect.stringMatching(message) as string },
});
const isAccepted = (type: FileType, head: Buffer, isWhole: boolean): boolean => {
  try {
    checkHead(type, head, isWhole);
    return true;
  } catch (error) {
    expect(error).toMatchObject(refused(ALLOWED));
    return false;
  }
};
const bytes = (...values: number[]) => Buffer.from(values);

describe('the type of a name', () => {
  test.each([
    ['a.pdf', 'pdf'],
    ['a.b.DOCX', 'docx'],
    ['.txt', 'txt'],
    ['сценарий.json', 'json'],
  ])('%s', (name, type) => expect(typeOfName(name)).toBe(type));

  test.each(['a', 'a.', 'a.pdf ', 'a.exe', 'a.toString', 'pdf'])('%j has none', (name) => {
    expect(() => typeOfName(name)).toThrow('none of .pdf, .docx, .txt and .json');
  });
});

test.each<[FileType, string, Buffer, boolean]>([
  ['pdf', 'the signature at the begin', Buffer.from('%PDF-1.4'), true],
  ['pdf', 'the signature after 1,019 other bytes', Buffer.from(`${'x'.repeat(1_019)}%PDF-1.4`), true],
  ['pdf', 'the signature after 1,100 other bytes', Buffer.from(`${'x'.repeat(1_100)}%PDF-1.4`), false],
  ['pdf', 'an empty file', Buffer.alloc(0), false],
  ['docx', 'a zip', docx(), true],
  ['docx', 'an empty zip', bytes(0x50, 0x4b, 5, 6), false],
  ['docx', 'an encrypted document, which is OLE', bytes(0xd0, 0xcf, 0x11, 0xe0), false],
  ['txt', 'UTF-8', Buffer.from('ИНТ. ДОМ\r\n\ttext\f'), true],
  ['txt', 'windows-1251', bytes(0xc8, 0xcd, 0xd2, 0x2e, 0x98), true],
  ['txt', 'UTF-16 LE with a mark', Buffer.from('\uFEFFтекст', 'utf16le'), true],
  ['txt', 'UTF-16 BE with a mark', Buffer.from('\uFEFFтекст', 'utf16le').swap16(), true],
  ['txt', 'UTF-16 without a mark', Buffer.from('text', 'utf16le'), false],
  ['txt', 'UTF-16 with a NUL', Buffer.from('\uFEFFa\0b', 'utf16le'), false],
  ['txt', 'an escape character', Buffer.from('a\u001b[0m'), false],
  ['txt', 'a png', bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), false],
  ['json', 'an object', Buffer.from('\n {"a": 1'), true],
  ['json', 'a number', Buffer.from('-1'), true],
  ['json', 'only spaces', Buffer.from('   '), false],
  ['json', 'XML', Buffer.from('<a/>'), false],
  ['json', 'windows-1251', Buffer.concat([Buffer.from('["'), bytes(0xc8, 0xcd), Buffer.from('"]')]), false],
])('%s: %s', (type, _, head, expected) => expect(isAccepted(type, head, true)).toBe(expected));

test('the begin of an accepted file is never refused', () => {
  const files: [FileType, Buffer][] = [
    ['pdf', Buffer.from(`${' '.repeat(900)}%PDF-1.7 and more`)],
    ['docx', docx()],
    ['txt', Buffer.from('Сцена 🎬 один')],
    ['txt', Buffer.from('\uFEFFСцена', 'utf16le')],
    ['json', Buffer.from('  {"сцена": "🎬"}')],
  ];
  for (const [type, file] of files)
    for (let cut = 0; cut <= file.length; cut++) expect(isAccepted(type, file.subarray(0, cut), false)).toBe(true);
});

test('a stream is refused as early as its bytes tell, in chunks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4_000 }), async (size) => {
      let read = 0;
      const source = async function* () {
        for (; ; read += size) {
          await Promise.resolve();
          yield Buffer.alloc(size, 'x');
        }
      };
      await expect(Readable.from(checked('pdf', source(), true)).toArray()).rejects.toMatchObject(refused('no pdf'));
      expect(read).toBeLessThan(1_100 + size);
    }),
    { numRuns: 20 },
  );
});

test('a stream of an accepted type is passed on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string()), async (texts) => {
      const chunks = ['text ', ...texts].map((text) => Buffer.from(text.replace(/\p{Cc}/gu, '')));
      const passed = await Readable.from(checked('txt', Readable.from(chunks), true)).toArray();
      expect(Buffer.concat(passed as Buffer[])).toEqual(Buffer.concat(chunks));
    }),
  );
});

describe('the document in a docx', () => {
  const stored = (zip: Buffer) => {
    const reads: number[] = [];
    const read = (start: number, end: number) => {
      reads.push(end - start);
      return Promise.resolve(Readable.from([zip.subarray(start, end)]));
    };
    return { size: zip.length, read, reads };
  };

  test('is found with one call to storage in a small file, whatever it unpacks to', async () => {
    const bomb = stored(
      Buffer.from(zipSync({ 'word/document.xml': new Uint8Array(50_000_000), 'word/styles.xml': Buffer.from('x') })),
    );
    await checkDocument(bomb);
    expect(bomb.reads).toHaveLength(1);
  });

  test.each<[string, Buffer, string]>([
    ['no document', Buffer.from(zipSync({ 'xl/workbook.xml': Buffer.from('x') })), 'no word/document.xml'],
    ['a cut zip', docx().subarray(0, -10), 'no whole zip'],
    ['only its signature', Buffer.from('PK\x03\x04'), 'no whole zip'],
  ])('is missed in a zip with %s', async (_, zip, message) => {
    await expect(checkDocument(stored(zip))).rejects.toMatchObject(refused(message));
  });

  test('is not searched among more than 10,000 entries', async () => {
    const entries = Array.from({ length: 10_001 }, (_, count) => [`${count}`, new Uint8Array()] as const);
    const zip = Buffer.from(zipSync(Object.fromEntries(entries), { level: 0 }));
    await expect(checkDocument(stored(zip))).rejects.toMatchObject(refused('more than 10000 entries'));
  });

  test('any bytes are answered with 415 or accepted', async () => {
    const whole = docx();
    const changed = fc
      .tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }))
      .map(([at, replacement]) => {
        const zip = Buffer.from(whole);
        zip.set(replacement.subarray(0, zip.length - at), at);
        return zip;
      });
    await fc.assert(
      fc.asyncProperty(changed, async (zip) => {
        await checkStored('docx', stored(zip)).catch((error: unknown) => expect(error).toMatchObject(refused('docx')));
      }),
      { numRuns: 300 },
    );
  });

  test('is not judged when storage fails', async () => {
    const failing = { size: 100, read: () => Promise.reject(new Error('storage')) };
    await expect(checkDocument(failing)).rejects.toMatchObject({ data: { code: 'InternalError' } });
  });
});
