import { z } from 'zod';
import { OperationError } from '../../../src/platform/errors.js';
import { Redactor, sensitive } from '../../../src/platform/sensitive.js';

const SECRET = 'a-secret-"of"-the-test';
const marked = sensitive(z.string());
const cases: [string, z.ZodType, unknown][] = [
  ['an object', z.object({ a: marked }), { a: SECRET }],
  ['an optional field', z.object({ a: marked.optional() }), { a: SECRET }],
  ['a described field', z.object({ a: marked.describe('A key.') }), { a: SECRET }],
  ['an extended object', z.object({ b: z.string() }).extend({ a: marked }), { a: SECRET, b: 'x' }],
  ['a nullable field with a default', z.object({ a: marked.nullable().default(null) }), { a: SECRET }],
  ['an array', z.array(z.object({ a: marked })), [{ a: SECRET }, { a: SECRET }]],
  ['a tuple', z.tuple([z.string(), marked]), ['x', SECRET]],
  ['a record', z.record(z.string(), marked), { any: SECRET }],
  ['a union', z.union([z.object({ text: z.string() }), z.object({ a: marked })]), { a: SECRET }],
  ['an intersection', z.object({ b: z.string() }).and(z.object({ a: marked })), { b: 'x', a: SECRET }],
  ['a transformed value', z.object({ a: marked.transform((text) => text.length) }), { a: SECRET }],
  ['a lazy schema', z.lazy(() => z.object({ a: marked })), { a: SECRET }],
  ['a marked object', sensitive(z.object({ a: z.string(), b: z.array(z.string()) })), { a: SECRET, b: [SECRET] }],
];

test.each(cases)('what is marked in %s is redacted', (_name, schema, value) => {
  const shown = JSON.stringify(new Redactor().value(schema, value));
  expect(shown).toContain('[redacted]');
  expect(shown).not.toContain('a-secret');
});

test.each(cases)('what was marked in %s is removed from later texts, values and errors', (_name, schema, value) => {
  const redactor = new Redactor();
  redactor.value(schema, value);
  expect(redactor.text(`failed: ${SECRET}!`)).toBe('failed: [redacted]!');
  expect(redactor.value(undefined, { texts: [`x${SECRET}`] })).toEqual({ texts: ['x[redacted]'] });
  const cause = new Error(SECRET);
  const data = { code: 'X', message: SECRET, status: 500, retryable: false, details: [{ code: 'Y', message: SECRET }] };
  const error = redactor.error(new OperationError(data, { cause }));
  expect(JSON.stringify(error.data)).not.toContain('a-secret');
  expect(error.data).toMatchObject({ code: 'X', status: 500, retryable: false });
  expect((error.cause as Error).stack).not.toContain('a-secret');
  expect((error.cause as Error).stack).toContain('sensitive.test');
});

test('other values stay as they are, but for what looks like a secret', () => {
  const value = { a: 1, b: [true, null, 'text'], url: 'https://x.test/blob?sv=1&sig=abc%3D', unknown: { deep: 'x' } };
  expect(new Redactor().value(z.object({ a: z.number() }), value)).toEqual({
    ...value,
    url: 'https://x.test/blob?sv=1&sig=[redacted]',
  });
});
