import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { filesErrors } from '../../../../src/files/errors.js';
import { readForm, type FormFile } from '../../../../src/files/uploads/form.js';
import { BOUNDARY, filePart, formHeaders, multipart } from '../../../support/forms.js';

/** The begin of a form up to the first byte of its file. */
const OPEN = multipart([filePart('')]).subarray(0, -`\r\n--${BOUNDARY}--\r\n`.length);
const TYPE = formHeaders()['Content-Type'];

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

/** Reads a form and collects its file. */
async function read(
  body: AsyncIterable<Uint8Array>,
  { maxBytes = Infinity, fields = ['comment', 'target_audience'], type = TYPE, onFile = collect }: Options = {},
) {
  const files: { field: string; name: string; bytes: Buffer }[] = [];
  const values = await readForm(body, type, {
    maxBytes,
    fields,
    onFile: async (file) => {
      files.push({ field: file.field, name: file.name, bytes: await onFile(file) });
    },
  });
  return { values, files };
}

interface Options {
  maxBytes?: number;
  fields?: string[];
  type?: string;
  onFile?: (file: FormFile) => Promise<Buffer>;
}

async function collect({ stream }: FormFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const text = (name: string, content: string) => ({ disposition: `form-data; name="${name}"`, content });
const invalid = (message: RegExp | string) => ({
  data: { code: 'UploadInvalid', status: 400, message: expect.stringMatching(message) as string },
});

test('fields and a file in any order, in chunks of any size', async () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(`\r\n--${BOUNDARY.slice(0, -1)}`, '\r\n\r\n--', '-'.repeat(100)).map((near) => Buffer.from(near)),
  );
  await fc.assert(
    fc.asyncProperty(content, fc.nat(2), fc.integer({ min: 1, max: 500 }), async (bytes, place, size) => {
      const parts = [text('comment', 'хорошо'), text('target_audience', '18+')];
      parts.splice(place, 0, filePart(bytes as unknown as string, 'мост.txt') as (typeof parts)[number]);
      const { values, files } = await read(inChunks(multipart(parts), size));
      expect(values).toEqual({ comment: 'хорошо', target_audience: '18+' });
      expect(files).toEqual([{ field: 'upload', name: 'мост.txt', bytes }]);
    }),
  );
});

test.each<[string, Buffer, string]>([
  [
    'a field that is not known',
    multipart([text('other', 'x')]),
    'other: there is no such text field; the form has comment, target_audience.',
  ],
  ['a field twice', multipart([text('comment', 'x'), text('comment', 'y')]), 'comment: the field is sent twice.'],
  ['a long field', multipart([text('comment', 'x'.repeat(70_000))]), 'comment: the text is longer than 65536 bytes.'],
  [
    'a field with a form',
    multipart([{ ...text('comment', 'x'), headers: ['Content-Type: multipart/mixed; boundary=x'] }]),
    'comment: a form inside of a form is not supported.',
  ],
  [
    'the end of the body in a file',
    multipart([filePart('x'.repeat(10_000))]).subarray(0, 5_000),
    'The form is not a whole multipart body; send it again.',
  ],
])('%s', async (_, body, message) => {
  await expect(read(inChunks(body, 1_000))).rejects.toMatchObject(invalid(message));
});

test('the error of the one that stores the file is thrown, and the body is read no further', async () => {
  let chunks = 0;
  async function* endless() {
    yield OPEN;
    for (; ; chunks++) {
      await setImmediate();
      yield Buffer.alloc(1_000);
    }
  }
  const refusal = filesErrors.FileTypeNotAllowed('no');
  const onFile = async ({ stream }: FormFile) => {
    for await (const _ of stream) if (chunks > 3) throw refusal;
    return Buffer.alloc(0);
  };
  await expect(read(endless(), { onFile })).rejects.toBe(refusal);
  const before = chunks;
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  expect(chunks - before).toBeLessThan(3);
});

test('the body’s limit is an error of the file’s reader too, which has ended before', async () => {
  let ended = '';
  const onFile = async (file: FormFile) => {
    try {
      return await collect(file);
    } catch (error) {
      await setImmediate();
      ended = (error as Error).message;
      throw error;
    }
  };
  const body = multipart([filePart('x'.repeat(10_000))]);
  const message = 'The body is longer than 5000 bytes; send larger files by tus at /files/tus/.';
  await expect(read(inChunks(body, 1_000), { maxBytes: 5_000, onFile })).rejects.toMatchObject({
    data: { code: 'UploadTooLarge', status: 413, message },
  });
  expect(ended).toBe(message);
});

test('a body that breaks off is told apart from one that is cut by the host', async () => {
  async function* broken(error: Error) {
    yield multipart([filePart('x'.repeat(1_000))]).subarray(0, 500);
    await Promise.resolve();
    throw error;
  }
  await expect(read(broken(new Error('reset')))).rejects.toMatchObject(invalid('The body broke off before its end.'));
  const cut = Object.assign(new Error('too large'), { statusCode: 413 });
  await expect(read(broken(cut), { maxBytes: 1 })).rejects.toMatchObject({ data: { code: 'UploadTooLarge' } });
});

test('a slow reader holds the body back', async () => {
  let sent = 0;
  async function* source() {
    yield OPEN;
    for (; sent < 200; sent++) {
      await Promise.resolve();
      yield Buffer.alloc(100_000, 'x');
    }
  }
  let size = 0;
  const onFile = async ({ stream }: FormFile) => {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size < 300_000) for (let turn = 0; turn < 20; turn++) await setImmediate();
      if (size < 300_000) expect(sent * 100_000 - size).toBeLessThan(400_000);
    }
    return Buffer.alloc(0);
  };
  await expect(read(source(), { onFile })).rejects.toMatchObject(invalid('not a whole multipart body'));
  expect(size).toBeGreaterThan(19_000_000);
});
