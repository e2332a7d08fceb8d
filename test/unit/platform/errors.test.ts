import fs from 'node:fs';
import path from 'node:path';
import { bankMapErrors } from '../../../src/bank-map/errors.js';
import { operationErrors } from '../../../src/operations/errors.js';
import { plateErrors } from '../../../src/plates/errors.js';
import { commonErrors, defineErrors, OperationError } from '../../../src/platform/errors.js';
import { serverlessErrors } from '../../../src/serverless/errors.js';
import { webhookErrors } from '../../../src/webhooks/webhook-url.js';
import { redact } from '../../../src/platform/logging.js';

const tables = {
  ...commonErrors,
  ...operationErrors,
  ...plateErrors,
  ...bankMapErrors,
  ...serverlessErrors,
  ...webhookErrors,
};

test('the documentation lists every code with its status and whether trying again can help', () => {
  const text = fs.readFileSync(path.join(__dirname, '../../../../docs/errors.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (yes|no) /gm)].map(([, code, status, again]) => [
    code,
    status,
    again,
  ]);
  const defined = Object.values(tables).map((make) => {
    const { code, status, retryable } = make('').data;
    return [code, String(status), retryable ? 'yes' : 'no'];
  });
  expect(documented.sort()).toEqual(defined.sort());
});

test('an error keeps its rule, its target and its cause', () => {
  const { Busy } = defineErrors({ Busy: { status: 429, retryable: true } });
  const cause = new Error('why');
  const error = Busy('Too much.', { cause, target: 'x' });
  expect(error.data).toEqual({ code: 'Busy', message: 'Too much.', status: 429, retryable: true, target: 'x' });
  expect(error.cause).toBe(cause);
  expect(OperationError.from(error)).toBe(error);
});

test('what nobody foresaw says nothing of itself', () => {
  const error = OperationError.from(new Error('connection string'));
  expect(error.data).toMatchObject({ code: 'InternalError', status: 500, retryable: false });
  expect(error.message).not.toContain('connection string');
});

test.each([
  ['GET https://x.test/a?sv=1&sig=abc%2Fd&se=2', 'GET https://x.test/a?sv=1&sig=[redacted]&se=2'],
  ['https://x.test/a?code=k3y== failed', 'https://x.test/a?code=[redacted] failed'],
  ['AccountName=a;AccountKey=s3cret;EndpointSuffix=x', 'AccountName=a;AccountKey=[redacted];EndpointSuffix=x'],
])('logs hold no secret of %s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});
