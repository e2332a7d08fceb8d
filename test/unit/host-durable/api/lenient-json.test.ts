import { readDocument, readToken } from '../../../../host/durable/api/lenient-json.js';

/** Answers of the genuine host to these bodies of a start and of an event. */

test.each([
  ['{"a":1', 'JsonSerializationException', "Unexpected end when deserializing object. Path 'a', line 1, position 6."],
  ['{', 'JsonSerializationException', "Unexpected end when reading JSON. Path '', line 1, position 1."],
  ['[', 'JsonWriterException', "Unexpected end when reading token. Path ''."],
  ['[1,', 'JsonWriterException', "Unexpected end when reading token. Path ''."],
  ['[{"a":', 'JsonWriterException', "Unexpected end when reading token. Path '[0]'."],
  [
    '{"a":{"b":1',
    'JsonSerializationException',
    "Unexpected end when deserializing object. Path 'a.b', line 1, position 11.",
  ],
  ['"abc', 'JsonReaderException', "Unterminated string. Expected delimiter: \". Path '', line 1, position 4."],
  ['tru', 'JsonReaderException', "Unexpected end when reading JSON. Path '', line 1, position 3."],
  ['truex', 'JsonReaderException', "Error parsing boolean value. Path '', line 1, position 4."],
  ['nul', 'JsonReaderException', "Unexpected end when reading JSON. Path '', line 1, position 3."],
  [
    'nope',
    'JsonReaderException',
    "Unexpected character encountered while parsing value: n. Path '', line 0, position 0.",
  ],
  [
    'nothing',
    'JsonReaderException',
    "Unexpected character encountered while parsing value: n. Path '', line 0, position 0.",
  ],
  ['n', 'JsonReaderException', "Unexpected end when reading JSON. Path '', line 1, position 1."],
  [
    '1 2',
    'JsonReaderException',
    "Additional text encountered after finished reading JSON content: 2. Path '', line 1, position 2.",
  ],
  [
    '{} {}',
    'JsonReaderException',
    "Additional text encountered after finished reading JSON content: {. Path '', line 1, position 3.",
  ],
  ['08', 'JsonReaderException', "Input string '08' is not a valid number. Path '', line 1, position 2."],
  ['1.5e', 'JsonReaderException', "Input string '1.5e' is not a valid number. Path '', line 1, position 4."],
  ['-', 'JsonReaderException', "Input string '-' is not a valid number. Path '', line 1, position 1."],
  [
    '+1',
    'JsonReaderException',
    "Unexpected character encountered while parsing value: +. Path '', line 0, position 0.",
  ],
  ['12a', 'JsonReaderException', "Input string '12a' is not a valid number. Path '', line 1, position 3."],
  [
    '{"a" 1}',
    'JsonReaderException',
    "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5.",
  ],
  [
    '{"a":1 "b":2}',
    'JsonReaderException',
    "After parsing a value an unexpected character was encountered: \". Path 'a', line 1, position 7.",
  ],
  ['{,}', 'JsonReaderException', "Invalid property identifier character: ,. Path '', line 1, position 1."],
  ['}', 'JsonReaderException', "Unexpected character encountered while parsing value: }. Path '', line 0, position 0."],
  [
    ']',
    'JsonReaderException',
    "JsonToken EndArray is not valid for closing JsonType None. Path '', line 1, position 1.",
  ],
  [
    '[1}',
    'JsonReaderException',
    "JsonToken EndObject is not valid for closing JsonType Array. Path '', line 1, position 3.",
  ],
  ['{"a":"\\q"}', 'JsonReaderException', "Bad JSON escape sequence: \\q. Path 'a', line 1, position 8."],
  [
    '"\\u12"',
    'JsonReaderException',
    "Unexpected end while parsing Unicode escape sequence. Path '', line 1, position 3.",
  ],
  ['"\\uZZZZ"', 'JsonReaderException', "Invalid Unicode escape sequence: \\uZZZZ. Path '', line 1, position 3."],
  [
    'hello',
    'JsonReaderException',
    "Unexpected character encountered while parsing value: h. Path '', line 0, position 0.",
  ],
  [
    '\n\n hello',
    'JsonReaderException',
    "Unexpected character encountered while parsing value: h. Path '', line 3, position 1.",
  ],
  [
    '{"a b":[1,{"c":tru}]}',
    'JsonReaderException',
    "Error parsing boolean value. Path '['a b'][1].c', line 1, position 18.",
  ],
  [
    '{"a":\n  x}',
    'JsonReaderException',
    "Unexpected character encountered while parsing value: x. Path 'a', line 2, position 2.",
  ],
  ['[nul]', 'JsonReaderException', "Error parsing null value. Path '', line 1, position 4."],
  [
    '{"a":1}x',
    'JsonReaderException',
    "Additional text encountered after finished reading JSON content: x. Path '', line 1, position 7.",
  ],
  ['1/2', 'JsonReaderException', "Unexpected end while parsing comment. Path '', line 1, position 2."],
  [
    '{"":}',
    'JsonReaderException',
    "Unexpected character encountered while parsing value: }. Path '', line 1, position 4.",
  ],
])('a start refuses %j', (text, type, message) => {
  expect(readDocument(text)).toMatchObject({ problem: { type: `Newtonsoft.Json.${type}`, message } });
});

