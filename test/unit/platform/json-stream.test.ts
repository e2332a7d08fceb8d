import fc from 'fast-check';
import { JsonLimitError } from '../../../src/platform/json-scanner.js';
import { JsonObjectReader } from '../../../src/platform/json-stream.js';
import { JsonEncodingError } from '../../../src/platform/json-text.js';

/** The members of an object that arrives in chunks of the given sizes; elements of `list` one by one. */
function read(text: string | Buffer, sizes: readonly number[] = [7], valueBytes = 1_000): Record<string, unknown> {
  const found: Record<string, unknown> = { list: [] };
  const onValue = (name: string, value: unknown, index?: number) => {
    if (index === undefined) found[name] = value;
    else (found.list as unknown[])[index] = value;
  };
  const reader = new JsonObjectReader({ arrays: ['list'], valueBytes, onValue });
  const bytes = Buffer.from(text);
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    reader.write(Uint8Array.from(bytes.subarray(at, at + size)));
    at += size;
  }
  reader.end();
  return found;
}

const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });

test('members and elements are what JSON.parse reads, however the text is cut', () => {
  const name = fc.string().filter((text) => text !== 'list' && text !== '__proto__');
  const value = fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(
      value,
      fc.array(fc.jsonValue()),
      fc.constantFrom(undefined, 1, '\t'),
      sizes,
      (rest, list, space, cuts) => {
        const object = { ...rest, list };
        const text = JSON.stringify(object, null, space);
        expect(read(text, cuts, Infinity)).toEqual(JSON.parse(text));
      },
    ),
  );
});

test('a changed text is refused exactly when JSON.parse refuses it', () => {
  const text = '{"a" :[1,{"b":null} ], "list": [ "x\\u00e4\\"}", -1.5e3 , true,{} ], "c":"ä" }';
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(2),
      fc.constantFrom(...'{}[]",:\\ 0x-e\n'.split(''), ''),
      sizes,
      (at, cut, put, cuts) => {
        const changed = text.slice(0, at) + put + text.slice(at + cut);
        let expected: Record<string, unknown> | undefined;
        try {
          expected = { list: [], ...(JSON.parse(changed) as object) };
        } catch {
          expected = undefined;
        }
        if (expected) expect(read(changed, cuts)).toEqual(expected);
        else expect(() => read(changed, cuts)).toThrow(SyntaxError);
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each(['', '[]', '1', '{} {}', '{"list":[1,]}', '{"list":[1 2]}', '{"list":[,1]}', '{"a":1,}', '{"list":[}'])(
  '%j is no object',
  (text) => {
    expect(() => read(text)).toThrow(SyntaxError);
  },
);

test('an empty list, a list that is none, and a byte order mark are read', () => {
  expect(read('\uFEFF{"list": [ ]}', [1])).toEqual({ list: [] });
  expect(read('{"list": {"list": [1]}}')).toEqual({ list: { list: [1] } });
});

test('a value over the limit and text that is not UTF-8 are refused', () => {
  expect(() => read(`{"a":"${'x'.repeat(1_000)}"}`)).toThrow(JsonLimitError);
  expect(read(`{"list":[${Array.from({ length: 900 }, () => '"x"').join()}]}`).list).toHaveLength(900);
  expect(() => read(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow(JsonEncodingError);
});

test('a value over the limit can be skipped', () => {
  const found: unknown[] = [];
  const onValue = (...value: unknown[]) => void found.push(value);
  const reader = new JsonObjectReader({ arrays: ['list'], valueBytes: 10, skipsLong: true, onValue });
  const text = `{"a":"${'x'.repeat(100)}","list":[1,{"b":"${'y'.repeat(100)}"},2],"c":3}`;
  for (const byte of Buffer.from(text)) reader.write(Uint8Array.of(byte));
  reader.end();
  expect(found).toEqual([
    ['a', undefined],
    ['list', 1, 0],
    ['list', undefined, 1],
    ['list', 2, 2],
    ['c', 3],
  ]);
});
