import fc from 'fast-check';
import { JsonLimitError } from '../../../src/platform/json-scanner.js';
import { JsonEncodingError, membersOf, parseJson, partsOf } from '../../../src/platform/json-text.js';
import { anyCharacter } from '../../support/any-character.js';

const MB = 1_000_000;
const DEPTH = 1_000;

/** The texts of `a` and `b`. */
async function textsOf(json: string | Buffer) {
  const members = await membersOf(Buffer.from(json), ['a', 'b'], DEPTH);
  return members && Object.fromEntries(Object.entries(members).map(([name, text]) => [name, text.toString()]));
}

/** Almost 20 MB: whole repetitions between a start and an end. */
function filled(start: string, repeated: string, end: string): Buffer {
  const unit = Buffer.from(repeated);
  const repetitions = Math.floor((20 * MB - start.length - end.length) / unit.length);
  return Buffer.concat([Buffer.from(start), Buffer.alloc(repetitions * unit.length, unit), Buffer.from(end)]);
}

describe('the text of a member', () => {
  test.each([
    ['a number beyond 2^53', '{"a":12345678901234567890}', '12345678901234567890'],
    ['a number with a long fraction', '{"a":0.10000000000000000000}', '0.10000000000000000000'],
    ['a number that is infinite as a double', '{"a":-1E+999}', '-1E+999'],
    ['white space inside', '\t{ "a" :\r\n [ 1 ,\t{ } ] }\n', '[ 1 ,\t{ } ]'],
    ['keys that repeat inside', '{"a":{"a":1,"a":2}}', '{"a":1,"a":2}'],
    ['a key named __proto__ inside', '{"a":{"__proto__":{"a":1}}}', '{"__proto__":{"a":1}}'],
    ['escape sequences', '{"a":"\\u00e4\\n\\/"}', '"\\u00e4\\n\\/"'],
    ['a lone surrogate as an escape sequence', '{"a":"\\ud800"}', '"\\ud800"'],
    ['null', '{"a":null}', 'null'],
    ['the last of several', '{"a":1,"a":2,"a" : 3 }', '3'],
    ['the last of several, one name with an escape sequence', '{"a":1,"\\u0061":2}', '2'],
    ['brackets in strings', '{"b":"}]","a":"{["}', '"{["'],
    ['characters of four bytes', '{"😀":0,"a":"😀"}', '"😀"'],
  ])('is as it was sent: %s', async (_name, json, a) => {
    expect(await textsOf(json)).toMatchObject({ a });
  });

  test('is of the outermost object only, and of no other name', async () => {
    expect(await textsOf('{"c":{"a":1},"A":2,"a ":3,"\\u0062":"4"}')).toEqual({ b: '"4"' });
    expect(await textsOf('{"__proto__":{"a":1}}')).toEqual({});
    expect(await textsOf('{"constructor":{"a":1},"toString":1}')).toEqual({});
  });

  test('does not exist in another value than an object', async () => {
    for (const json of ['[{"a":1}]', '"a"', '1', 'null', 'true']) expect(await textsOf(json)).toBeUndefined();
  });

  test('may follow a byte order mark', async () => {
    expect(await textsOf('\uFEFF{"a":1}')).toEqual({ a: '1' });
    await expect(textsOf('\uFEFF\uFEFF{"a":1}')).rejects.toBeInstanceOf(SyntaxError);
  });
});

