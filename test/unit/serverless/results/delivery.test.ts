import { deliveryOrchestrator } from '../../../../src/operations/delivery.orchestrator.js';
import { commonErrors } from '../../../../src/platform/errors.js';
import { createLimit } from '../../../../src/platform/limit.js';
import { DELIVER, DELIVERY, deliveryInstanceOf } from '../../../../src/serverless/names.js';
import { RequestHub } from '../../../../src/serverless/requests/hub.js';
import { deliver, type DeliverServices } from '../../../../src/serverless/results/deliver.js';
import { type DeliverInput } from '../../../../src/serverless/schemas.js';
import { DeliveryStore } from '../../../../src/webhooks/deliveries.js';
import { createWebhookSender } from '../../../../src/webhooks/sender.js';
import { MemoryTable } from '../../../support/memory-table.js';
import { MemoryTaskHub } from '../../../support/memory-task-hub.js';
import { runOrchestrator } from '../../../support/orchestrator-runner.js';
import { startWebhookReceiver, type WebhookReceiver } from '../../../support/webhook-receiver.js';

const ids = { endpoint: 'e', createdAt: '2026-11-22T00:00:00.000Z', sequence: 7, requestID: 'r' };
const GAPS = [5_000, 15_000, 35_000];
const error = { code: 'ServiceUnavailable', message: 'away', status: 503, retryable: true };

describe('the attempts after the first', () => {
  /** Runs them with these outcomes, the last of which repeats. */
  async function run(...outcomes: object[]) {
    const attempts: number[] = [];
    const done = await runOrchestrator(deliveryOrchestrator(DELIVER), {
      input: { ...ids, delivery: { webhook: 'https://receiver.test/', statusCode: 200 }, attempts: 1, gapsMs: GAPS },
      activities: {
        [DELIVER]: ({ attempt }: DeliverInput) => {
          attempts.push(attempt);
          return outcomes[Math.min(attempts.length, outcomes.length) - 1];
        },
      },
    });
    return { ...done, attempts };
  }
  const state = (value: object | null) => ({ ok: true, value });
  const pending = state({ state: 'pending', attempts: 2, error: 'The webhook answered 500.' });
  const delivered = { state: 'delivered', attempts: 3 };

  test('wait for the gaps, and say how far they are', async () => {
    const { attempts, elapsedMs, result, shown } = await run(pending, state(delivered));
    expect([attempts, elapsedMs, result]).toEqual([[2, 3], 20_000, delivered]);
    expect(shown).toEqual([pending.value]);
  });

  test.each([
    ['storage is away', { ok: false, error }],
    ['there is no slot', state(null)],
  ])('do not count while %s', async (_, outcome) => {
    const { attempts, result } = await run(...Array<object>(10).fill(outcome), state(delivered));
    expect([attempts, result]).toEqual([Array(11).fill(2), delivered]);
  });
});

describe('one attempt', () => {
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
  });
  afterAll(() => receiver.close());
  afterEach(() => void receiver.deliveries.splice(0));

  const taskHub = new MemoryTaskHub();
  const services = (more: Partial<DeliverServices> = {}): DeliverServices => ({
    endpoints: { find: () => Promise.resolve(undefined) },
    hub: new RequestHub(taskHub.client),
    calls: createLimit(1),
    webhooks: createWebhookSender({ allowPrivate: true }),
    blobs: { stream: () => Promise.resolve(undefined) },
    webhookGapsMs: GAPS,
    deliveryStore: new DeliveryStore(new MemoryTable()),
    ...more,
  });
  const input = (status: number): DeliverInput => ({
    ...ids,
    delivery: { webhook: receiver.webhook({ status }), statusCode: 500, error: 'why' },
    attempt: 1,
    startsRest: true,
  });

  test('that fails starts the others, without a result', async () => {
    const state = { state: 'pending', attempts: 1, error: 'The webhook answered 500.' };
    expect(await deliver(services(), input(500), {})).toEqual(state);
    expect(taskHub.instances).toMatchObject([
      { instanceId: deliveryInstanceOf('e', 'r'), name: DELIVERY, input: { attempts: 1, gapsMs: GAPS } },
    ]);
  });

  test('is not made while the calls of the process take all slots', async () => {
    const calls = createLimit(1);
    const release = calls.enter();
    expect(await deliver(services({ calls }), input(200), {})).toBeNull();
    expect(receiver.deliveries).toEqual([]);
    release?.();
    expect(await deliver(services({ calls }), input(200), {})).toEqual({ state: 'delivered', attempts: 1 });
    expect(calls.enter()).toBeDefined();
  });

  test('is not made while the secret cannot be read', async () => {
    const find = () => Promise.reject(commonErrors.ServiceUnavailable('away'));
    await expect(deliver(services({ endpoints: { find } }), input(200), {})).rejects.toMatchObject({ data: error });
    expect(receiver.deliveries).toEqual([]);
  });
});
