import { type Task } from 'durable-functions';
import { type Outcome } from '../../../src/platform/errors.js';
import {
  deliverWebhook,
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

const delivery = { url: 'http://a.test/', requestID: 'a', statusCode: 200, body: Buffer.of(), contentType: 'x/y' };

test.each<[string, () => Promise<void>, AttemptResult]>([
  ['that is taken', () => Promise.resolve(), {}],
  ['that fails', () => Promise.reject(webhookErrors.WebhookFailed('no')), { error: 'no' }],
  ['that is refused', () => Promise.reject(webhookErrors.WebhookRefused('never')), { error: 'never', final: true }],
])('an attempt %s has a result', async (_, send, result) => {
  expect(await attemptWebhook({ send }, { ...delivery, attempt: 1 }, {})).toEqual(result);
});

const task = {} as Task;

/** Runs the steps, each of which is one task. */
function deliver(outcomes: Outcome<AttemptResult>[]) {
  const waits: number[] = [];
  const shown: DeliveryState[] = [];
  const steps = deliverWebhook({
    gapsMs: [5, 10],
    *attempt(attempt) {
      yield task;
      return outcomes[attempt - 1] ?? { ok: true, value: {} };
    },
    *wait(ms) {
      yield task;
      waits.push(ms);
    },
    show: (state) => shown.push(state),
  });
  while (!steps.next().done);
  return { waits, shown };
}

const failed: Outcome<AttemptResult> = { ok: true, value: { error: 'no' } };

test('attempts go on after each wait until one succeeds', () => {
  expect(deliver([failed])).toEqual({
    waits: [5],
    shown: [
      { state: 'pending', attempts: 1, error: 'no' },
      { state: 'delivered', attempts: 2 },
    ],
  });
});

test('after the last attempt it is given up', () => {
  const { waits, shown } = deliver([failed, failed, failed, failed]);
  expect(waits).toEqual([5, 10]);
  expect(shown.at(-1)).toEqual({ state: 'given up', attempts: 3, error: 'no' });
});

test('a final failure is given up immediately, and a failure of the app is not final', () => {
  expect(deliver([{ ok: true, value: { error: 'never', final: true } }])).toEqual({
    waits: [],
    shown: [{ state: 'given up', attempts: 1, error: 'never' }],
  });
  const away = webhookErrors.WebhookFailed('away').data;
  expect(deliver([{ ok: false, error: away }]).shown).toEqual([
    { state: 'pending', attempts: 1, error: 'away' },
    { state: 'delivered', attempts: 2 },
  ]);
});