test.each([
  [
    '',
    ' ',
    '{',
    '[',
    '"',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '[1',
    '[1,',
    '[1,]',
    '{,}',
    '[,]',
    '{a:1}',
  ],
  [
    '{"a" 1}',
    '{"a"::1}',
    '{1:1}',
    '[1 2]',
    '[1}',
    '{"a":1]',
    '[]]',
    '{}{}',
    '1 1',
    "{'a':1}",
    '[1,,2]',
    '{"a":1 "b":2}',
  ],
  ['01', '-', '-a', '+1', '1.', '.5', '1e', '1e+', '1e1.5', '0x1', '1_0', 'NaN', 'Infinity', '-01', '00', '1.e1'],
  ['tru', 'trux', 'truee', 'True', 'nul', 'undefined', 'fals', 'nullnull'],
  [
    '"\n"',
    '"\t"',
    '"\0"',
    '"\\x"',
    '"\\u12"',
    '"\\u123g"',
    '"\\',
    '"\\u',
    '"a\\"',
    '\u00a0{}',
    '{}\u2028',
    '//\n{}',
    '\f1',
  ],
])('texts that are not JSON are refused, such as %j', async (...texts) => {
  for (const text of texts) {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    await expect(textsOf(text)).rejects.toBeInstanceOf(SyntaxError);
    await expect(parseJson(Buffer.from(text))).rejects.toBeInstanceOf(SyntaxError);
  }
});

test.each([
  ['a byte that never occurs', [0x22, 0xff, 0x22]],
  ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
  ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ['a character that breaks off', [0x22, 0xf0, 0x9f, 0x98]],
  ['UTF-16 with its mark', [0xff, 0xfe, 0x31, 0x00]],
])('text with %s is not UTF-8', async (_name, bytes) => {
  await expect(textsOf(Buffer.from(bytes))).rejects.toBeInstanceOf(JsonEncodingError);
  await expect(parseJson(Buffer.from(bytes))).rejects.toBeInstanceOf(JsonEncodingError);
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

test('accepts what JSON.parse accepts, and finds the same values', async () => {
  const json = fc.oneof(
    fc.json(),
    fc.json({ stringUnit: anyCharacter }),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.jsonValue())
      .map((value) => JSON.stringify(value, null, 1)),
  );
  const parts = fc.oneof(
    fc.constantFrom('true', 'null', '"a":', '\\u00e4', '\u0001', 'ä', '😀'),
    fc.string({ unit: fc.constantFrom(...Array.from('{}[],:"\\ \n0123456789-+.eEtfnu/')), minLength: 1, maxLength: 1 }),
  );
  const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(3), added: parts });
  const edited = fc.tuple(json, fc.array(edit, { maxLength: 3 })).map(([text, edits]) =>
    edits.reduce((before, { at, removed, added }) => {
      const start = Math.floor(at * before.length);
      return before.slice(0, start) + added + before.slice(start + removed);
    }, text),
  );
  const agrees = async (text: string) => {
    const wellFormed = text.toWellFormed();
    const expected = parsed(wellFormed);
    const found = await textsOf(wellFormed).catch((thrown: unknown) => thrown);
    if (expected === undefined) {
      expect(found).toBeInstanceOf(SyntaxError);
      return;
    }
    expect(await parseJson(Buffer.from(wellFormed))).toEqual(expected);
    const isObject = typeof expected === 'object' && expected !== null && !Array.isArray(expected);
    const wanted = isObject && Object.entries(expected).filter(([name]) => name === 'a' || name === 'b');
    const values = Object.entries(found ?? {}).map(([name, value]) => [name, parsed(String(value))]);
    expect(found && Object.fromEntries(values)).toEqual(wanted ? Object.fromEntries(wanted) : undefined);
  };
  await fc.assert(fc.asyncProperty(edited, agrees), { numRuns: 400 });
});