test.each([
  ['{"a":1', 'JsonReaderException', "Unexpected end of content while loading JObject. Path 'a', line 1, position 6."],
  ['{', 'JsonReaderException', "Error reading JObject from JsonReader. Path '', line 1, position 1."],
  ['[', 'JsonReaderException', "Error reading JArray from JsonReader. Path '', line 1, position 1."],
  ['[1,', 'JsonReaderException', "Unexpected end of content while loading JArray. Path '[0]', line 1, position 3."],
  ['[1', 'JsonReaderException', "Unexpected end of content while loading JArray. Path '[0]', line 1, position 2."],
  [
    '[{"a":',
    'JsonReaderException',
    "Unexpected end of content while loading JArray. Path '[0].a', line 1, position 6.",
  ],
  [
    '{"a":{"b":1',
    'JsonReaderException',
    "Unexpected end of content while loading JObject. Path 'a.b', line 1, position 11.",
  ],
])('an event refuses %j', (text, type, message) => {
  expect(readToken(text)).toMatchObject({ problem: { type: `Newtonsoft.Json.${type}`, message } });
});

test.each([
  ['[1', '[1'],
  ['{a:1}', '{"a":1}'],
  ["{'a':1}", '{"a":1}'],
  ['{"a":1,}', '{"a":1}'],
  ['[1,]', '[1]'],
  ['[1,,2]', '[1,,2]'],
  ['01', '1'],
  ['0x10', '16'],
  ['.5', '0.5'],
  ['1.', '1'],
  ['NaN', '"NaN"'],
  ['undefined', 'undefined'],
  ['// c\n1', '1'],
  ['/* c */ {"a":1}', '{"a":1}'],
  ['{1:2}', '{"1":2}'],
  ['{"$type":"x"}', '{"$type":"x"}'],
  ['"a\nb"', '"a\\nb"'],
  ['{"$ref":"1"}', '{"$ref":"1"}'],
  ['"\u0001"', '"\\u0001"'],
  ['{"a":1,"a":2}', '{"a":1,"a":2}'],
  ['', ''],
  ['{"a": 1}', '{"a": 1}'],
])('a start accepts %j as %j', (text, expected) => {
  expect(readDocument(text)).toEqual({ text: expected });
});

test.each([
  ['[1,,2]', '[1,null,2]'],
  ['1 2', '1'],
  ['{} {}', '{}'],
  ['undefined', 'null'],
  ['{"a":1}x', '{"a":1}'],
  ['1/2', '1'],
])('an event accepts %j as %j', (text, expected) => {
  expect(readToken(text)).toEqual({ text: expected });
});

test('a problem names the method that throws it', () => {
  expect(readToken('{')).toMatchObject({
    problem: { thrownBy: 'Newtonsoft.Json.Linq.JContainer.ReadTokenFrom(JsonReader reader, JsonLoadSettings options)' },
  });
});
