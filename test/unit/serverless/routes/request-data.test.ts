import { readMembers, requestDataOf } from '../../../../src/serverless/routes/request-data.js';

const LIMIT = 20_000_000;
const BAD_DATA = "invalid request data, must be a json object with 'input' and 'webhook' (optional)";
const BAD_ARGUMENTS = 'invalid request arguments';

async function* streamOf(...chunks: Buffer[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** A request with this body in chunks. @param announced its content-length */
function request(chunks: readonly (string | Buffer)[], announced?: number) {
  return {
    stream: streamOf(...chunks.map((chunk) => Buffer.from(chunk))),
    header: (name: string) => (name === 'content-length' && announced !== undefined ? String(announced) : undefined),
  };
}

/** The data, with its input as text. */
async function dataOfRequest(body: Parameters<typeof requestDataOf>[0]) {
  const { input, ...more } = await requestDataOf(body);
  return { input: input.toString('utf8'), ...more };
}

const dataOf = (json: unknown) => dataOfRequest(request([typeof json === 'string' ? json : JSON.stringify(json)]));
const refused = (message: string) => ({ data: { status: 400, message } });
const long = (unit: string, length: number) => Buffer.alloc(Math.floor(length / unit.length) * unit.length, unit);

/** JSON of so many bytes. */
const jsonOf = (bytes: number) => Buffer.concat([Buffer.from('{"input":"'), long('x', bytes - 12), Buffer.from('"}')]);

test('a body of 20 MB is read, whether or not its length is announced, or announced wrongly', async () => {
  const body = jsonOf(LIMIT);
  const chunks = [body.subarray(0, 9), body.subarray(9, 200_000), body.subarray(200_000)];
  for (const announced of [LIMIT, undefined, 1, NaN]) {
    const { input } = await requestDataOf(request(chunks, announced));
    expect(input.equals(body.subarray(9, -1))).toBe(true);
  }
});

test('one byte more is too large, announced or not', async () => {
  const tooLarge = refused('request body too large');
  await expect(dataOfRequest(request([], LIMIT + 1))).rejects.toMatchObject(tooLarge);
  await expect(dataOfRequest(request([jsonOf(LIMIT + 1)]))).rejects.toMatchObject(tooLarge);
});

test('a body that breaks off, or is not UTF-8, cannot be read', async () => {
  const unreadable = refused('failed to get request data');
  await expect(dataOfRequest(request([Buffer.from([0xff])]))).rejects.toMatchObject(unreadable);
  const broken = async function* () {
    yield await Promise.resolve(Buffer.from('{'));
    throw new Error('aborted');
  };
  await expect(dataOfRequest({ ...request([]), stream: broken() })).rejects.toMatchObject(unreadable);
});

test.each(['', 'x', '{', '{"input":1}}', '{"input":01}', '{"__proto__":{"input":1}}', '{"input":1,"input":null}'])(
  '%j is no request',
  async (text) => {
    await expect(dataOf(text)).rejects.toMatchObject(refused(BAD_DATA));
  },
);

test.each([null, 1, [], {}, { input: null }, { webhook: 'http://x' }])('%j is no request', async (json) => {
  await expect(dataOf(json)).rejects.toMatchObject(refused(BAD_DATA));
});

test.each([
  ['{"input":12345678901234567890}', '12345678901234567890'],
  ['{"input": {"id":9007199254740993, "x":1.0,\n"x":[ ] } ,"more":1}', '{"id":9007199254740993, "x":1.0,\n"x":[ ] }'],
  ['{"input":1,"\\u0069nput":"\\ud800"}', '"\\ud800"'],
  ['\uFEFF{"input":"null"}', '"null"'],
  ['{"input":{"__proto__":1}}', '{"__proto__":1}'],
  ['{"input":false}', 'false'],
])('the input of %s is passed on as it was sent', async (body, input) => {
  expect(await dataOf(body)).toEqual({ input, webhook: undefined, ttlMs: 900_000 });
});

test.each(['{"input":[]', '{"input":"\\x"}', '{"input":[1,]}', '{"input":{"a":1 "b":2}}', '{"input":tru}'])(
  'the input of %s is not JSON',
  async (body) => {
    await expect(dataOf(body)).rejects.toMatchObject(refused(BAD_DATA));
  },
);

test('an input may have millions of values, and 999 levels', async () => {
  const wrapped = (input: Buffer | string) => dataOfRequest(request(['{"input":', input, '}']));
  const input = `[${long('{},', LIMIT - 100).toString()}0]`;
  expect((await wrapped(input)).input === input).toBe(true);
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect((await wrapped(nested(999))).input).toBe(nested(999));
  for (const deep of [nested(1_000), long('[', LIMIT - 100)])
    await expect(wrapped(deep)).rejects.toMatchObject(refused(BAD_DATA));
});

test.each([
  [{}, 900_000],
  [{ policy: {} }, 900_000],
  [{ policy: null }, 900_000],
  [{ policy: { ttl: 1 } }, 1],
  [{ policy: { ttl: 0.5, more: 1 }, more: 1 }, 0.5],
  [{ policy: { ttl: 86_399_999 } }, 86_399_999],
])('%j lives for %d ms', async (more, ttlMs) => {
  expect(await dataOf({ input: { a: 1 }, ...more })).toEqual({ input: '{"a":1}', webhook: undefined, ttlMs });
});

test.each([{ ttl: 0 }, { ttl: -1 }, { ttl: 86_400_000 }, { ttl: '1' }, { ttl: null }, 'x', []])(
  'the policy %j is refused',
  async (policy) => {
    await expect(dataOf({ input: {}, policy })).rejects.toMatchObject(refused(BAD_ARGUMENTS));
  },
);

test.each(['webhook', 'policy'])('a %s of millions of values is refused before it is parsed', async (name) => {
  const body = request([`{"input":1,"${name}":[`, long('{},', LIMIT - 100), '{}]}']);
  await expect(dataOfRequest(body)).rejects.toMatchObject(refused(BAD_ARGUMENTS));
});

test('other members may be of any size, and count for nothing', async () => {
  const body = request(['{"more":[', long('{},', LIMIT - 100), '{}],"input":1}']);
  expect(await dataOfRequest(body)).toMatchObject({ input: '1' });
});

describe('the members of a body', () => {
  test('are parsed', async () => {
    const read = (body: string) => readMembers(request([body]), ['requestIDs']);
    expect(await read('{"requestIDs":["a"],"more":{}}')).toEqual({ requestIDs: ['a'] });
    expect(await read('{}')).toEqual({});
    expect(await read('["requestIDs"]')).toBeUndefined();
    await expect(read('{"requestIDs":["a"]')).rejects.toMatchObject(refused(BAD_DATA));
  });

  test('are refused when they have too many values, are too long or nested too deeply', async () => {
    for (const ids of [
      long('"a",', LIMIT - 100),
      `"${'x'.repeat(2_000_000)}",`,
      '['.repeat(200) + ']'.repeat(200) + ',',
    ]) {
      const body = request(['{"requestIDs":[', ids, '1]}']);
      await expect(readMembers(body, ['requestIDs'])).rejects.toMatchObject(refused(BAD_ARGUMENTS));
    }
  });
});
