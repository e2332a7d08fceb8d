import {
  stateAfter,
  WEBHOOK_GAPS_MS,
  webhookGapsMs,
  type AttemptResult,
  type DeliveryState,
} from '../../../src/webhooks/attempts.js';
import { attemptWebhook } from '../../../src/webhooks/sender.js';
import { webhookErrors } from '../../../src/webhooks/webhook-url.js';

test('the waits between six attempts grow and make about five minutes', () => {
  expect(WEBHOOK_GAPS_MS).toHaveLength(5);
  expect([...WEBHOOK_GAPS_MS].sort((a, b) => a - b)).toEqual(WEBHOOK_GAPS_MS);
  expect(WEBHOOK_GAPS_MS.reduce((sum, gap) => sum + gap)).toBe(300_000);
});

test.each([0, 3_000, 300_000, 3_600_000])('the waits are scaled to %d ms', (spanMs) => {
  expect(webhookGapsMs(spanMs).reduce((sum, gap) => sum + gap)).toBe(spanMs);
});

const delivery = { url: 'http://a.test/', id: 'a', body: Buffer.of(), contentType: 'x/y' };

test.each<[string, () => Promise<number>, AttemptResult]>([
  ['that is taken', () => Promise.resolve(204), { statusCode: 204 }],
  ['that fails', () => Promise.reject(webhookErrors.WebhookFailed('no')), { error: 'no' }],
  ['that is refused', () => Promise.reject(webhookErrors.WebhookRefused('never')), { error: 'never', final: true }],
])('an attempt %s has a result', async (_, send, result) => {
  expect(await attemptWebhook({ send }, delivery, {})).toEqual(result);
});

test.each<[string, number, AttemptResult, boolean, DeliveryState]>([
  ['that is taken', 2, {}, false, { state: 'delivered', attempts: 2 }],
  ['that fails', 1, { error: 'no' }, false, { state: 'pending', attempts: 1, error: 'no' }],
  ['that fails as the last one', 6, { error: 'no' }, true, { state: 'given up', attempts: 6, error: 'no' }],
  [
    'whose failure is final',
    1,
    { error: 'never', final: true },
    false,
    { state: 'given up', attempts: 1, error: 'never' },
  ],
])('how far a delivery is after an attempt %s', (_, attempts, result, isLast, state) => {
  expect(stateAfter(attempts, result, isLast)).toEqual(state);
});
