import { defineErrors, OperationError } from '../../../src/platform/errors.js';
import { logFailure, redact } from '../../../src/platform/logging.js';

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
  ['no access with Bearer eyJ0.eyJ1-_.s1g==, or bearer x', 'no access with Bearer [redacted], or Bearer [redacted]'],
  ['{"apiKey":"k1","message":"no","password": "p\n', '{"apiKey":"[redacted]","message":"no","password":"[redacted]"'],
  ['api_key=k1&n=1 token=t', 'api_key=[redacted]&n=1 token=[redacted]'],
  ['lh_0123-ab_ and whsec_MfKQ/9r+GA==.', 'lh_[redacted] and whsec_[redacted].'],
  ['{"code":"NoModel","message":"unknown token <x>"}', '{"code":"NoModel","message":"unknown token <x>"}'],
])('logs hold no secret of %s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
  const lines: unknown[] = [];
  const log = { error: () => undefined, info: () => undefined, warn: (line: unknown) => void lines.push(line) };
  const { Failed } = defineErrors({ Failed: { status: 500, retryable: false } });
  logFailure(log, Failed(text), 'Request r: ');
  expect(lines).toEqual([`Request r: Failed: ${redacted}`]);
});
