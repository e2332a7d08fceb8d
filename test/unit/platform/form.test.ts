import { parseForm } from '../../../src/platform/http/form.js';

const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=x';
const part = (name: string, text: string) => `--x\r\nContent-Disposition: form-data; ${name}\r\n\r\n${text}\r\n`;
const parse = (body: string, type: string) => parseForm(Buffer.from(body), type);

test.each([
  ['a=1&b=%D0%9C+x', URLENCODED, { a: '1', b: 'М x' }],
  ['a=1&a=2', URLENCODED, { a: '2' }],
  ['', URLENCODED, {}],
  [`a=${'x'.repeat(1_000_000)}`, URLENCODED, { a: 'x'.repeat(1_000_000) }],
  [`${part('name="a"', 'М\r\nx')}${part('name="b"', '')}--x--\r\n`, MULTIPART, { a: 'М\r\nx', b: '' }],
])('the fields of a form (%#)', async (body, type, fields) => {
  expect(await parse(body, type)).toEqual(fields);
});

test.each([
  [
    'a file',
    `${part('name="a"; filename="a.txt"', 'x')}--x--\r\n`,
    MULTIPART,
    'The form has a file, a; send texts only.',
  ],
  ['a form that is cut off', part('name="a"', 'x'), MULTIPART, 'The form cannot be read.'],
  ['another body', 'hello', MULTIPART, 'The form cannot be read.'],
  ['no body', '', MULTIPART, 'The form cannot be read.'],
  ['no boundary', 'hello', 'multipart/form-data', 'The form has no boundary in its Content-Type.'],
])('%s is refused', async (_name, body, type, message) => {
  await expect(parse(body, type)).rejects.toMatchObject({ data: { status: 400, code: 'InvalidRequest', message } });
});
