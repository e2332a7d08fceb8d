import { defineErrors, OperationError } from '../../../src/platform/errors.js';
import { redact } from '../../../src/platform/logging.js';

test('an error keeps its rule, its target and its cause', () => {
  const { Busy } = defineErrors({ Busy: { status: 429, retryable: true } });
  const cause = new Error('why');
  const error = Busy('Too much.', { cause, target: 'x' });
  expect(error.data).toEqual({ code: 'Busy', message: 'Too much.', status: 429, retryable: true, target: 'x' });
  expect(error.cause).toBe(cause);
  expect(OperationError.from(error)).toBe(error);
});

test('an unexpected error shows nothing of its cause', () => {
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
