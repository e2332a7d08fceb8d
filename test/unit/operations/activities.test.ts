import { format } from 'node:util';
import { InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { defineActivity } from '../../../src/operations/activities.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { sensitive } from '../../../src/platform/sensitive.js';

const SECRET = 'https://hooks.test/the-planted-secret';
const input = z.object({ webhook: sensitive(z.string()), part: z.enum(['work', 'settle']) });

/** Runs an activity once; returns its outcome and what it logged. */
async function run(fail: () => never, part = 'work', operationId: string = crypto.randomUUID()) {
  const logged: string[] = [];
  const context = new InvocationContext({ logHandler: (_level, ...args) => void logged.push(format(...args)) });
  const activity = defineActivity(
    input,
    (_input, call) => (part === 'settle' ? call.settle(() => Promise.resolve(fail())) : fail()),
    { always: true },
  );
  const outcome = await activity({ run: (_id, work) => work(new AbortController().signal) })(
    { operationId, webhook: SECRET, part },
    context,
  );
  return { outcome: JSON.stringify(outcome), logged: logged.join('\n') };
}

describe.each(['work', 'settle'])('a sensitive field of the input, when the %s fails,', (part) => {
  test('is neither in the error nor in the log', async () => {
    const { outcome, logged } = await run(() => {
      throw commonErrors.ServiceUnavailable(`POST ${SECRET} failed.`, { target: SECRET });
    }, part);
    expect(outcome).toContain('POST [redacted] failed.');
    expect(logged).toContain('POST [redacted] failed.');
    expect(outcome + logged).not.toContain('the-planted-secret');
  });

  test('is not in the cause of an unexpected error', async () => {
    const { outcome, logged } = await run(() => {
      throw new TypeError(`Invalid URL: ${SECRET}`);
    }, part);
    expect(logged).toContain('Invalid URL: [redacted]');
    expect(logged).toContain('activities.test');
    expect(outcome + logged).not.toContain('the-planted-secret');
  });
});

test('an input that does not fit its schema is not repeated', async () => {
  const { outcome, logged } = await run(() => {
    throw new Error('It does not run.');
  }, SECRET);
  expect(outcome).toContain('InternalError');
  expect(outcome + logged).not.toContain('the-planted-secret');
});
