import { type z } from 'zod';
import { Redactor } from '../../../src/platform/sensitive.js';
import { deliverInput, ofRun } from '../../../src/serverless/schemas.js';
import { kinds } from '../../../src/slices.js';
import { planted } from '../../support/planted.js';

const SECRET = 'the-planted-secret';

const schemas: [string, z.ZodType][] = [
  ...kinds.map(({ kind, input }): [string, z.ZodType] => [`input of ${kind}`, input]),
  ...kinds.map(({ kind, result }): [string, z.ZodType] => [`result of ${kind}`, result]),
  ['a request of a serverless endpoint', ofRun],
  ['a delivery of a webhook', deliverInput],
];
const marked = schemas.flatMap(([name, schema]): [string, z.ZodType, unknown][] => {
  const value = planted(schema, SECRET);
  return value === undefined ? [] : [[name, schema, value]];
});

test('credentials and URLs of webhooks are marked as sensitive', () => {
  expect(marked.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'result of books.uploadStart',
      'a request of a serverless endpoint',
      'a delivery of a webhook',
    ]),
  );
});

test.each(marked)('each sensitive field of the %s is redacted', (_name, schema, value) => {
  const redactor = new Redactor();
  expect(JSON.stringify(value)).toContain(SECRET);
  expect(JSON.stringify(redactor.value(schema, value))).not.toContain(SECRET);
  expect(redactor.text(`POST ${SECRET} failed`)).toBe('POST [redacted] failed');
});