describe('members of 20 MB', () => {
  test.each([
    ['two million numbers', filled('{"a":[', '1234567, ', '1]}')],
    ['one string of base64', filled('{"a":"', 'QUJD', '"}')],
    ['one string of escape sequences', filled('{"a":"', '\\n', '"}')],
    ['one string of characters of four bytes', filled('{"a":"', '😀', '"}')],
    ['millions of small objects', filled('{"a":[', '{},', '{}]}')],
    ['one number', filled('{"a":', '7', '}')],
  ])('are passed on: %s', async (_name, bytes) => {
    const members = await membersOf(bytes, ['a'], DEPTH);
    expect(members?.a?.equals(bytes.subarray(5, -1))).toBe(true);
  });

  test('are found among millions of others', async () => {
    const others = filled('{"b":0', ',"another":1', ',"b":1,"\\u0061":2}');
    expect(await textsOf(others)).toEqual({ a: '2', b: '1' });
  });

  test('let other work go on meanwhile', async () => {
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    await membersOf(filled('{"a":[', '{},', '{}]}'), ['a'], DEPTH);
    clearInterval(count);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('limits', () => {
  const nested = (levels: number, open = '[', close = ']') => `${open.repeat(levels)}${close.repeat(levels)}`;

  test('the depth of members', async () => {
    expect(await textsOf(`{"a":${nested(DEPTH - 1)}}`)).toHaveProperty('a');
    await expect(textsOf(`{"a":${nested(DEPTH)}}`)).rejects.toBeInstanceOf(JsonLimitError);
    await expect(textsOf(`{"a":${nested(DEPTH, '{"a":[', ']}')}}`)).rejects.toBeInstanceOf(JsonLimitError);
    await expect(textsOf(filled('', '[', ''))).rejects.toBeInstanceOf(JsonLimitError);
    await expect(textsOf(filled('', '{"a":', ''))).rejects.toBeInstanceOf(JsonLimitError);
  });

  test('the depth, values and length of what is parsed', async () => {
    const parse = (text: string) => parseJson(Buffer.from(text));
    const list = (values: number) => `[${Array(values).fill('{}').join()}]`;
    await expect(parse(nested(100))).resolves.toBeDefined();
    await expect(parse(nested(101))).rejects.toThrow('more than 100 levels');
    await expect(parse(list(19_999))).resolves.toHaveLength(19_999);
    await expect(parse(list(20_000))).rejects.toThrow('more than 20000 values');
    await expect(parse(`"${'x'.repeat(1024 * 1024 - 2)}"`)).resolves.toHaveLength(1024 * 1024 - 2);
    await expect(parse(`"${'x'.repeat(1024 * 1024 - 1)}"`)).rejects.toThrow('more than 1048576 bytes');
  });

  test('a text over a limit is refused before it is parsed, also when it is not JSON', async () => {
    await expect(parseJson(Buffer.from('[{},'.repeat(20_001)))).rejects.toBeInstanceOf(JsonLimitError);
  });
});

describe('the parts of a text', () => {
  const limits = { depth: 5, parts: 3 };
  const partsIn = async (json: string) => {
    const parts = await partsOf(Buffer.from(json), limits);
    if (!parts) return undefined;
    return 'items' in parts ? parts.items.map(String) : [...parts.members].map(([name, text]) => [name, String(text)]);
  };

  test.each<[string, unknown]>([
    [
      '{"a": {"b":1} ,"\\u0063":[2, 3]}',
      [
        ['a', '{"b":1}'],
        ['c', '[2, 3]'],
      ],
    ],
    ['{"a":1,"a":2}', [['a', '2']]],
    ['[1 , "a",{"b": [1.10]} ]', ['1', '"a"', '{"b": [1.10]}']],
    ['[[1,2],[],{}]', ['[1,2]', '[]', '{}']],
    ['[]', []],
    ['{}', []],
    ['"a"', undefined],
    ['7', undefined],
  ])('%s', async (json, parts) => {
    expect(await partsIn(json)).toEqual(parts);
  });

  test('are limited', async () => {
    await expect(partsIn('[1,2,3,4]')).rejects.toBeInstanceOf(JsonLimitError);
    await expect(partsIn('[[[[[[]]]]]]')).rejects.toBeInstanceOf(JsonLimitError);
    await expect(partsIn('[1,]')).rejects.toBeInstanceOf(SyntaxError);
  });
});
