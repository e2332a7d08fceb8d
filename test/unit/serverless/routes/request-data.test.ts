import { readJson, requestDataOf } from '../../../../src/serverless/routes/request-data.js';

const LIMIT = 20_000_000;
const BAD_DATA = "invalid request data, must be a json object with 'input' and 'webhook' (optional)";

async function* streamOf(...chunks: Buffer[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** JSON of so many bytes. */
function jsonOf(bytes: number): Buffer {
  return Buffer.concat([Buffer.from('{"input":"'), Buffer.alloc(bytes - 12, 'x'), Buffer.from('"}')]);
}

test('a body of 20 MB is read, whether or not its length is announced', async () => {
  const body = jsonOf(LIMIT);
  expect(body).toHaveLength(LIMIT);
  await expect(readJson(streamOf(body), String(LIMIT))).resolves.toHaveProperty('input');
  await expect(readJson(streamOf(body.subarray(0, 9), body.subarray(9)))).resolves.toHaveProperty('input');
});

test('one byte more is too large, announced or not', async () => {
  const tooLarge = { data: { status: 400, message: 'request body too large' } };
  await expect(readJson(streamOf(), String(LIMIT + 1))).rejects.toMatchObject(tooLarge);
  await expect(readJson(streamOf(jsonOf(LIMIT + 1)))).rejects.toMatchObject(tooLarge);
});

test('a body that breaks off, or is not UTF-8, cannot be read', async () => {
  const unreadable = { data: { status: 400, message: 'failed to get request data' } };
  await expect(readJson(streamOf(Buffer.from([0xff])))).rejects.toMatchObject(unreadable);
  const broken = async function* () {
    yield await Promise.resolve(Buffer.from('{'));
    throw new Error('aborted');
  };
  await expect(readJson(broken())).rejects.toMatchObject(unreadable);
});

test.each(['', 'x', '{'])('%j is no JSON', async (text) => {
  await expect(readJson(streamOf(Buffer.from(text)))).rejects.toMatchObject({
    data: { status: 400, message: BAD_DATA },
  });
});

test.each([null, 1, 'text', [], {}, { input: null }, { webhook: 'http://x' }])('%j is no request', (json) => {
  expect(() => requestDataOf(json)).toThrow(BAD_DATA);
});

test.each([
  [{}, 900_000],
  [{ policy: {} }, 900_000],
  [{ policy: null }, 900_000],
  [{ policy: { ttl: 1 } }, 1],
  [{ policy: { ttl: 0.5, more: 1 }, more: 1 }, 0.5],
  [{ policy: { ttl: 86_399_999 } }, 86_399_999],
])('%j lives for %d ms', (more, ttlMs) => {
  expect(requestDataOf({ input: { a: 1 }, ...more })).toEqual({ input: '{"a":1}', webhook: undefined, ttlMs });
});

test.each([{ ttl: 0 }, { ttl: -1 }, { ttl: 86_400_000 }, { ttl: '1' }, { ttl: null }, 'x', []])(
  'the policy %j is refused',
  (policy) => {
    expect(() => requestDataOf({ input: {}, policy })).toThrow('invalid request arguments');
  },
);
