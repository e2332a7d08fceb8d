import { jsonValue } from '../../../../host/durable/api/status-rendering.js';

test.each([
  ['{"a":1}', { a: 1 }],
  ['"text"', 'text'],
  ['', ''],
  ['no JSON', 'no JSON'],
  [null, null],
])('stored text %j is shown as %j', (text, value) => {
  expect(jsonValue(text)).toEqual(value);
});
